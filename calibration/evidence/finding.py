"""What an experiment found: a figure of the model with its interval, beside what was published.

An experiment is a function that takes the seeds and returns its findings, kept in a dict ``FINDINGS`` of its module
under the id of the claim. It measures markets week by week with `replicate`, and turns the figures of all seeds into
a `Finding` with `found`.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from channellab.experiments.replicate import replication_seeds, summarise
from channellab.scenarios.arrays import Floats
from channellab.scenarios.files import Loaded, load
from channellab.sim import metrics
from channellab.sim.market import Market, region_table
from channellab.sim.rules import COMPILED, Rules

SEEDS = 20
"""Replications behind an interval, unless told otherwise."""

Verdict = Literal["agrees", "differs", "no figure to compare"]
Weeks = Iterator[Market]
"""One market after each of its measured weeks."""
Measure = Callable[[Weeks], float | Sequence[float] | Floats]
"""Watches one market through its measured weeks, and returns one figure or several."""


@dataclass(frozen=True)
class Finding:
    """One figure of the model beside the published one.

    Attributes:
        claim: id of the claim, e.g. ``"BW1"``. measured: what was measured, in one sentence. unit: of the value.
        value, low, high: mean over seeds and its two-sided 95 % Student interval. seeds: number of replications.
        published: the figure or sign as the source gives it, with the source.
        published_low, published_high: ends of the published range; one that is None is open, so ``(0, None)`` is a
            published sign. Both None: the source gives no figure.
        inputs: the settings that encode the effect, and what happens without them.
        scenario: the scenario it was measured in, with what was changed.
    """

    claim: str
    measured: str
    unit: str
    value: float
    low: float
    high: float
    seeds: int
    published: str
    published_low: float | None
    published_high: float | None
    inputs: str
    scenario: str

    @property
    def verdict(self) -> Verdict:
        """Agrees where the interval touches a published range with two ends, or lies wholly on the side of a sign."""
        low, high = self.published_low, self.published_high
        if low is None and high is None:
            return "no figure to compare"
        if low is not None and high is not None:
            agrees = self.low <= high and self.high >= low
        elif low is not None:
            agrees = self.low > low
        else:
            agrees = high is not None and self.high < high
        return "agrees" if agrees else "differs"


Experiment = Callable[[Sequence[int]], Sequence[Finding]]
"""Plays its markets under these seeds, and says what it found."""


def found(
    claim: str,
    measured: str,
    values: Floats,
    *,
    unit: str = "1",
    published: str,
    low: float | None = None,
    high: float | None = None,
    inputs: str,
    scenario: str,
) -> Finding:
    """The finding of one figure per seed, (N,) with N at least 2; ``low`` and ``high`` as published.

    For a paired effect give the differences, seed by seed, of two `replicate` under the same seeds.

    >>> found("X", "A figure.", np.array([1.0, 3.0]), published="about 2", low=2, high=2, inputs="", scenario="").value
    2.0
    """
    summary = summarise(values.tolist())
    bottom, top = summary["ci95"]
    return Finding(
        claim, measured, unit, summary["mean"], bottom, top, values.size, published, low, high, inputs, scenario
    )


def seeds_of(loaded: Loaded, count: int = SEEDS) -> list[int]:
    """Seeds of the replications of a scenario, as ``channellab run --replications`` draws them."""
    return replication_seeds(loaded.scenario.run.seed, count)


def scenario(name: str, **changes: Any) -> Loaded:
    """A scenario of the library with settings changed: ``scenario("base", consumers__count=5000)``.

    Two underscores stand for the dot of a dotted key; texts must not hold quotation marks.
    """
    return load(name, [f"{key.replace('__', '.')}={_toml(value)}" for key, value in changes.items()])


def replicate(loaded: Loaded, measure: Measure, seeds: Sequence[int], rules: Rules = COMPILED) -> Floats:
    """One row a seed, (N,) or (N, figures...): what ``measure`` says of each market.

    Markets of different scenarios under the same seeds share their luck, so rows pair up.
    """
    rows = []
    for seed in seeds:
        with opened(loaded, seed, rules) as market:
            rows.append(measure(measured_weeks(market)))
    return np.array(rows, np.float64)


@contextmanager
def opened(loaded: Loaded, seed: int, rules: Rules = COMPILED) -> Iterator[Market]:
    """A market that has played its warm-up, and is forgotten afterwards."""
    settings = loaded.scenario
    market = Market(settings, region_table(settings, loaded.base), seed, rules, loaded.where or loaded.name)
    try:
        market.play(settings.run.warmup)
        yield market
    finally:
        market.close()


def measured_weeks(market: Market) -> Weeks:
    """Plays the measured weeks one by one."""
    for _ in range(market.scenario.run.weeks):
        market.step()
        yield market


def summary_of(*names: str) -> Measure:
    """Measures metrics of the catalogue over all measured weeks."""

    def measure(weeks: Weeks) -> list[float]:
        market = last(weeks)
        values = metrics.summary(market)
        return [values[name] for name in names]

    return measure


def last(weeks: Weeks) -> Market:
    """Plays all measured weeks and returns the market."""
    *_, market = weeks
    return market


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_toml, value))}]"
    return str(value)
