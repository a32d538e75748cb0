"""The method of simulated moments, where a simulation is dear: which parameters give a model the moments of a history.

A spread of points is simulated first. Then, batch by batch, an emulator of the moments is fitted to the points that
come closest, and new points are drawn where it expects a good match; at the end it gives the estimate and its spread,
as an approximate posterior over the bounds (Gutmann & Corander 2016, J. Mach. Learn. Res. 17:125; the match is judged
by moments weighed with the inverse of their variance, McFadden 1989, Econometrica 57:995). Measured against Optuna's
samplers and others in `benchmarks/brock_hommes.py`.
"""

from dataclasses import dataclass, field

import numpy as np
from scipy.stats import qmc

from channellab.calibration.emulator import Emulator
from channellab.scenarios.arrays import Floats
from channellab.scenarios.errors import ChannelLabError

FIRST_SHARE = 1 / 3
"""Of the evaluations: the spread of points at the start."""
BATCH = 10
KEPT = 60
"""Points, the closest ones, that the emulator is fitted to."""
CANDIDATES, CENTRES = 4000, 8
"""Points at which a match is foretold: half anywhere, half about the closest so many simulated ones."""
STEP, STEPS = 0.12, (0.3, 1.0, 2.0)
"""Standard deviation of candidates about a centre, in the unit cube, times one of these."""
ANYWHERE = 0.25
"""Share of the candidates of the conclusion that lie anywhere."""
TEMPER = 2.0
"""While searching, the posterior is this much flatter than at the end."""
FEWEST = 8


@dataclass(frozen=True)
class MomentFit:
    """What came of it, in the unit cube.

    Attributes:
        estimate, low, high: (D,) posterior mean and its 95 % interval. match: mean weighed squared gap of the closest
            simulated point, about 1 where the model can give the moments. foretold: that which the emulator expects at
            the estimate. weights: (M,) of the squared gaps. draws: (N, D) of the posterior.
        correlation: (D, D) of the posterior; pairs near -1 or 1 trade off against each other.
        failed: simulations that gave no moments.
    """

    estimate: Floats
    low: Floats
    high: Floats
    match: float
    foretold: float
    weights: Floats
    draws: Floats
    correlation: Floats
    failed: int


