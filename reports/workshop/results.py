"""What the runs of a job say together: metrics side by side, differences from the first policy, weeks, regions."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from scipy.special import stdtrit

from channellab.experiments.compare import Comparison
from channellab.experiments.families import PRIMARY
from channellab.experiments.play import Run
from channellab.experiments.replicate import LEVEL, Study, summarise
from channellab.reports.folder import Difference
from channellab.reports.study import verdict
from channellab.reports.workshop.portrait import portrait
from channellab.scenarios.arrays import Floats
from channellab.scenarios.files import Loaded
from channellab.scenarios.metrics import CATALOGUE
from channellab.sim.metrics import WEEKLY

PARTNERS = 40
"""Partners of a region that its story lists, the largest first."""
_REGIONAL = ("weighted_distribution", "numeric_distribution", "units_sold", "revenue", "contribution")

Played = Sequence[tuple[Loaded, Sequence[Run]]]
"""By policy, its scenario and its runs, in the order of the seeds."""


def told(played: Played) -> dict[str, Any]:
    """The result as plain data: ``metrics`` and ``weekly`` by name, each with an entry a policy."""
    return {
        "seeds": len(played[0][1]),
        "weeks": played[0][0].scenario.run.weeks,
        "primary": list(PRIMARY),
        "metrics": _metrics(played),
        "weekly": {name: [_band(name, runs) for _, runs in played] for name in WEEKLY},
        "books": {
            "money_imbalance": max(run.money_imbalance for _, runs in played for run in runs),
            "goods_imbalance": max(run.goods_imbalance for _, runs in played for run in runs),
        },
    }


def comparison(played: Played, elapsed: float = 0.0) -> Comparison | Study:
    """The same as the lab's own result, which reports are written of."""
    studies = {loaded.name: Study(loaded, tuple(runs), elapsed) for loaded, runs in played}
    first = next(iter(studies))
    return studies[first] if len(studies) == 1 else Comparison(studies, first, elapsed)


def regions(played: Played) -> list[dict[str, Any]]:
    """Every region with its place, and its figures by policy."""
    tables = [_mean_regions(runs) for _, runs in played]
    first = played[0][1][0].regions
    fixed = ("region", "name_en", "name_zh", "role", "population", "latitude", "longitude")
    rows = first[[*fixed]].to_dict("records")
    for number, row in enumerate(rows):
        row["policies"] = [{name: float(table[name][number]) for name in _REGIONAL} for table in tables]
    return [{str(key): value for key, value in row.items()} for row in rows]


def story(played: Played, region: str) -> list[dict[str, Any]]:
    """Partners of a region by policy, on the first seed: what they received, how content they are, their record."""
    found = []
    for _, runs in played:
        table = runs[0].partners
        rows = table[table["region"] == region].sort_values("units_received", ascending=False, kind="stable")
        earned = runs[0].rebates.groupby("partner")["money"].sum()
        listed = rows.head(PARTNERS).drop(columns="region").to_dict("records")
        for row in listed:
            row["rebates"] = float(earned.get(row["partner"], 0.0))
        found.append(
            {"partners": [{str(key): value for key, value in row.items()} for row in listed], "all": len(rows)}
        )
    return found


def partner(played: Played, name: str) -> list[dict[str, Any] | None]:
    """A partner's story by policy, on the first seed; None where it is no partner under a policy."""
    found = []
    for _, runs in played:
        mine = runs[0].rebates[runs[0].rebates["partner"] == name]
        earned = {str(plan): float(money) for plan, money in mine.groupby("plan")["money"].sum().items()}
        found.append(portrait(runs[0].partners, earned, name))
    return found


def _metrics(played: Played) -> dict[str, Any]:
    values = [{name: np.array([run.metrics[name] for run in runs]) for name in CATALOGUE} for _, runs in played]
    found: dict[str, Any] = {}
    for name, metric in CATALOGUE.items():
        means = [summarise(each[name].tolist()) for each in values]
        found[name] = {"unit": metric.unit, "policies": means, "differences": [None] * len(played)}
    for name, others in _differences(played, values).items():
        found[name]["differences"] = [None, *others]
    return found


def _differences(played: Played, values: Sequence[Mapping[str, Floats]]) -> dict[str, list[dict[str, Any]]]:
    """Against the first policy; of a single seed there is a difference, and nothing to say about how sure it is."""
    if len(played) < 2:
        return {}
    if len(played[0][1]) == 1:
        return {
            name: [{"mean": float((each[name] - values[0][name])[0]), "ci95": None} for each in values[1:]]
            for name in CATALOGUE
        }
    result = comparison(played)
    assert isinstance(result, Comparison)
    return {name: [_told(name, vars(each)) for each in row.values()] for name, row in result.differences().items()}


def _told(metric: str, found: Mapping[str, Any]) -> dict[str, Any]:
    ends = (found["low"], found["high"])
    judged = Difference(mean=found["mean"], ci95=ends, p_holm=found["p_holm"], better=found["better"])
    return {
        "mean": found["mean"],
        "ci95": [*ends],
        "p_holm": found["p_holm"],
        "better": found["better"],
        "verdict": verdict(metric, judged),
    }


def _band(metric: str, runs: Sequence[Run]) -> dict[str, Any]:
    """Mean over seeds, (W,), and the interval of that mean (Student) where there is more than one."""
    values = np.stack([run.weekly[metric].to_numpy(np.float64) for run in runs])
    mean = values.mean(axis=0)
    if len(runs) == 1:
        return {"mean": _short(mean), "low": None, "high": None}
    half = values.std(axis=0, ddof=1) / np.sqrt(len(runs)) * stdtrit(len(runs) - 1, 0.5 + LEVEL / 2)
    return {"mean": _short(mean), "low": _short(mean - half), "high": _short(mean + half)}


def _mean_regions(runs: Sequence[Run]) -> dict[str, Floats]:
    return {name: np.mean([run.regions[name].to_numpy(np.float64) for run in runs], axis=0) for name in _REGIONAL}


def _short(values: Floats) -> list[float]:
    return [float(f"{value:.6g}") for value in values.tolist()]
