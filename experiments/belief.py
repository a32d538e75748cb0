"""What candidates are worth behind the luck of their few runs: what their neighbours tell of them (kriging).

The best of many noisy figures is too good, mostly by luck (the winner's curse). Where worth changes smoothly with the
levers, candidates nearby tell how much of a figure is luck. A Gaussian process says how much (Rasmussen & Williams
2006, Gaussian Processes for Machine Learning); its kernel is Matérn's of order 5/2 with a length for every coordinate.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.linalg import cho_factor, cho_solve
from scipy.optimize import minimize
from threadpoolctl import threadpool_limits

from channellab.experiments.inputs import Input, Values
from channellab.scenarios.arrays import Floats, Index

MOST, MOST_TUNED = 1000, 200
"""Most candidates that are learned from, and that the kernel is estimated from: effort grows with the cube of both."""
FEWEST = 12
"""Fewest candidates, or two a coordinate, that something can be learned from."""
SPREAD = 1.5
"""Standard deviation of logs of lengths around the side of the space of levers, of size and luck around what they are
at first: what is believed of the kernel before any candidate is seen."""
FIRST_SIZE, FIRST_LUCK = 1.0, 0.1
"""Variances of worth and of luck at first, over that of figures."""
BOUNDS = (-9.0, 5.0)
"""Of all logs."""
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
        points: (N, D) from `coordinates`. middle, scale: of figures. kernel: None where figures do not differ.
        factor: of the covariance of figures, Cholesky's. answers: (N,) weights (eq. 2.25).
    """

    points: Floats
    middle: float
    scale: float
    kernel: "_Kernel | None" = None
    factor: tuple[Floats, bool] | None = None
    answers: Floats | None = None

    @classmethod
    def of(cls, points: Floats, figures: Floats, first: Index | None = None) -> "Learned":
        """From figures (N,) as they were seen; of very many those that are named first and others evenly."""
        middle, scale, tuned = float(figures.mean()), float(figures.std()), _evenly(len(figures), MOST_TUNED)
        if scale <= ROUNDING * float(np.abs(figures).max()):
            return cls(points, middle, 0.0)
        named = np.empty(0, np.int32) if first is None else first
        learned = np.union1d(named, _evenly(len(figures), max(MOST - len(named), 0))).astype(np.int32)
        kernel = _likeliest(points[tuned], (figures[tuned] - middle) / scale)
        here = points[learned]
        factor = cho_factor(kernel(here, here) + kernel.luck * np.eye(len(here)))
        return cls(here, middle, scale, kernel, factor, cho_solve(factor, (figures[learned] - middle) / scale))

    def at(self, points: Floats) -> Belief:
        """Worth at points (K, D) (eqs. 2.25 and 2.24)."""
        if self.kernel is None or self.factor is None or self.answers is None:
            return Belief(np.full(len(points), self.middle), np.zeros((len(points), len(points))))
        across = self.kernel(points, self.points)
        unknown = self.kernel(points, points) - across @ cho_solve(self.factor, across.T)
        sure = unknown + JITTER * self.kernel.size * np.eye(len(points))
        root = np.asarray(np.linalg.cholesky(sure), np.float64)
        return Belief(self.middle + self.scale * across @ self.answers, self.scale * root)


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


@dataclass(frozen=True)
class _Kernel:
    """How alike candidates are, by where they lie.

    Attributes:
        lengths: (D,). size, luck: variances of worth and of luck.
    """

    lengths: Floats
    size: float
    luck: float

    @classmethod
    def of(cls, logs: Floats) -> "_Kernel":
        return cls(np.exp(logs[:-2]), *np.exp(logs[-2:]).tolist())

    def distances(self, one: Floats, other: Floats) -> Floats:
        """Times the root of 5, (N, M)."""
        one, other = one / self.lengths, other / self.lengths
        squares = (one**2).sum(axis=1)[:, None] + (other**2).sum(axis=1) - 2 * one @ other.T
        return np.asarray(np.sqrt(5 * np.maximum(squares, 0.0)), np.float64)

    def __call__(self, one: Floats, other: Floats) -> Floats:
        """Covariance of worth, (N, M) (eq. 4.17)."""
        far = self.distances(one, other)
        return np.asarray(self.size * (1 + far + far**2 / 3) * np.exp(-far))


def _likeliest(points: Floats, figures: Floats) -> _Kernel:
    """The kernel under which standardised figures are likeliest, with what is believed of it before."""
    first = np.log([*np.ones(points.shape[1]), FIRST_SIZE, FIRST_LUCK])
    found = minimize(
        _unlikely,
        first,
        (points, figures, first),
        "L-BFGS-B",
        jac=True,
        bounds=[BOUNDS] * len(first),
        options={"maxiter": STEPS},
    )
    return _Kernel.of(found.x)


def _unlikely(logs: Floats, points: Floats, figures: Floats, first: Floats) -> tuple[float, Floats]:
    """Less the log of the likelihood of a kernel (eqs. 2.30 and 5.9), and its slopes."""
    kernel = _Kernel.of(logs)
    far = kernel.distances(points, points)
    near = kernel.size * (1 + far + far**2 / 3) * np.exp(-far)
    factor = cho_factor(near + kernel.luck * np.eye(len(points)), lower=True)
    answers, inverse = cho_solve(factor, figures), cho_solve(factor, np.eye(len(points)))
    weights = (inverse - np.outer(answers, answers)) / 2
    # The slope of the kernel in the log of a length is what is steep, times the squared distance in that coordinate.
    steep = weights * kernel.size * 5 / 3 * (1 + far) * np.exp(-far)
    scaled = points / kernel.lengths
    lengths = 2 * (steep.sum(axis=1) @ scaled**2 - np.einsum("nd,nm,md->d", scaled, steep, scaled, optimize=True))
    slopes = np.array([*lengths, (weights * near).sum(), kernel.luck * np.trace(weights)])
    surprise = float(figures @ answers) / 2 + float(np.log(np.diag(factor[0])).sum())
    away = (logs - first) / SPREAD
    return surprise + float(away @ away) / 2, slopes + away / SPREAD


def _evenly(count: int, most: int) -> Index:
    """At most so many of the numbers below ``count``."""
    return np.linspace(0, count - 1, min(count, most)).astype(np.int32)
