"""A batch: what all points of a design came to, scenario by scenario and policy by policy."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from channellab import __version__
from channellab.experiments import frames
from channellab.experiments.replicate import summarise
from channellab.experiments.schema import DATABASE
from channellab.reports.charts import ranking
from channellab.reports.inputs import embedded
from channellab.reports.kinds import common
from channellab.reports.language import metric_title, metric_unit, words
from channellab.reports.lever_names import lever_names, lever_value
from channellab.reports.quantities import with_interval
from channellab.reports.sections import Cell, Chart, Page, Section, Table, number
from channellab.reports.validity import validity
from channellab.scenarios.errors import BadInput
from channellab.scenarios.metrics import CATALOGUE

FILE, TOLD = DATABASE, "batch.json"
OUTCOMES = ("channel_profit", "market_share", "weighted_distribution", "fill_rate", "conflict_index")
_MOST = 12
"""Points in a chart."""


def page(folder: Path, lang: str) -> Page:
    """The page of a batch.

    Raises:
        BadInput: the study cannot be read, or nothing of it is done.
    """
    frame, say = frames.runs(folder), words(lang)
    done = frame[frame["status"] == "done"]
    if done.empty:
        raise BadInput(str(folder), "", "holds no run that is done, allowed is at least one")
    stored = common.played(folder)
    currencies = {each["settings"]["run"]["currency"] for each in stored["scenarios"].values()}
    currency = say.currency(currencies.pop()) if len(currencies) == 1 else say("units.unknown_money")
    metrics = outcomes(folder)
    points = summary(done, metrics, lang)
    inputs = list(frame.columns[3 : list(frame.columns).index("replication")])
    failed = int((frame["status"] == "failed").sum())
    return Page(
        lang,
        say("studies.kind_batch"),
        say("studies.title_batch", points=len(points)),
        [say("studies.facts_points", count=len(points)), say("report.facts_runs", count=len(done))],
        [*_findings(points, metrics, lang), say("studies.runs_failed", failed=failed, count=len(frame))],
        [
            Section("points", say("studies.points"), [say("studies.points_note")],
                    charts=list(_charts(points, metrics, lang, currency)),
                    tables=[_table(points, metrics, lang, currency)]),
        ],
        [
            (say("report.rerun"), "channellab rerun report.html"),
            (say("report.command"), "channellab batch DESIGN.toml --out DIR"),
            (say("studies.export"), "channellab runs DIR --export runs.csv"),
        ],
        alarm=_books(done, lang),
        assumptions=_varied(inputs, lang),
        inputs=embedded(stored),
        version=__version__,
        validity=validity(folder, lang),
    )  # fmt: skip


def _varied(inputs: Sequence[str], lang: str) -> list[str]:
    say, names = words(lang), lever_names(inputs, lang)
    return [say("studies.varied_inputs", inputs=say.listed(list(names.values())))] if names else []


def outcomes(folder: Path) -> list[str]:
    """Metrics that the design is about, and some that decide in every market."""
    told = common.read_json(folder / TOLD).get("outcomes", {}) if (folder / TOLD).is_file() else {}
    return list(dict.fromkeys([*(name for name in told if name in CATALOGUE), *OUTCOMES]))[: len(OUTCOMES)]


def summary(done: pd.DataFrame, metrics: Sequence[str], lang: str) -> pd.DataFrame:
    """A row a point (scenario, policy, inputs): its name, runs, and by metric mean, low and high."""
    inputs = list(done.columns[3 : list(done.columns).index("replication")])
    rows = []
    for keys, part in done.groupby(["scenario", "policy", *inputs], sort=False, dropna=False):
        scenario, policy, *values = keys
        row: dict[str, object] = {
            "point": _name(str(scenario), str(policy), dict(zip(inputs, values, strict=True)), done, lang)
        }
        row["runs"] = len(part)
        for metric in metrics:
            told = summarise(part[metric].tolist())
            row |= {metric: told["mean"], f"{metric} low": (told["ci95"] or [np.nan])[0],
                    f"{metric} high": (told["ci95"] or [np.nan, np.nan])[1]}  # fmt: skip
        rows.append(row)
    return pd.DataFrame(rows)


def _name(scenario: str, policy: str, values: dict[str, object], done: pd.DataFrame, lang: str) -> str:
    """What tells a point apart from the others."""
    names = lever_names(list(values), lang)
    parts = [scenario] if done["scenario"].nunique() > 1 or not (policy or values) else []
    parts += [policy] if policy else []
    varied = [key for key in values if done[key].nunique() > 1]
    parts += [f"{names[key]} {lever_value(key, values[key], lang)}" for key in varied]
    return ", ".join(parts) or scenario


def _interval(row: pd.Series, metric: str) -> list[float] | None:
    low, high = float(row[f"{metric} low"]), float(row[f"{metric} high"])
    return None if np.isnan(low) else [low, high]


def best(points: pd.DataFrame, metric: str) -> pd.Series:
    """The point with the best mean."""
    sign = 1 if CATALOGUE[metric].direction == "down" else -1
    return points.iloc[int((sign * points[metric]).to_numpy().argmin())]


def _findings(points: pd.DataFrame, metrics: Sequence[str], lang: str) -> Iterator[str]:
    say = words(lang)
    for metric in metrics:
        row = best(points, metric)
        unit = metric_unit(metric)
        mean = with_interval(row[metric], _interval(row, metric), unit, lang)
        kind = "best_point" if points[metric].nunique() > 1 else "all_alike"
        yield say(f"studies.{kind}", metric=metric_title(metric, lang), point=row["point"], mean=mean)


def _charts(points: pd.DataFrame, metrics: Sequence[str], lang: str, currency: str) -> Iterator[Chart]:
    for metric in metrics[:3]:
        sign = 1 if CATALOGUE[metric].direction == "down" else -1
        top = points.iloc[(sign * points[metric]).to_numpy().argsort(kind="stable")[:_MOST]]
        rows = [
            ranking.Ranked(str(row["point"]), float(row[metric]), _interval(row, metric), None, place == 0)
            for place, (_, row) in enumerate(top.iterrows())
        ]
        figure = ranking.ranking(rows, metric, lang, currency)
        yield Chart(f"points-{metric.replace('_', '-')}", figure, ranking.alt_text(rows, metric, lang))


def _table(points: pd.DataFrame, metrics: Sequence[str], lang: str, currency: str) -> Table:
    say, rows = words(lang), []
    for _, row in points.iterrows():
        cells = [
            number(with_interval(row[metric], _interval(row, metric), metric_unit(metric), lang), float(row[metric]))
            for metric in metrics
        ]
        rows.append([Cell(str(row["point"])), number(str(row["runs"]), float(row["runs"])), *cells])
    columns = [say("studies.point"), say("studies.runs"), *(common.metric_name(m, lang, currency) for m in metrics)]
    return Table("points", say("studies.points_caption"), columns, rows)


def _books(done: pd.DataFrame, lang: str) -> str:
    money, goods = float(done["money_imbalance"].max()), float(done["goods_imbalance"].max())
    if money <= 1e-9 and goods == 0:
        return ""
    return words(lang)("report.books_bad", money=f"{money:.1g}", goods=f"{goods:g}")
