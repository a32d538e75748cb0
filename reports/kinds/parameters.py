"""Calibrations of single parameters: to figures of a market, and of the Bass curve to first purchases."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from channellab import __version__
from channellab.reports.charts import fit
from channellab.reports.inputs import embedded
from channellab.reports.kinds import common
from channellab.reports.language import metric_title, metric_unit, words
from channellab.reports.quantities import quantity
from channellab.reports.sections import Cell, Chart, Page, Section, Table, number
from channellab.reports.validity import validity

TARGETS, DIFFUSION = "targets.csv", "curve.csv"
RESULT = "result.json"
FRESH = "fresh"
"""Name of the runs on seeds that the search had not seen."""
Told = Mapping[str, Any]


def targets_page(folder: Path, lang: str) -> Page:
    """The page of a calibration to figures of a market.

    Raises:
        BadInput: its file cannot be read or lacks something.
    """
    found, say = common.read_json(folder / RESULT), words(lang)
    common.demanded(found, folder / RESULT, "parameters", "targets", "loss", "trade_offs", "scenario")
    return Page(
        lang,
        say("parameters.kind"),
        say("parameters.title", name=Path(str(found["scenario"])).stem),
        [],
        list(_findings(found, lang)),
        [
            Section("parameters", say("parameters.parameters"), [say("parameters.note")],
                    tables=[_parameters(found["parameters"], lang)]),
            Section("targets", say("parameters.targets"), [say("parameters.targets_note")],
                    tables=[_targets(found["targets"], lang)]),
        ],
        [
            (say("report.rerun"), "channellab rerun report.html"),
            (say("report.command"), "channellab calibrate FIGURES.toml --out DIR"),
        ],
        inputs=embedded(common.played(folder, [FRESH])),
        version=__version__,
        validity=validity(folder, lang),
    )  # fmt: skip


def _findings(found: Told, lang: str) -> Iterator[str]:
    say, open_ = words(lang), [key for key, each in found["parameters"].items() if not each["identified"]]
    loss = {name: f"{value:.3g}" for name, value in found["loss"].items()}
    yield say("parameters.loss", **loss)
    if open_:
        yield say("parameters.unidentified", names=say.listed(open_))
    for each in found["trade_offs"]:
        one, other = each["pair"]
        yield say("parameters.trade_off", one=one, other=other, strength=f"{each['correlation']:.2f}")
    if found.get("failed_simulations"):
        yield say("parameters.failed", count=found["failed_simulations"])


def _parameters(found: Told, lang: str) -> Table:
    say = words(lang)
    rows: list[Sequence[Cell]] = [
        [
            common.key_cell(key, lang),
            Cell(common.key_meaning(key, lang), look="text"),
            number(f"{each['estimate']:.4g}", float(each["estimate"])),
            Cell(say("number.between", **_ends(each["ci95"])), look="number"),
            Cell(say("studies.yes" if each["identified"] else "studies.no"), look="text"),
        ]
        for key, each in found.items()
    ]
    heads = ("value", "interval_95", "identified")
    columns = [say("report.setting"), say("report.meaning"), *(say(f"calibration.{head}") for head in heads)]
    return Table("parameters", say("parameters.caption"), columns, rows)


def _targets(found: Sequence[Told], lang: str) -> Table:
    say = words(lang)
    rows: list[Sequence[Cell]] = [
        [
            Cell(metric_title(each["metric"], lang)),
            *(
                number(quantity(each[key], metric_unit(each["metric"]), lang), float(each[key]))
                for key in ("target", "error", "model", "model_error")
            ),
        ]
        for each in found
    ]
    heads = ("metric", "target", "error", "model", "model_error")
    return Table("targets", say("parameters.targets_caption"), [say(f"parameters.{head}") for head in heads], rows)


def diffusion_page(folder: Path, lang: str) -> Page:
    """The page of the Bass curve and of the market that plays it.

    Raises:
        BadInput: its file cannot be read or lacks something.
    """
    found, say = common.read_json(folder / RESULT), words(lang)
    common.demanded(found, folder / RESULT, "series", "p", "q", "m", "r_squared", "curve", "largest_gap_to_closed_form")
    gap, fitted = found["largest_gap_to_closed_form"], found["r_squared"]
    again = {"kind": "diffusion", "scenarios": {}, "result": found} if "consumers" in found else {}
    return Page(
        lang,
        say("parameters.kind_diffusion"),
        say("parameters.title_diffusion", name=found["series"]),
        [],
        [say("parameters.fitted", share=quantity(fitted, "1", lang, 1), gap=quantity(gap, "1", lang, 2))],
        [
            Section("parameters", say("parameters.parameters"), [say("parameters.note_diffusion")],
                    charts=[_curve(found, lang)], tables=[_bass(found, lang), _years(found["curve"], lang)]),
        ],
        [
            *([(say("report.rerun"), "channellab rerun report.html")] if again else []),
            (say("report.command"), "channellab calibrate DIFFUSION.toml --out DIR"),
        ],
        inputs=embedded(again),
        version=__version__,
        validity=validity(folder, lang),
    )  # fmt: skip


def _curve(found: Told, lang: str) -> Chart:
    rows = pd.DataFrame(found["curve"])
    frame = pd.DataFrame(
        {"period": rows["year"], "observed": rows["adoptions"], "predicted": rows["market"], "low": np.nan}
    ).assign(high=np.nan, holdout=False)
    title = words(lang)("parameters.curve", name=found["series"])
    return Chart("curve", fit.fit(frame, title, "units", lang), fit.alt_text(frame, title, "units", lang))


def _bass(found: Told, lang: str) -> Table:
    say = words(lang)
    rows: list[Sequence[Cell]] = [
        [
            Cell(say(f"parameters.{name}")),
            number(f"{found[name]['estimate']:,.5g}", float(found[name]["estimate"])),
            Cell(say("number.between", **_ends(found[name]["ci95"])), look="number"),
        ]
        for name in ("p", "q", "m")
    ]
    columns = [say(f"calibration.{head}") for head in ("parameter", "value", "interval_95")]
    return Table("bass", say("parameters.bass_caption"), columns, rows)


def _years(curve: Sequence[Told], lang: str) -> Table:
    say = words(lang)
    rows: list[Sequence[Cell]] = [
        [
            Cell(str(each["year"])),
            *(number(f"{each[key]:,.4g}", float(each[key])) for key in ("adoptions", "fitted", "market")),
            *(
                number(quantity(each[key], "1", lang, 1), float(each[key]))
                for key in ("closed_form_share", "market_share_adopted")
            ),
        ]
        for each in curve
    ]
    heads = ("year", "adoptions", "fitted_year", "market", "closed_form_share", "market_share_adopted")
    return Table("years", say("parameters.years_caption"), [say(f"parameters.{head}") for head in heads], rows)


def _ends(ends: Sequence[float]) -> dict[str, str]:
    return {"low": f"{ends[0]:.4g}", "high": f"{ends[1]:.4g}"}