@dataclass
class MomentSearch:
    """Asks for points of the unit cube to be simulated, is told what they gave, and concludes.

    Everything it draws depends on ``seed`` alone, so that it can be interrupted and played again from what is stored.

    Args:
        target: (M,) moments of the history. error: (M,) their standard errors, 0 where not known.
        dimensions: D. ensemble: simulations a point, over which its moments are means.
    """

    target: Floats
    error: Floats
    dimensions: int
    evaluations: int
    ensemble: int
    seed: int = 1
    points: Floats = field(init=False)
    moments: Floats = field(init=False)
    variances: Floats = field(init=False)

    def __post_init__(self) -> None:
        self.points = np.empty((0, self.dimensions))
        self.moments = np.empty((0, self.target.size))
        self.variances = np.empty((0, self.target.size))

    def ask(self) -> Floats:
        """The next points, (B, D); none when all have been asked for.

        Raises:
            ChannelLabError: too few of the simulations gave moments to go on.
        """
        left = self.evaluations - len(self.points)
        if not len(self.points):
            return self._spread(min(left, max(FEWEST, round(FIRST_SHARE * self.evaluations))))
        if left <= 0:
            return np.empty((0, self.dimensions))
        candidates, weights = self._promising()
        size = min(BATCH, left)
        repeats = bool(np.count_nonzero(weights) < size)
        chosen = self._luck(1).choice(len(candidates), size=size, p=weights, replace=repeats)
        return np.asarray(candidates[chosen])

    def tell(self, points: Floats, moments: Floats, variances: Floats) -> None:
        """What simulations gave: means over the ensemble (B, M) and variances within it; a failed one has no number."""
        self.points = np.vstack([self.points, points])
        self.moments = np.vstack([self.moments, moments])
        self.variances = np.vstack([self.variances, variances])

    def conclude(self) -> MomentFit:
        """The estimate and how sure it is."""
        points, weights = self._conclusion()
        draws = points[self._luck(2).choice(len(points), size=CANDIDATES, p=weights)]
        low, high = np.quantile(draws, [0.025, 0.975], axis=0)
        with np.errstate(invalid="ignore"):
            correlation = np.corrcoef(draws.T).reshape(self.dimensions, self.dimensions)
        _, moments, _ = self._fine()
        gap, estimate = self._weights(), np.asarray(weights @ points)
        match = float(self._gap(moments, gap).min())
        foretold = float(self._gap(self._emulator(gap)(estimate[None]), gap)[0])
        failed = len(self.points) - len(moments)
        return MomentFit(estimate, low, high, match, foretold, gap, draws, correlation, failed)

    def _luck(self, what: int) -> np.random.Generator:
        return np.random.default_rng([self.seed, len(self.points), what])

    def _spread(self, count: int) -> Floats:
        """Points of a scrambled Sobol sequence; its balance in powers of two is not needed."""
        sobol = qmc.Sobol(self.dimensions, rng=np.random.default_rng([self.seed, 0]))
        return np.asarray(sobol.random_base2(int(np.ceil(np.log2(count))))[:count])

    def _fine(self) -> tuple[Floats, Floats, Floats]:
        """Points with moments, these, and their variances."""
        fine = np.isfinite(self.moments).all(axis=1)
        if fine.sum() < min(FEWEST, self.evaluations):
            raise ChannelLabError(f"{fine.sum()} of {fine.size} simulations gave moments, needed are {FEWEST}")
        return self.points[fine], self.moments[fine], self.variances[fine]

    def _weights(self) -> Floats:
        """(M,) one over the variance of the gap: of the history's moments, and of the simulated ones near it."""
        _, moments, variances = self._fine()
        rough = ((moments - self.target) ** 2 / (variances + self.error**2 + 1e-3)).sum(axis=1)
        near = np.argsort(rough, kind="stable")[: max(10, len(moments) // 5)]
        noise = np.median(np.nan_to_num(variances[near]), axis=0)
        of_target = np.where(self.error > 0, self.error**2, noise)
        return 1 / np.maximum(of_target + noise / self.ensemble, 1e-9)

    def _gap(self, moments: Floats, weights: Floats) -> Floats:
        return np.asarray(((moments - self.target) ** 2 * weights).mean(axis=1))

    def _emulator(self, weights: Floats) -> Emulator:
        """Fitted to the closest points."""
        points, moments, _ = self._fine()
        kept = np.argsort(self._gap(moments, weights), kind="stable")[:KEPT]
        return Emulator.fit(points[kept], moments[kept], weights)

    def _conclusion(self) -> tuple[Floats, Floats]:
        """Candidates (Q, D) and their probabilities (Q,) under the posterior over the cube, all points alike before.

        What the emulator does not know counts as a gap does, and candidates are weighed by how rarely they are drawn.
        """
        points, moments, _ = self._fine()
        weights = self._weights()
        centres = points[np.argsort(self._gap(moments, weights), kind="stable")[:CENTRES]]
        candidates, rarity = _about(centres, self._luck(0))
        emulator = self._emulator(weights)
        squares = (emulator(candidates) - self.target) ** 2
        misfit = max(1.0, float((squares * weights).mean(axis=1).min()))
        variance = misfit / weights + emulator.variance(candidates)
        log_chance = -0.5 * (squares / variance + np.log(variance)).sum(axis=1) + np.log(rarity)
        chance = np.exp(log_chance - log_chance.max())
        return candidates, chance / chance.sum()

    def _promising(self) -> tuple[Floats, Floats]:
        """Candidates (Q, D), half of them anywhere, and how likely each is to be simulated next, (Q,)."""
        points, moments, _ = self._fine()
        weights = self._weights()
        order = np.argsort(self._gap(moments, weights), kind="stable")
        luck = self._luck(0)
        spread = luck.random((CANDIDATES // 2, self.dimensions))
        centres = points[order[:CENTRES]][luck.integers(0, min(CENTRES, len(order)), CANDIDATES - len(spread))]
        steps = STEP * luck.choice(STEPS, size=(len(centres), 1))
        near = np.clip(centres + steps * luck.standard_normal(centres.shape), 0, 1)
        candidates = np.vstack([spread, near])
        gap = self._gap(self._emulator(weights)(candidates), weights)
        chance = np.exp(-weights.size * (gap - gap.min()) / (2 * max(1.0, TEMPER * float(gap.min()))))
        return candidates, chance / chance.sum()


def _about(centres: Floats, luck: np.random.Generator) -> tuple[Floats, Floats]:
    """Points of the cube, a part anywhere and the others about centres (C, D); and one over their density (Q,)."""
    dimensions = centres.shape[1]
    count = round((1 - ANYWHERE) * CANDIDATES)
    near = centres[luck.integers(0, len(centres), count)]
    near = near + STEP * luck.choice(STEPS, size=(count, 1)) * luck.standard_normal(near.shape)
    near = near[((near >= 0) & (near <= 1)).all(axis=1)]
    inside = len(near) / count
    points = np.vstack([luck.random((CANDIDATES - count, dimensions)), near])
    square = ((points[:, None] - centres) ** 2).sum(axis=-1)
    sizes = STEP * np.array(STEPS)[:, None, None]
    bells = np.exp(-0.5 * square / sizes**2) / (np.sqrt(2 * np.pi) * sizes) ** dimensions
    density = bells.mean(axis=(0, 2)) / max(inside, 1 / count)
    share = len(near) / len(points)
    return points, 1.0 / (1 - share + share * density)
