"""How much the scores of a fit vary when shocks strike many series in a week and last, and levels drift.

A row's score along a direction is its residual times the change of the log of its mean, and moves with the log of its
demand as its mean does. A shock of a kind strikes all rows of a group in a week; what it adds is the sum over the weeks
of a group of products of what two weeks move, times the shock's variance and its persistence to the power of the weeks
between them. A level that drifts (`drift.py`) moves all rows of its category, two weeks alike up to the earlier one.
"""

from dataclasses import dataclass

import numpy as np

from channellab.calibration.curvature import Bowl
from channellab.calibration.drift import drift
from channellab.calibration.fit import evaluated
from channellab.calibration.shared_shocks import KINDS, Shocks, groups
from channellab.scenarios.arrays import Floats, Ints


@dataclass(frozen=True, eq=False)
class Scores:
    """Rows of a fit at its mode.

    Attributes:
        residual: (N,) derivative of the loss by the log of each mean. mean: (N,) units. bend: (N,) by how much a
            residual falls when the log of demand rises. week: (N,) of each row. weeks: how many.
            groups: (N,) by kind of shock.
        drift: (C,) variance of the weekly steps of each category's level.
    """

    residual: Floats
    mean: Floats
    bend: Floats
    week: Ints
    weeks: int
    groups: dict[str, Ints]
    drift: Floats

    @classmethod
    def of(cls, bowl: Bowl) -> "Scores":
        """The scores of a fit."""
        fitted, rows = bowl.fitted, bowl.rows
        here = evaluated(fitted.layout, fitted.layout.unpacked(bowl.mode.at), rows, fitted.structural)
        bend = here.mean / (1 + fitted.structural.dispersion * here.mean)
        week = np.repeat(rows.week, np.diff(rows.first))
        of = {kind: group[rows.series] for kind, group in groups(fitted.structure).items()}
        shape = fitted.structure.learnt.shape
        mean = np.zeros(shape)
        mean[rows.series, week] = here.mean
        return cls(here.residual, here.mean, bend, week, shape[1], of, drift(fitted, mean))

    def weekly(self, change: Floats) -> float:
        """Variance of the sum of scores, those of different weeks independent."""
        sums = np.bincount(self.week, self.residual * change)
        count = max(int(np.unique(self.week).size), 2)
        return float((sums**2).sum()) * count / (count - 1)

    def struck(self, change: Floats, shocks: Shocks) -> float:
        """Variance of the sum of scores when units are Poisson, these shocks strike and levels drift."""
        moved = self.bend * change
        counted = float((moved**2 / np.maximum(self.mean, 1e-12)).sum())
        week = np.arange(self.weeks)
        between = np.abs(week[:, None] - week)
        for kind in KINDS:
            sums = self._sums(moved, kind)
            kept = shocks.persistence[kind] ** between
            counted += shocks.sd[kind] ** 2 * float(((sums @ kept) * sums).sum())
        sums = self._sums(moved, "category")
        return counted + float(self.drift @ ((sums @ np.minimum(week[:, None], week)) * sums).sum(axis=1))

    def _sums(self, moved: Floats, kind: str) -> Floats:
        """By group and week, (G, W)."""
        count = int(self.groups[kind].max(initial=0)) + 1
        size = count * self.weeks
        found: Floats = np.bincount(self.groups[kind] * self.weeks + self.week, moved, size).astype(np.float64)
        return found.reshape(count, self.weeks)
