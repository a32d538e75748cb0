"""Histories of first purchases: the Bass curve fitted to them, and played by the market's consumers.

Fitted by least squares on adoptions in each year, as Srinivasan & Mason (1986, Marketing Science 5:169) advise; the
regression on cumulative adoptions of Bass (1969, Management Science 15:215) is biased where years are few.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import least_squares
from scipy.stats import t as student

from channellab.calibration.gates.diffusion import bass_peak, bass_sales
from channellab.experiments.play import play
from channellab.experiments.replicate import replication_seeds
from channellab.scenarios.arrays import Floats
from channellab.scenarios.files import load, varied

WEEKS = 52
FEWEST = 5
"""Years, as three parameters are fitted."""


@dataclass(frozen=True)
class BassFit:
    """Estimates of p and q (1/year) and m (adopters in the end), with their 95 % intervals.

    Attributes:
        fitted: (Y,) adoptions a year. r_squared: share of their variance that is explained. peak: years to the peak.
    """

    p: float
    q: float
    m: float
    ci95: dict[str, tuple[float, float]]
    fitted: Floats
    r_squared: float

    @property
    def peak(self) -> float:
        """Years from the launch to the largest sales, 0 where they fall from the start."""
        return bass_peak(self.p, self.q)[0]

    def document(self) -> dict[str, Any]:
        """As plain data."""
        return {
            **{name: {"estimate": getattr(self, name), "ci95": [*self.ci95[name]]} for name in ("p", "q", "m")},
            "peak_years": self.peak,
            "r_squared": self.r_squared,
        }


def fit_bass(adoptions: Floats) -> BassFit:
    """Of adoptions in successive years from the launch, (Y,).

    Raises:
        ValueError: there are fewer than five years, a year is negative, or none has any.
    """
    if adoptions.size < FEWEST:
        raise ValueError(f"has {adoptions.size} years, needed are {FEWEST}")
    if not (adoptions >= 0).all() or not adoptions.any():
        raise ValueError("has years that are negative or no number, or no year with adoptions")
    scale = float(adoptions.sum())

    def expected(log: Floats) -> Floats:
        p, q, m = np.exp(log)
        return bass_sales(adoptions.size, p, q, m * scale)

    starts = [np.log([p, q, m]) for p in (0.003, 0.02) for q in (0.2, 0.5, 1.0) for m in (1.2, 3.0)]

    def rest(log: Floats) -> Floats:
        return (expected(log) - adoptions) / scale

    found = [least_squares(rest, start) for start in starts]
    best = min(found, key=lambda each: float(each.cost))
    fitted = expected(best.x)
    p, q, m = (np.exp(best.x) * [1, 1, scale]).tolist()
    return BassFit(
        p, q, m, _intervals(np.asarray(best.jac), best.fun, best.x, scale), fitted, _r_squared(adoptions, fitted)
    )


def played(fit: BassFit, years: int, consumers: int, replications: int) -> Floats:
    """Share of consumers that has adopted at the end of every year, (R, years), in the market with these p and q."""
    changes = [
        f"consumers.count={consumers}",
        f"consumers.awareness.innovation={fit.p / WEEKS}",
        f"consumers.awareness.imitation={fit.q / WEEKS}",
        f"run.weeks={years * WEEKS}",
    ]
    loaded = varied(load("bass-diffusion"), changes)
    sold = []
    for seed in replication_seeds(loaded.scenario.run.seed, replications):
        weekly = play(loaded, seed).weekly["units_sold"].to_numpy(dtype=float)
        sold.append(weekly.cumsum()[WEEKS - 1 :: WEEKS] / consumers)
    return np.array(sold)


def _intervals(slope: Floats, rest: Floats, log: Floats, scale: float) -> dict[str, tuple[float, float]]:
    """By the delta method on logarithms, so that bounds stay positive."""
    free = rest.size - log.size
    variance = float(rest @ rest) / free * np.linalg.pinv(slope.T @ slope)
    reach = float(student.ppf(0.975, free)) * np.sqrt(np.diag(variance))
    ends = np.exp(np.array([log - reach, log + reach])) * [1, 1, scale]
    return {name: (float(low), float(high)) for name, low, high in zip(("p", "q", "m"), *ends, strict=True)}


def _r_squared(actual: Floats, fitted: Floats) -> float:
    return 1 - float(((actual - fitted) ** 2).sum() / ((actual - actual.mean()) ** 2).sum())
