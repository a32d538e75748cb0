"""Recovery: small markets are made from truths that are known, fitted, and their intervals held against the truths.

Every truth is drawn anew, as the fit believes before it sees data (`fit_settings.PRIORS`; the expansion evenly from
`EXPANSIONS`), so that intervals are tried where the fit claims to be right. Weekly shocks that series share, and a
level that drifts, are made but not told: the fit has to find out how sure it can be.
"""

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from scipy.stats import beta, kstest, norm

from channellab.calibration import synthetic
from channellab.calibration.backtest import Held, windows
from channellab.calibration.choose import best, choose
from channellab.calibration.diagnostics import Diagnostics, diagnostics
from channellab.calibration.fit import Fitted, fit_structure
from channellab.calibration.fit_settings import PRIORS, FitSettings
from channellab.calibration.history import History, read_history
from channellab.calibration.history_file import EXAMPLES
from channellab.calibration.levels import SERIES, sums
from channellab.calibration.parameters import MEMORY
from channellab.calibration.shared_shocks import shocks_of
from channellab.calibration.structure import MEMORIES, structure
from channellab.scenarios.fitted import COEFFICIENTS

_STREAM = 6_002
OUTLETS = (2, 1, 2, 1)
"""Of each kind in the shipped truth."""
PRODUCTS = ("tea classic", "tea green", "tea mint", "soap lemon", "soap rose", "soap house")
EXPANSIONS = (0.1, 0.9)
RISES = 3
AHEAD = 13
"""Weeks of the windows on which shocks are measured."""
DISPERSION = 0.03
"""Of fits without a search: about what weekly shocks of the made markets come to."""


@dataclass(frozen=True)
class Recovered:
    """A quantity of one fit beside its truth."""

    name: str
    category: str
    truth: float
    value: float
    error: float
    low: float
    high: float
    identified: bool

    @property
    def covered(self) -> bool:
        """Whether the interval holds the truth."""
        return self.low <= self.truth <= self.high

    @property
    def rank(self) -> float:
        """Share of draws of the posterior that lie below the truth."""
        return float(norm.cdf((self.truth - self.value) / self.error))


@dataclass(frozen=True)
class Coverage:
    """How often the intervals of quantities of one name held the truth.

    Attributes:
        low, high: exact 95 % interval of the coverage (Clopper and Pearson 1934). bias: mean of estimate less truth.
        spread: root mean square of it. error: root mean square of the standard errors. identified: share.
        uniform: p-value of the test that the truths' ranks among draws of the posterior, which is taken to be normal,
            are uniform, as those of truths drawn from the prior should be (Talts et al. 2018, arXiv:1804.06788).
    """

    name: str
    intervals: int
    covered: float
    low: float
    high: float
    bias: float
    spread: float
    error: float
    identified: float
    uniform: float


def small_truth(seed: int, drift: float | None = None, weeks: int = 104) -> dict[str, Any]:
    """The truth of a small market, drawn anew for each seed.

    Args:
        drift: of the levels a week, by default as in the shipped truth.
    """
    luck = np.random.default_rng([_STREAM, seed])
    truth = synthetic.read_truth()
    demand = {**truth["demand"], "item_spread": 0.0}
    for name, prior in PRIORS.items():
        demand[synthetic.NAMED.get(name, name)] = float(luck.normal(prior.mean, prior.sd))
    demand["price"] = demand.pop("log_discount")
    start = FitSettings.model_validate({}).start
    demand |= {name: float(luck.normal(0, sd)) for name, sd in zip(MEMORIES, MEMORY, strict=True)}
    demand["decay"] = start.decay
    demand |= {"expansion": float(luck.uniform(*EXPANSIONS)), "drift": demand["drift"] if drift is None else drift}
    return {
        **truth,
        "seed": seed,
        "weeks": weeks,
        "demand": demand,
        "deviations": {"item": start.item, "cell": start.cell, "series": start.series},
        "promotions": {**truth["promotions"], "own_rises": RISES},
        "outlets": [{**each, "count": count} for each, count in zip(truth["outlets"], OUTLETS, strict=True)],
        "products": [each for each in truth["products"] if each["name"] in PRODUCTS],
    }


