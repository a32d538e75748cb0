"""The demonstration: three layouts on the base market, side by side in a table, over time, and on the map.

Run it with ``python -m channellab.reports.demo --out out/demo``, or ``make demo``.
"""

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    TaskID,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)

from channellab.experiments.replicate import Study, run
from channellab.reports.charts import (
    can_draw,
    network_alt_text,
    network_maps,
    save,
    trajectories,
    trajectories_alt_text,
)
from channellab.reports.language import LANGUAGES, words
from channellab.reports.tables import comparison_table, metrics_frame
from channellab.scenarios.errors import BadInput, ChannelLabError
from channellab.scenarios.files import Loaded, load

LAYOUTS = ("intensive", "selective", "exclusive")
CHARTED = ("channel_profit", "market_share", "numeric_distribution", "fill_rate", "retail_stock", "awareness")
COVERAGE: Literal["weighted_distribution"] = "weighted_distribution"
"""The numeric one says little here: within a layout it is the same share of sites in every region."""
_PIPED_WIDTH = 120


@dataclass(frozen=True)
class Options:
    """What the demonstration was asked for.

    Attributes:
        out: folder for pictures and numbers.
        replications: runs of each layout.
        weeks, seed: in place of the scenarios' own, or None.
        workers: processes.
        overrides: ``KEY=VALUE`` laid over every scenario.
        lang: language of words.
    """

    out: Path
    replications: int
    weeks: int | None
    seed: int | None
    workers: int
    overrides: tuple[str, ...]
    lang: str


def main(arguments: Sequence[str] | None = None) -> int:
    """Play, print, draw; returns the exit code."""
    options = _options(arguments)
    try:
        _demonstrate(options)
    except ChannelLabError as error:
        print(error, file=sys.stderr)
        return 2 if isinstance(error, BadInput) else 1
    except KeyboardInterrupt:
        print(words(options.lang)("demo.stopped"), file=sys.stderr)
        return 130
    return 0


def _demonstrate(options: Options) -> None:
    scenarios = [load(layout, options.overrides) for layout in LAYOUTS]
    _prepare(options.out)
    played = list(zip(scenarios, _play(scenarios, options), strict=True))
    currency = scenarios[0].scenario.run.currency
    _print_table({_title(loaded, options.lang): study for loaded, study in played}, options.lang, currency)
    lang = _drawable(options.lang)
    numbers = _write_metrics({loaded.name: study for loaded, study in played}, options.out)
    pictures = _draw({_title(loaded, lang): study for loaded, study in played}, options.out, lang, currency)
    for path in (numbers, *pictures):
        print(words(options.lang)("demo.wrote", path=path))


def _play(scenarios: Sequence[Loaded], options: Options) -> list[Study]:
    with _progress() as progress:
        tasks = [progress.add_task(_title(each, options.lang), start=False, total=None) for each in scenarios]
        return [_watched(loaded, options, progress, task) for loaded, task in zip(scenarios, tasks, strict=True)]


def _watched(loaded: Loaded, options: Options, progress: Progress, task: TaskID) -> Study:
    progress.start_task(task)
    return run(
        loaded,
        seed=options.seed,
        weeks=options.weeks,
        replications=options.replications,
        workers=options.workers,
        progress=lambda done, total: progress.update(task, completed=done, total=total),
    )


def _progress() -> Progress:
    left = TimeRemainingColumn(elapsed_when_finished=True)
    return Progress(
        TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), left, console=Console(stderr=True)
    )


def _print_table(studies: Mapping[str, Study], lang: str, currency: str) -> None:
    documents = {label: study.document() for label, study in studies.items()}
    Console(width=None if sys.stdout.isatty() else _PIPED_WIDTH).print(
        comparison_table(documents, lang, None, currency)
    )


def _draw(studies: Mapping[str, Study], out: Path, lang: str, currency: str) -> list[Path]:
    weekly = {label: study.weekly for label, study in studies.items()}
    regions = {label: study.regions for label, study in studies.items()}
    edges = next(iter(studies.values())).edges
    paths = [out / "trajectories.png", out / "network.png"]
    save(trajectories(weekly, CHARTED, lang, currency), paths[0], trajectories_alt_text(weekly, CHARTED, lang))
    alt = network_alt_text(regions, edges, lang, COVERAGE)
    save(network_maps(regions, edges, lang, COVERAGE), paths[1], alt)
    return paths


def _write_metrics(studies: Mapping[str, Study], out: Path) -> Path:
    path = out / "metrics.csv"
    metrics_frame({name: study.document() for name, study in studies.items()}).to_csv(path, index=False)
    return path


def _drawable(lang: str) -> str:
    """The language of the pictures: that of the words, if this machine has letters for it."""
    if can_draw(lang):
        return lang
    print(words(lang)("demo.no_font"), file=sys.stderr)
    return "en"


def _title(loaded: Loaded, lang: str) -> str:
    title = loaded.scenario.title
    return {"en": title.en, "zh": title.zh}[lang] or loaded.name


def _prepare(out: Path) -> None:
    """See that the folder can be written before hours are spent on what goes into it."""
    trial = out / ".trial"
    try:
        out.mkdir(parents=True, exist_ok=True)
        trial.touch()
        trial.unlink()
    except OSError as error:
        raise BadInput("--out", str(out), f"cannot be written: {error.strerror}") from None


def _options(arguments: Sequence[str] | None) -> Options:
    parser = argparse.ArgumentParser(prog="python -m channellab.reports.demo", description=__doc__.splitlines()[0])
    parser.add_argument(
        "--out", type=Path, default=Path("out/demo"), help="folder for pictures and numbers (%(default)s)"
    )
    parser.add_argument("--replications", type=_positive, default=3, help="runs of each layout (%(default)s)")
    parser.add_argument("--weeks", type=_positive, help="measured weeks, if not the scenario's")
    parser.add_argument("--seed", type=int, help="seed, if not the scenario's")
    parser.add_argument("--workers", type=_positive, default=2, help="processes (%(default)s)")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="laid over every scenario")
    parser.add_argument("--lang", choices=LANGUAGES, default="en", help="language (%(default)s)")
    asked = parser.parse_args(arguments)
    return Options(
        asked.out, asked.replications, asked.weeks, asked.seed, asked.workers, tuple(asked.set), asked.lang
    )  # fmt: skip


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"is {number}, allowed are whole numbers from 1")
    return number


if __name__ == "__main__":
    raise SystemExit(main())
