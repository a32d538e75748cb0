"""What candidates are worth behind the luck of their few runs: what their neighbours tell of them (kriging).

The best of many noisy figures is too good, mostly by luck (the winner's curse). Where worth changes smoothly with the
levers, candidates nearby tell how much of a figure is luck. A Gaussian process says how much (Rasmussen & Williams
2006, Gaussian Processes for Machine Learning); its kernel is Matérn's of order 5/2 with a length for every coordinate.
"""

import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.optimize import Bounds, minimize
from threadpoolctl import threadpool_limits

from channellab.experiments.inputs import Input, Values
from channellab.scenarios.arrays import Floats, Index

if TYPE_CHECKING:
    from sklearn.gaussian_process import GaussianProcessRegressor

MOST, MOST_TUNED = 1000, 200
"""Most candidates that are learned from, and that the kernel is estimated from: effort grows with the cube of both."""
FEWEST = 12
"""Fewest candidates, or two a coordinate, that something can be learned from."""
SPREAD = 1.5
"""Standard deviation of logs of lengths around the side of the space of levers, of size and luck around what they are
at first: what is believed of the kernel before any candidate is seen."""
FIRST_SIZE, FIRST_LUCK = 1.0, 0.1
"""Variances of worth and of luck at first, over that of figures."""
BOUNDS = (1e-4, 150.0)
"""Of lengths and variances."""
STEPS = 60
"""Most steps towards the likeliest kernel."""
JITTER = 1e-6
"""Share of the variance of worth that is added to what is not known, so that rounding cannot make it negative."""
ROUNDING = 1e-12
"""Figures that differ by a smaller share than this are the same."""


@contextmanager
def single() -> Iterator[None]:
    """Arithmetic in one thread: the same digits on any number of cores, and a tenth of the effort at this size."""
    with threadpool_limits(1):
        yield


@dataclass(frozen=True)
class Belief:
    """Worth of candidates, as far as it is known.

    Attributes:
        mean: (candidates,). root: (candidates, candidates), a root of the covariance of what is not known of it.
    """

    mean: Floats
    root: Floats

    def samples(self, count: int, luck: np.random.Generator) -> Floats:
        """What worth may be, (count, candidates)."""
        return self.mean + luck.standard_normal((count, len(self.mean))) @ self.root.T


@dataclass(frozen=True)
class Learned:
    """Worth of any policy, learned from some that were played.

    Attributes:
        middle, scale: of figures. process: of what was learned of them, None where figures do not differ.
    """

    middle: float
    scale: float
    process: "GaussianProcessRegressor | None" = None

    @classmethod
    def of(cls, points: Floats, figures: Floats, first: Index | None = None) -> "Learned":
        """From points (N, D) and figures (N,) as they were seen; of very many those that are named first and others
        evenly.
        """
        middle, scale, tuned = float(figures.mean()), float(figures.std()), _evenly(len(figures), MOST_TUNED)
        if scale <= ROUNDING * float(np.abs(figures).max()):
            return cls(middle, 0.0)
        named = np.empty(0, np.int32) if first is None else first
        learned = np.union1d(named, _evenly(len(figures), max(MOST - len(named), 0))).astype(np.int32)
        return cls(middle, scale, _process(points, (figures - middle) / scale, tuned, learned))

    def at(self, points: Floats) -> Belief:
        """Worth at points (K, D), without the luck of a run."""
        if self.process is None:
            return Belief(np.full(len(points), self.middle), np.zeros((len(points), len(points))))
        mean, seen = self.process.predict(points, return_cov=True)
        kernel = self.process.kernel_
        sure = (JITTER * kernel.k1.k1.constant_value - kernel.k2.noise_level) * np.eye(len(points))
        return Belief(self.middle + self.scale * mean, self.scale * np.linalg.cholesky(seen + sure))


def believed(points: Floats, figures: Floats, wanted: Index) -> Belief:
    """Worth of some of the candidates, learned from all; of too few their figures as they are.

    Args:
        points: (N, D) from `coordinates`. figures: (N,) as they were seen. wanted: (K,) numbers of candidates.
    """
    if len(figures) < least(points.shape[1]):
        return Belief(figures[wanted], np.zeros((len(wanted), len(wanted))))
    return Learned.of(points, figures, wanted).at(points[wanted])


def least(width: int) -> int:
    """Fewest candidates that something can be learned from, of so many coordinates."""
    return max(FEWEST, 2 * width)


def coordinates(levers: Sequence[Input], values: Sequence[Values]) -> Floats:
    """Where candidates lie in the space of levers, (candidates, coordinates), every coordinate from 0 to 1.

    A span and a list of numbers have one coordinate, a list of anything else one for each of its values.
    """
    columns = [column for lever in levers for column in _columns(lever, [each[lever.key] for each in values])]
    return np.array(columns, np.float64).reshape(-1, len(values)).T


def _columns(lever: Input, values: Sequence[Any]) -> list[list[float]]:
    if lever.span is not None:
        return [[lever.span.share(value) for value in values]]
    known = lever.values or ()
    if all(isinstance(value, int | float) and not isinstance(value, bool) for value in known):
        low, width = min(known), (max(known) - min(known)) or 1.0
        return [[(value - low) / width for value in values]]
    return [[float(value == one) for value in values] for one in known]


def _process(points: Floats, figures: Floats, tuned: Index, learned: Index) -> "GaussianProcessRegressor":
    """A process that has learned standardised figures; its kernel is estimated from those that are ``tuned``."""
    from sklearn.gaussian_process import GaussianProcessRegressor
    from sklearn.gaussian_process.kernels import ConstantKernel, Matern, WhiteKernel

    worth = ConstantKernel(FIRST_SIZE, BOUNDS) * Matern(np.ones(points.shape[1]), BOUNDS, nu=2.5)
    process = GaussianProcessRegressor(worth + WhiteKernel(FIRST_LUCK, BOUNDS), optimizer=_likeliest)
    with warnings.catch_warnings():
        # A lever that moves nothing has a length at its bound: that is an answer.
        warnings.simplefilter("ignore")
        process.fit(points[tuned], figures[tuned])
    if len(learned) == len(tuned) and (learned == tuned).all():
        return process
    return GaussianProcessRegressor(process.kernel_, optimizer=None).fit(points[learned], figures[learned])


def _likeliest(
    unlikely: Callable[[Floats], tuple[float, Floats]], first: Floats, bounds: Floats
) -> tuple[Floats, float]:
    """Logs of the kernel under which figures are likeliest, with what is believed of them before (eqs. 2.30, 5.9)."""

    def loss(logs: Floats) -> tuple[float, Floats]:
        surprise, slopes = unlikely(logs)
        away = (logs - first) / SPREAD
        return surprise + float(away @ away) / 2, slopes + away / SPREAD

    within = Bounds(bounds[:, 0], bounds[:, 1])
    found = minimize(loss, first, method="L-BFGS-B", jac=True, bounds=within, options={"maxiter": STEPS})
    return found.x, found.fun


def _evenly(count: int, most: int) -> Index:
    """At most so many of the numbers below ``count``."""
    return np.linspace(0, count - 1, min(count, most)).astype(np.int32)
