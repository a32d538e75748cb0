"""The demonstration: three layouts on the base market, compared on the same luck.

A table on the screen, pictures over time and on the map, and a report of it all. Run it with
``python -m channellab.reports.demo --out out/demo``, or ``make demo``.
"""

import argparse
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)

from channellab.experiments.compare import Comparison, compare
from channellab.reports.charts import (
    network_alt_text,
    network_maps,
    save,
    trajectories,
    trajectories_alt_text,
)
from channellab.reports.folder import Document
from channellab.reports.language import LANGUAGES, of_locale, words
from channellab.reports.metric_rows import SYMBOLS
from channellab.reports.page import CHARTED, COVERAGE
from channellab.reports.report import write_report
from channellab.reports.study import labels, verdict
from channellab.reports.tables import comparison_table, metrics_frame
from channellab.scenarios.errors import BadInput, ChannelLabError
from channellab.scenarios.files import Loaded, load

LAYOUTS = ("intensive", "selective", "exclusive")
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
    comparison = _play(scenarios, options)
    _print_table(comparison, options.lang)
    comparison.write(options.out)
    written = [_write_metrics(comparison, options.out), *_draw(comparison, options.out, options.lang)]
    say, page = words(options.lang), options.out / "report.html"
    write_report(options.out, page, options.lang)
    for path in written:
        print(say("demo.wrote", path=path))
    print(say("demo.report", path=page))


def _play(scenarios: Sequence[Loaded], options: Options) -> Comparison:
    with _progress() as progress:
        task = progress.add_task(words(options.lang)("demo.playing"), total=None)
        return compare(
            scenarios,
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


def _print_table(comparison: Comparison, lang: str) -> None:
    titles = _titles(comparison, lang)
    documents = {titles[name]: study.document() for name, study in comparison.studies.items()}
    found = Document.model_validate(comparison.document())
    marks = {
        titles[other]: {name: SYMBOLS[verdict(name, m.differences[other])] for name, m in found.metrics.items()}
        for other in found.others
    }
    note = words(lang)("comparison.marks", baseline=titles[comparison.baseline])
    table = comparison_table(documents, lang, None, _currency(comparison, lang), marks, note)
    Console(width=None if sys.stdout.isatty() else _PIPED_WIDTH).print(table)


def _draw(comparison: Comparison, out: Path, lang: str) -> list[Path]:
    titles, currency = _titles(comparison, lang), _currency(comparison, lang)
    weekly = {titles[name]: study.weekly for name, study in comparison.studies.items()}
    regions = {titles[name]: study.regions for name, study in comparison.studies.items()}
    edges = comparison.studies[comparison.baseline].edges
    paths = [out / "trajectories.png", out / "network.png"]
    save(trajectories(weekly, CHARTED, lang, currency), paths[0], trajectories_alt_text(weekly, CHARTED, lang))
    alt = network_alt_text(regions, edges, lang, COVERAGE)
    save(network_maps(regions, edges, lang, COVERAGE), paths[1], alt)
    return paths


def _write_metrics(comparison: Comparison, out: Path) -> Path:
    path = out / "metrics.csv"
    metrics_frame({name: study.document() for name, study in comparison.studies.items()}).to_csv(path, index=False)
    return path


def _titles(comparison: Comparison, lang: str) -> Mapping[str, str]:
    return labels({name: study.loaded for name, study in comparison.studies.items()}, lang)


def _currency(comparison: Comparison, lang: str) -> str:
    return words(lang).currency(comparison.studies[comparison.baseline].loaded.scenario.run.currency)


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
    parser.add_argument("--replications", type=_from(2), default=3, help="runs of each layout (%(default)s)")
    parser.add_argument("--weeks", type=_from(1), help="measured weeks, if not the scenario's")
    parser.add_argument("--seed", type=int, help="seed, if not the scenario's")
    parser.add_argument("--workers", type=_from(1), default=2, help="processes (%(default)s)")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="laid over every scenario")
    parser.add_argument("--lang", choices=LANGUAGES, default=of_locale(os.environ), help="language (%(default)s)")
    asked = parser.parse_args(arguments)
    return Options(
        asked.out, asked.replications, asked.weeks, asked.seed, asked.workers, tuple(asked.set), asked.lang
    )  # fmt: skip


def _from(least: int) -> Callable[[str], int]:
    def number(text: str) -> int:
        value = int(text)
        if value < least:
            raise argparse.ArgumentTypeError(f"is {value}, allowed are whole numbers from {least}")
        return value

    return number


if __name__ == "__main__":
    raise SystemExit(main())
