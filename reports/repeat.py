"""The numbers of a page again, from the page alone: its inputs are played, and what comes out is held against it.

A calibration needs its data beside the page, see `refit`.
"""

import json
import tempfile
from base64 import b64decode
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from channellab.experiments.compare import compare
from channellab.experiments.executors import Place
from channellab.experiments.explain import explain
from channellab.experiments.inputs import Values
from channellab.experiments.replicate import Progress, figures, run, weeks_of
from channellab.experiments.select import select
from channellab.experiments.uncertainty import Uncertainty
from channellab.reports.inputs import ELEMENT, FORMAT, digest
from channellab.reports.refit import curve_again, refitted
from channellab.scenarios.errors import BadInput
from channellab.scenarios.files import Loaded
from channellab.scenarios.fitted import table_files
from channellab.scenarios.keys import frozen
from channellab.scenarios.settings import Scenario

FITTED = "fitted"
"""Folder of a fitted market's tables."""
IGNORED = ("elapsed_s", "versions", "precision")
"""Parts of a result that may differ: times, versions, and how the number of replications was found."""


@dataclass(frozen=True)
class Repetition:
    """What came of playing again.

    Attributes:
        kind: of the study. numbers: that were compared. differing: where they differ, the page's and the new one.
        sha256: of the inputs. versions: name -> the page's and the one here, of those that differ.
    """

    kind: str
    numbers: int
    differing: tuple[tuple[str, Any, Any], ...]
    sha256: str
    versions: Mapping[str, tuple[str, str]]

    @property
    def same(self) -> bool:
        """Whether every number is the same."""
        return not self.differing


def carried(page: Path) -> dict[str, Any]:
    """What a page carries.

    Raises:
        BadInput: it is no page of ours, carries nothing, or was changed.
    """
    try:
        text = page.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise BadInput(str(page), "", f"cannot be read: {getattr(error, 'strerror', None) or error}") from None
    reader = _Reader()
    reader.feed(text)
    if not reader.found:
        problem = "carries no inputs; allowed are pages that channellab report wrote"
        raise BadInput(str(page), "", problem)
    try:
        data: dict[str, Any] = json.loads("".join(reader.found))
        told = data.pop("sha256")
    except (ValueError, KeyError, AttributeError, RecursionError):
        raise BadInput(str(page), "", "carries inputs that are garbled") from None
    if digest(data) != told:
        raise BadInput(str(page), "", "carries inputs or numbers that were changed after it was written")
    if data.get("format") != FORMAT:
        problem = f"carries inputs of format {data.get('format')}, allowed is {FORMAT}"
        raise BadInput(str(page), "", problem)
    return {**data, "sha256": told}


def repeat(
    data: Mapping[str, Any], workers: int = 1, progress: Progress | None = None, places: Sequence[Path] = ()
) -> Repetition:
    """Plays the inputs of a page and compares.

    Args:
        data: as `carried` returns it.
        places: folders in which the data of a calibration may be, beside the one that its page names.

    Raises:
        BadInput: a scenario in it is not allowed, or the data of a calibration are nowhere or not the same.
    """
    if data["kind"] == "calibration":
        new = refitted(data, workers, progress, places)
    elif data["kind"] == "diffusion":
        new = curve_again(data)
    else:
        with tempfile.TemporaryDirectory() as folder:
            scenarios = {key: _unpacked(key, each, Path(folder)) for key, each in data["scenarios"].items()}
            new = PLAYERS[data["kind"]](data, scenarios, workers, progress)
    old = data["runs"] if data["kind"] == "runs" else data["result"]
    numbers, differing = 0, []
    for place, before, after in _both(old, new):
        numbers += isinstance(before, int | float)
        if before != after:
            differing.append((place, before, after))
    return Repetition(data["kind"], numbers, tuple(differing), data["sha256"], _versions(data))


def _run(data: Mapping[str, Any], scenarios: Mapping[str, Loaded], workers: int, progress: Progress | None) -> Any:
    told = data["result"]
    return run(
        scenarios[told["scenario"]],
        replications=told["replications"],
        workers=min(workers, told["replications"]),
        progress=progress,
    ).document()


def _compare(data: Mapping[str, Any], scenarios: Mapping[str, Loaded], workers: int, progress: Progress | None) -> Any:
    told, draws = data["result"], data["draws"]
    return compare(
        [scenarios[name] for name in told["scenarios"]],
        baseline=told["baseline"],
        seed=told["seed"],
        replications=told["replications"],
        workers=workers,
        uncertainty=_Given(draws) if draws else None,
        primary=told.get("primary", ()),
        progress=progress,
    ).document()