def small_history(made: synthetic.Made) -> History:
    """A history as it was made, read as a user's would be."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        synthetic.write(folder, made)
        text = (EXAMPLES / "synthetic.toml").read_text("utf-8").replace('folder = "synthetic"', 'folder = "."')
        (folder / "calibration.toml").write_text(text, "utf-8")
        return read_history(folder / "calibration.toml")


def fitted_small(history: History, trials: int = 0) -> tuple[Fitted, Diagnostics]:
    """A fit to all weeks of a small history with its diagnostics, its settings searched for in so many trials."""
    settings = FitSettings.model_validate({"classes": (1,)})
    learn = np.ones(history.shape, np.bool_)
    found = structure(history, settings, learn)
    scored = {"series": sums(history, "series", SERIES)}
    held = Held(windows(history, learn, found.end, settings, AHEAD), settings, scored)
    chosen = replace(settings.start, dispersion=DISPERSION)
    if trials:
        chosen = best(list(choose(held, trials))).structural
    fitted = fit_structure(found, settings, chosen)
    return fitted, diagnostics(fitted, shocks_of(held, chosen))


def recovered(seed: int, drift: float | None = None, trials: int = 0, weeks: int = 104) -> list[Recovered]:
    """Makes a small market, fits it, and tells every quantity beside its truth."""
    truth = small_truth(seed, drift, weeks)
    made = synthetic.make(truth)
    fitted, found = fitted_small(small_history(made), trials)
    return [
        Recovered(e.name, e.category, _truth(e.name, e.category, made, truth, fitted), e.value, e.error, e.low, e.high,
                  e.identified)
        for e in found.estimates
    ]  # fmt: skip


def _truth(name: str, category: str, made: synthetic.Made, truth: dict[str, Any], fitted: Fitted) -> float:
    """What a quantity is in a made market: a coefficient is the mean over the category's series."""
    if name not in COEFFICIENTS:
        return float(truth["demand"][name])
    s = fitted.structure
    inside = np.flatnonzero(s.category == s.names["category"].index(category))
    outlet, product = list(made.outlets["outlet"]), list(made.products["product"])
    rows = [outlet.index(s.names["outlet"][code]) for code in s.outlet[inside]]
    columns = [product.index(s.names["item"][code]) for code in s.item[inside]]
    return float(made.effects[name][rows, columns].mean())


def coverages(found: Iterable[Recovered]) -> Iterator[Coverage]:
    """By name, then of all together."""
    rows = list(found)
    for name in dict.fromkeys(row.name for row in rows):
        yield _coverage(name, [row for row in rows if row.name == name])
    yield _coverage("all", rows)


def _coverage(name: str, rows: Sequence[Recovered]) -> Coverage:
    count, inside = len(rows), sum(row.covered for row in rows)
    away = np.array([row.value - row.truth for row in rows])
    low, high = covered_between(inside, count)
    return Coverage(
        name=name,
        intervals=count,
        covered=inside / count,
        low=low,
        high=high,
        bias=float(away.mean()),
        spread=float(np.sqrt((away**2).mean())),
        error=float(np.sqrt(np.mean([row.error**2 for row in rows]))),
        identified=float(np.mean([row.identified for row in rows])),
        uniform=float(kstest([row.rank for row in rows], "uniform").pvalue),
    )


def covered_between(inside: int, count: int) -> tuple[float, float]:
    """Exact 95 % interval of a share (Clopper and Pearson 1934).

    >>> [round(end, 3) for end in covered_between(95, 100)]
    [0.887, 0.984]
    """
    low = float(beta.ppf(0.025, inside, count - inside + 1)) if inside else 0.0
    high = float(beta.ppf(0.975, inside + 1, count - inside)) if inside < count else 1.0
    return low, high
