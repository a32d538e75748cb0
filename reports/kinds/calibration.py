"""A calibration: what the data are like, what was estimated, and how good the forecasts of weeks not seen are."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from channellab import __version__
from channellab.calibration.findings import sentence
from channellab.reports.charts import fit, hits
from channellab.reports.inputs import embedded
from channellab.reports.kinds import common
from channellab.reports.language import words
from channellab.reports.quantities import quantity
from channellab.reports.refit import carried_by
from channellab.reports.sections import Cell, Chart, Page, Section, Table, number
from channellab.reports.validity import validity
from channellab.scenarios.errors import BadInput

FILE = "calibration.json"
RESULT = "result.json"
WHOLE = "all"
"""How histories without categories or items call the only one."""
_BAND = ("low_80", "high_80")
_MOST_ROWS = 20
"""Numbers of rows that a page tells of each finding; the data report tells all."""
Told = Mapping[str, Any]


def page(folder: Path, lang: str) -> Page:
    """The page of a calibration.

    Raises:
        BadInput: it has not ended, or a file of it cannot be read.
    """
    if not (folder / RESULT).is_file():
        raise BadInput(str(folder), "", "holds a calibration that has not ended; the same command goes on with it")
    found, say = common.read_json(folder / RESULT), words(lang)
    common.demanded(found, folder / RESULT, "rows", "warnings", "holdout", "coverage", "elasticities", "lifts")
    holdout, forecasts = _read(folder / "holdout.csv"), _read(folder / "forecasts.csv")
    rows, inputs, file = found["rows"], carried_by(folder), Path(str(found.get("calibration", "CALIBRATION.toml"))).name
    return Page(
        lang,
        say("calibration.kind"),
        say("calibration.title", name=Path(str(found.get("calibration", folder.name))).stem),
        [say(f"calibration.facts_{key}", count=f"{rows[key]:,}") for key in ("used", "series", "weeks") if key in rows],
        list(_findings(found, holdout, lang)),
        [
            Section("holdout", say("calibration.holdout"), [say("calibration.holdout_note")],
                    charts=[*_fits(folder, forecasts, lang), *_hits(holdout, lang)], tables=[_holdout(holdout, lang)]),
            Section("coverage", say("calibration.coverage_title"), [say("calibration.coverage_note")],
                    tables=[_coverage(found, lang)]),
            Section("estimates", say("calibration.estimates"), [say("calibration.estimates_note")],
                    tables=list(_estimates(folder, found, lang))),
            Section("data", say("calibration.data"), _warnings(folder, found, lang) or [say("calibration.no_warnings")],
                    tables=[_rows(rows, lang), *_told(folder, lang)]),
        ],
        [*([(say("calibration.rerun"), "channellab rerun report.html --data FOLDER")] if inputs else []),
         (say("report.command"), f"channellab calibrate {file} --out DIR"),
         (say("calibration.scenario"), str((found.get("scenario") or {}).get("path") or say("number.missing")))],
        lead=_lead(holdout, lang),
        assumptions=list(_assumptions(found, lang)),
        inputs=embedded(inputs),
        version=__version__,
        validity=validity(folder, lang),
    )  # fmt: skip


def _read(file: Path) -> pd.DataFrame:
    try:
        return pd.read_csv(file)
    except OSError as error:
        raise BadInput(str(file), "", f"cannot be read: {error.strerror}") from None
    except (ValueError, pd.errors.ParserError):
        raise BadInput(str(file), "", "is no table of comma-separated values") from None


def compared(holdout: pd.DataFrame) -> pd.DataFrame:
    """By level and method, means over origins: wape, mase, bias, coverage of the 80 % interval; the best first."""
    known = [name for name in ("wape", "mase", "bias", "coverage") if name in holdout]
    table = holdout.groupby(["level", "method"], sort=False)[known].mean().reset_index()
    return table.sort_values(["level", "wape"], kind="stable").reset_index(drop=True)


def model_of(holdout: pd.DataFrame) -> str:
    """The name of the calibrated market among the methods: the first that was judged."""
    return str(holdout["method"].iloc[0])


def _lead(holdout: pd.DataFrame, lang: str) -> str:
    say, table, model = words(lang), compared(holdout), model_of(holdout)
    levels = list(dict.fromkeys(table["level"]))
    ahead = [level for level in levels if table[table["level"] == level]["method"].iloc[0] == model]
    return say("calibration.lead", ahead=len(ahead), count=len(levels))


def _findings(found: Told, holdout: pd.DataFrame, lang: str) -> Iterator[str]:
    say, table, model = words(lang), compared(holdout), model_of(holdout)
    for level, part in table.groupby("level", sort=False):
        mine, others = part[part["method"] == model], part[part["method"] != model]
        if mine.empty or others.empty:
            continue
        best = others.iloc[0]
        facts = {"level": level, "wape": _share(mine["wape"].iloc[0], lang), "best": _method(best["method"], lang)}
        yield say("calibration.level", **facts, other=_share(best["wape"], lang))
    prices = found["elasticities"]
    if prices:
        ends = {key: f"{prices[key]:.2f}" for key in ("mean", "decile_10", "decile_90")}
        counts = {key: prices[key] for key in ("items", "in_band", "positive_items")}
        yield say("calibration.elasticities", **ends, **counts)
        if not found.get("prices_identified", True):
            yield say("calibration.believed")
    for row in found["lifts"]:
        lift, seen = f"{row['model_median']:.2f}", f"{row['units_median']:.2f}"
        name = say.named("calibration.promotions", row["promotion"])
        yield say("calibration.lift", name=name, lift=lift, seen=seen, weeks=row["weeks"])
    if found.get("unidentified"):
        yield say(
            "calibration.unidentified", names=say.listed([_parameter(each, lang) for each in found["unidentified"]])
        )
    pairs = found.get("trade_offs") or []
    if pairs:
        first, second = (_parameter(each, lang) for each in pairs[0]["pair"])
        strength = f"{pairs[0]['correlation']:.2f}"
        yield say("calibration.trade_off", one=first, other=second, strength=strength, count=len(pairs))
    yield say("calibration.warned", count=len(found["warnings"]))


def _warnings(folder: Path, found: Told, lang: str) -> list[str]:
    """What the data report warns of; as it was written where that is all there is."""
    told = [sentence(each["key"], each["facts"], lang) for each in _data(folder) if each["severity"] == "warning"]
    return told or list(found["warnings"])


def _told(folder: Path, lang: str) -> Iterator[Table]:
    """What was dropped, repaired and noted, with the numbers of the rows."""
    say, found = words(lang), [each for each in _data(folder) if each["severity"] != "warning"]
    rows: list[Sequence[Cell]] = [
        [
            Cell(say(f"calibration.severities.{each['severity']}")),
            Cell(sentence(each["key"], each["facts"], lang), look="text"),
            number(f"{each['count']:,}", each["count"]),
            Cell(say.several([str(row) for row in each["rows"][:_MOST_ROWS]]), look="text"),
        ]
        for each in found
    ]
    heads = ("severity", "finding", "count", "row_numbers")
    if rows:
        columns = [say(f"calibration.{head}") for head in heads]
        yield Table("findings", say("calibration.findings_caption"), columns, rows, folded=len(rows) > 12)


def _data(folder: Path) -> list[Told]:
    """Findings of the data report; none of a calibration whose report has no keys."""
    file = folder / "data" / "summary.json"
    found = common.read_json(file).get("findings", []) if file.is_file() else []
    return [each for each in found if "key" in each]


def _fits(folder: Path, forecasts: pd.DataFrame, lang: str) -> list[Chart]:
    """Fitted and forecast units beside what came, of the level with the fewest series."""
    if forecasts.empty or not {"level", "series", "week", "units", "mean"} <= set(forecasts.columns):
        return []
    level, frame = fit_frame(folder, forecasts)
    title = words(lang)("calibration.fit_title", level=level)
    return [Chart("fit", fit.fit(frame, title, "units", lang), fit.alt_text(frame, title, "units", lang))]


def fit_frame(folder: Path, forecasts: pd.DataFrame) -> tuple[str, pd.DataFrame]:
    """The level with the fewest series, and its weeks as `fit.fit` draws them, series added up.

    Where the test weeks of series differ, a week belongs to the holdout in which most units were not learnt from.
    """
    counts = forecasts.groupby("level")["series"].nunique()
    level = str(counts.idxmin())
    part = forecasts[forecasts["level"] == level]
    bands = [name for name in _BAND if name in part and counts.min() == 1]
    held = part.groupby("week", sort=True)[["units", "mean", *bands]].sum()
    learnt = _learnt(folder, level, held)
    both = held[["units", "mean"]].add(learnt, fill_value=0.0).sort_index()
    share = held["units"].reindex(both.index, fill_value=0.0)
    alone = held[~held.index.isin(learnt.index)].reindex(both.index)
    frame = pd.DataFrame(
        {
            "period": both.index.astype(str),
            "observed": both["units"].to_numpy(),
            "predicted": both["mean"].to_numpy(),
            "low": alone[_BAND[0]].to_numpy() if bands else np.nan,
            "high": alone[_BAND[1]].to_numpy() if bands else np.nan,
            "holdout": both.index.isin(held.index) & (2 * share >= both["units"]).to_numpy(),
        }
    )
    return level, frame


def _learnt(folder: Path, level: str, held: pd.DataFrame) -> pd.DataFrame:
    """Units and fitted units of the weeks learnt from, indexed by week; no rows of an older calibration."""
    try:
        seen = pd.read_csv(folder / "fitted_weeks.csv")
    except (OSError, ValueError):
        return held.iloc[:0][["units", "mean"]]
    return seen[seen["level"] == level].astype({"week": held.index.dtype}).set_index("week")[["units", "mean"]]


def _hits(holdout: pd.DataFrame, lang: str) -> list[Chart]:
    table, model = compared(holdout), model_of(holdout)
    found = {
        str(level): [
            hits.Hit(_method(method, lang), float(wape), str(method) == model)
            for method, wape in zip(part["method"], part["wape"], strict=True)
        ]
        for level, part in table.groupby("level", sort=False)
    }
    return [Chart("hits", hits.hits(found, lang), hits.alt_text(found, lang))]


def _holdout(holdout: pd.DataFrame, lang: str) -> Table:
    say, table = words(lang), compared(holdout)
    known = [name for name in ("wape", "mase", "bias", "coverage") if name in table]
    rows = [
        [
            Cell(str(row["level"])),
            Cell(_method(row["method"], lang), look="text"),
            *(_score(name, row[name], lang) for name in known),
        ]
        for _, row in table.iterrows()
    ]
    columns = [say("calibration.level_head"), say("calibration.method"), *(say(f"calibration.{n}") for n in known)]
    return Table("holdout", say("calibration.holdout_caption"), columns, rows)


def _score(name: str, value: float, lang: str) -> Cell:
    text = quantity(value, "ratio", lang, 2) if name == "mase" else quantity(value, "1", lang, 1)
    return number(text, None if pd.isna(value) else float(value))


def _coverage(found: Told, lang: str) -> Table:
    say, rows = words(lang), []
    names = [key for key in (found["coverage"] or [{}])[0] if key.startswith("covered_")]
    for row in found["coverage"]:
        cells = [number(_share(row[name], lang), row[name]) for name in names]
        rows.append([Cell(str(row["level"])), number(f"{row['cells']:,}", row["cells"]), *cells])
    heads = [say("calibration.interval", share=name.removeprefix("covered_")) for name in names]
    columns = [say("calibration.level_head"), say("calibration.cells"), *heads]
    return Table("coverage", say("calibration.coverage_caption"), columns, rows)


def _estimates(folder: Path, found: Told, lang: str) -> Iterator[Table]:
    say = words(lang)
    table = _read(folder / "estimates.csv")
    rows: list[Sequence[Cell]] = [
        [
            Cell(say.named("calibration.parameters", row["name"])),
            Cell(_category(row["category"], lang), look="text"),
            number(f"{row['value']:.3g}", float(row["value"])),
            Cell(say("number.between", low=f"{row['low']:.3g}", high=f"{row['high']:.3g}"), look="number"),
            Cell(say("studies.yes" if row["identified"] else "studies.no"), look="text"),
        ]
        for _, row in table.iterrows()
    ]
    heads = ("parameter", "category", "value", "interval_95", "identified")
    yield Table("estimates", say("calibration.estimates_caption"), [say(f"calibration.{head}") for head in heads], rows)
    if found.get("trade_offs"):
        yield _trade_offs(found["trade_offs"], lang)
    prices = _read(folder / "elasticities.csv")
    body: list[Sequence[Cell]] = [
        [
            Cell(_category(row["item"], lang)),
            Cell(_category(row["category"], lang), look="text"),
            *(number(f"{row[key]:.2f}", float(row[key])) for key in ("elasticity", "decile_10", "decile_90")),
        ]
        for _, row in prices.iterrows()
    ]
    heads = ("item", "category", "elasticity", "decile_10", "decile_90")
    columns = [say(f"calibration.{head}") for head in heads]
    yield Table("elasticities", say("calibration.elasticities_caption"), columns, body, folded=len(body) > 12)
    promoted: list[Sequence[Cell]] = [
        [Cell(say.named("calibration.promotions", row["promotion"])), number(f"{row['weeks']:,}", row["weeks"]),
         *(number(f"{row[key]:.2f}", row[key]) for key in ("model_median", "units_median"))]
        for row in found["lifts"]
    ]  # fmt: skip
    columns = [say(f"calibration.{head}") for head in ("promotion", "weeks", "model_median", "units_median")]
    yield Table("lifts", say("calibration.lifts_caption"), columns, promoted)


def _trade_offs(pairs: Sequence[Told], lang: str) -> Table:
    say = words(lang)
    rows: list[Sequence[Cell]] = [
        [
            Cell(_parameter(each["pair"][0], lang)),
            Cell(_parameter(each["pair"][1], lang), look="text"),
            number(f"{each['correlation']:.2f}", float(each["correlation"])),
            number("–" if each["along_profile"] is None else f"{each['along_profile']:.2f}", each["along_profile"]),
        ]
        for each in pairs
    ]
    columns = [say(f"calibration.{head}") for head in ("parameter", "traded_with", "correlation", "along_profile")]
    return Table("trade_offs", say("calibration.trade_offs_caption"), columns, rows, folded=len(rows) > 12)


def _rows(rows: Told, lang: str) -> Table:
    say = words(lang)
    body = [[Cell(say.named("calibration.rows", key)), Cell(str(value), look="text")] for key, value in rows.items()]
    return Table("rows", say("calibration.rows_caption"), ["", say("calibration.value")], body)


def _assumptions(found: Told, lang: str) -> Iterator[str]:
    say = words(lang)
    for name, value in (found.get("structural") or {}).items():
        told = say.named("calibration.structures", name)
        yield say("calibration.structural", name=told, value=common.shown(value))
    for name, value in (found.get("expansion") or {}).items():
        yield say("calibration.expansion", name=_category(name, lang), value=common.shown(value))


def _method(name: str, lang: str) -> str:
    say, mean = words(lang), re.fullmatch(r"mean of (\d+) weeks", name)
    return say("calibration.mean_of_weeks", count=mean[1]) if mean else say.named("calibration.methods", name)


def _parameter(told: str, lang: str) -> str:
    """A parameter and its category, as results name the two in one."""
    name, _, category = str(told).partition(" ")
    known = words(lang).named("calibration.parameters", name)
    return known if category == WHOLE else f"{known}, {category}"


def _category(name: str, lang: str) -> str:
    return words(lang)("calibration.everything") if name in (WHOLE, f"({WHOLE})") else str(name)


def _share(value: float, lang: str) -> str:
    return quantity(float(value), "1", lang, 1)