def _explain(data: Mapping[str, Any], scenarios: Mapping[str, Loaded], workers: int, progress: Progress | None) -> Any:
    told = data["result"]
    start, end = scenarios[told["from"]], scenarios[told["to"]]
    wanted = {"seed": told["seed"], "replications": told["replications"]}
    return explain(start, end, workers=workers, progress=progress, **wanted).document()


def _select(data: Mapping[str, Any], scenarios: Mapping[str, Loaded], workers: int, progress: Progress | None) -> Any:
    told = data["result"]
    most = max(row["replications"] for row in told["candidates"].values())
    return select(
        [scenarios[name] for name in told["candidates"]],
        told["metric"],
        told["indifference"],
        seed=told["seed"],
        level=told["level"],
        most=most,
        workers=workers,
        progress=progress,
    ).document()


def _runs(data: Mapping[str, Any], scenarios: Mapping[str, Loaded], workers: int, progress: Progress | None) -> Any:
    tasks = [(scenarios[each["scenario"]], each["seed"]) for each in data["runs"]]
    weeks = sum(weeks_of(loaded) for loaded, _ in tasks)
    found = figures(tasks, Place(min(workers, len(tasks))), weeks, progress)
    return [{**each, "metrics": metrics} for each, metrics in zip(data["runs"], found, strict=True)]


Player = Callable[[Mapping[str, Any], Mapping[str, Loaded], int, Progress | None], Any]
PLAYERS: dict[str, Player] = {
    "run": _run,
    "compare": _compare,
    "explain": _explain,
    "select": _select,
    "runs": _runs,
}
"""By kind of study, what plays its scenarios again."""


class _Given(Uncertainty):
    """Draws that are known."""

    def __init__(self, draws: Sequence[Values]) -> None:
        super().__init__("report", ())
        object.__setattr__(self, "draws", draws)

    def draw(self, seed: int, replication: int) -> Values:
        draws: Sequence[Values] = self.draws  # type: ignore[attr-defined]
        return draws[replication]


class _Reader(HTMLParser):
    """Finds the text of the element that carries the inputs."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inside = tag == "template" and dict(attrs).get("id") == ELEMENT

    def handle_endtag(self, tag: str) -> None:
        self.inside = self.inside and tag != "template"

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.found.append(data)


def _unpacked(name: str, told: Mapping[str, Any], folder: Path) -> Loaded:
    """A scenario, its own tables in a folder of its own; named in full, as values that are drawn are laid over it."""
    settings, base = dict(told["settings"]), folder / digest({"name": name})[:16]
    base.mkdir()
    for key, text in told["tables"].items():
        file = base / f"{key}.csv"
        file.write_bytes(text.encode("utf-8"))
        settings["network"] = {**settings["network"], key: str(file)}
    if fitted := told.get("fitted"):
        _write_fitted(fitted, base / FITTED)
        consumers = settings["consumers"]
        settings["consumers"] = {**consumers, "demand": {**consumers["demand"], "tables": str(base / FITTED)}}
    try:
        return Loaded(Scenario.model_validate(frozen(settings)), base, name)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        problem = f"is not allowed in this version of channellab: {first['msg']}"
        raise BadInput(name, ".".join(map(str, first["loc"])), problem) from None


def _write_fitted(fitted: Mapping[str, str], folder: Path) -> None:
    """A fitted market's tables; what has another name than theirs is left out."""
    folder.mkdir()
    for file in table_files(folder):
        if file.name in fitted:
            file.write_bytes(b64decode(fitted[file.name]))


def _both(old: Any, new: Any, place: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Every value of the old, with the new one at its place."""
    if isinstance(old, Mapping):
        for key, value in old.items():
            if key not in IGNORED:
                inner = new.get(key) if isinstance(new, Mapping) else None
                yield from _both(value, inner, f"{place}.{key}" if place else str(key))
    elif isinstance(old, list):
        for number, value in enumerate(old):
            inner = new[number] if isinstance(new, list) and number < len(new) else None
            yield from _both(value, inner, f"{place}.{number}")
    else:
        yield place, old, new


def _versions(data: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    from importlib.metadata import PackageNotFoundError, version

    told = data.get("versions") or data.get("result", {}).get("versions", {})
    found = {}
    for name, before in told.items():
        try:
            here = version(name)
        except PackageNotFoundError:
            here = "absent"
        if here != before:
            found[name] = (before, here)
    return found
