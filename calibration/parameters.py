"""Parameters of a fit in blocks, each shrunk towards what it deviates from, and how they add up.

base_j = level of the item + level of the cell + own deviation
beta_j = mean of the category + deviation of the item + of the cell (outlet and category) + of the series
visits = yearly season and holidays of the category + memory of past discounts and displays, of category and cell
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from channellab.calibration.fit_settings import FitSettings, Structural
from channellab.calibration.inversion import inverted
from channellab.calibration.likelihood import Rows, Score
from channellab.calibration.structure import MEMORIES, Structure
from channellab.scenarios.arrays import Floats

Values = dict[str, Floats]

WIDE = 10.0
"""Standard deviation of levels of items, on the log scale: nothing is believed of them, once they are seen."""
CELLS, OWN = 1.0, 1.0
"""Standard deviations of the levels of cells and of series around their item's."""
MEMORY = np.array([0.5, 0.4])
"""What is believed of the memory of discounts and of displays: standard deviations around 0."""
EXPANSION = (0.7, 0.5)
"""What is believed of the expansion: mean and standard deviation, within 0 to 1."""
SLACK = 1e-9


@dataclass(frozen=True, eq=False)
class Layout:
    """Blocks of the parameters of a fit.

    Attributes:
        shapes: by block. centre, sd: normal priors, broadcast to the shapes. pools: by kind of group a matrix
            (groups, S) of zeros and ones. season: (W, F + 1) of each cell's category, without its memory.
    """

    shapes: Mapping[str, tuple[int, ...]]
    centre: Mapping[str, Floats]
    sd: Mapping[str, Floats]
    structure: Structure
    pools: Mapping[str, sparse.csr_matrix]
    past: Floats

    @property
    def size(self) -> int:
        """How many parameters there are."""
        return sum(int(np.prod(shape)) for shape in self.shapes.values())

    def packed(self, values: Values) -> Floats:
        """All blocks as one vector."""
        return np.concatenate([np.broadcast_to(values[name], shape).ravel() for name, shape in self.shapes.items()])

    def unpacked(self, vector: Floats) -> Values:
        """A vector as blocks, which are views of it."""
        found, at = {}, 0
        for name, shape in self.shapes.items():
            size = int(np.prod(shape))
            found[name] = vector[at : at + size].reshape(shape)
            at += size
        return found

    def base(self, values: Values) -> Floats:
        """Base utilities (S,)."""
        s = self.structure
        return np.asarray(values["level_item"][s.item] + values["level_cell"][s.cell] + values["level_series"])

    def beta(self, values: Values) -> Floats:
        """Coefficients (S, K)."""
        s = self.structure
        pooled = values["beta_category"][s.category] + values["beta_item"][s.item] + values["beta_cell"][s.cell]
        return np.asarray(pooled + values["beta_series"])

    def visits(self, values: Values) -> Floats:
        """Log of visits of each cell and week (cells, W)."""
        category = self.structure.category_of_cell
        season = values["season"] @ self.structure.season.T
        memory = values["memory"][category] + values["memory_cell"]
        return np.asarray(season[category] + np.einsum("cm,mcw->cw", memory, self.past))

    def gradient(self, rows: Rows, score: Score) -> Values:
        """Derivatives of the loss by block, priors left out."""
        s = self.structure
        cells, weeks = self.past.shape[1:]
        cell = np.repeat(np.arange(cells), np.diff(rows.groups))
        by_week = np.bincount(cell * weeks + rows.week, score.visits, cells * weeks).reshape(cells, weeks)
        categories = s.counts["category"]
        by_category = np.zeros((categories, weeks))
        np.add.at(by_category, s.category_of_cell, by_week)
        memory = np.einsum("cw,mcw->cm", by_week, self.past)
        return {
            "level_item": self.pools["item"] @ score.base,
            "level_cell": self.pools["cell"] @ score.base,
            "level_series": score.base,
            "beta_category": self.pools["category"] @ score.beta,
            "beta_item": self.pools["item"] @ score.beta,
            "beta_cell": self.pools["cell"] @ score.beta,
            "beta_series": score.beta,
            "season": by_category @ s.season,
            "memory": _by_category(s, memory),
            "memory_cell": memory,
            "expansion": np.bincount(s.category_of_cell, score.expansion, categories),
        }

    def curvature(self, rows: Rows, dispersion: float) -> Values:
        """About how strongly the loss bends along each parameter, from the units alone; priors left out."""
        s = self.structure
        mean = np.maximum(rows.units, 0.5)
        weight = mean / (1 + dispersion * mean)
        series, features = len(s.item), s.x.shape[2]
        base = np.bincount(rows.series, weight, series)
        columns = [np.bincount(rows.series, weight * rows.x[:, k] ** 2, series) for k in range(features)]
        beta = np.stack(columns, axis=1)
        group = np.add.reduceat(weight, rows.first[:-1]) if len(rows.units) else np.zeros(0)
        cells, weeks = self.past.shape[1:]
        cell = np.repeat(np.arange(cells), np.diff(rows.groups))
        by_week = np.bincount(cell * weeks + rows.week, group, cells * weeks).reshape(cells, weeks)
        by_category = np.zeros((s.counts["category"], weeks))
        np.add.at(by_category, s.category_of_cell, by_week)
        count = s.counts["category"]
        memory = np.einsum("cw,mcw->cm", by_week, self.past**2)
        discount = np.bincount(s.category[rows.series], weight * rows.x[:, 0] ** 2, count)
        return {
            "level_item": self.pools["item"] @ base,
            "level_cell": self.pools["cell"] @ base,
            "level_series": base,
            "beta_category": self.pools["category"] @ beta,
            "beta_item": self.pools["item"] @ beta,
            "beta_cell": self.pools["cell"] @ beta,
            "beta_series": beta,
            "season": by_category @ s.season**2,
            "memory": _by_category(s, memory),
            "memory_cell": memory,
            "expansion": discount,
        }

    def start(self, rows: Rows) -> Values:
        """Where a fit starts: priors, and base utilities by share inversion."""
        values = {name: np.array(np.broadcast_to(self.centre[name], shape)) for name, shape in self.shapes.items()}
        s, series = self.structure, len(self.structure.item)
        factor = np.exp(np.clip((rows.x * self.beta(values)[rows.series]).sum(axis=1), -3, 3))
        weeks = np.bincount(rows.series, minlength=series).astype(np.float64)
        lift = np.divide(np.bincount(rows.series, factor, series), weeks, out=np.ones(series), where=weeks > 0)
        base = inverted(np.bincount(rows.series, rows.units, series).astype(np.float64), weeks, lift, s.item)
        seen = np.bincount(s.item, weeks > 0, s.counts["item"])
        level = np.bincount(s.item, base * (weeks > 0), s.counts["item"]) / np.maximum(seen, 1)
        values["level_item"] = np.where(seen > 0, level, values["level_item"])
        values["level_series"] = np.where(weeks > 0, base - values["level_item"][s.item], 0.0)
        return values


def _by_category(structure: Structure, of_cells: Floats) -> Floats:
    """Sums over the cells (cells, M) of every category, (C, M)."""
    found = np.zeros((structure.counts["category"], of_cells.shape[1]))
    np.add.at(found, structure.category_of_cell, of_cells)
    return found


def _usual(structure: Structure, rows: Rows, overall: float) -> Floats:
    """Level of each item before its units are seen (items,): overall; of one that never is, that of its category."""
    s, count = structure, structure.counts
    category = np.zeros(count["item"], np.int64)
    category[s.item] = s.category
    item = s.item[rows.series]
    units, weeks = np.bincount(item, rows.units, count["item"]), np.bincount(item, minlength=count["item"])
    seen = weeks > 0
    level = np.log((units + 1) / (weeks + 1))
    items = np.bincount(category, seen, count["category"])
    mean = np.bincount(category, np.where(seen, level, 0.0), count["category"]) / np.maximum(items, 1)
    return np.where(seen | (items[category] == 0), overall, mean[category])


def layout(structure: Structure, settings: FitSettings, structural: Structural, rows: Rows) -> Layout:
    """The blocks of a fit and their priors."""
    count, features = structure.counts, structure.x.shape[2]
    prior = settings.prior
    mean, sd = np.array([each.mean for each in prior]), np.array([each.sd for each in prior])
    fixed = settings.expansion
    overall = np.log((rows.units.sum() + 1) / (len(rows.units) + 1)) if len(rows.units) else 0.0
    series = np.arange(len(structure.item))
    pools = {
        name: sparse.csr_matrix((np.ones(len(series)), (getattr(structure, name), series)), (count[name], len(series)))
        for name in ("category", "item", "cell")
    }
    one, zero = np.ones(()), np.zeros(())
    return Layout(
        shapes={
            "level_item": (count["item"],),
            "level_cell": (count["cell"],),
            "level_series": (count["series"],),
            "beta_category": (count["category"], features),
            "beta_item": (count["item"], features),
            "beta_cell": (count["cell"], features),
            "beta_series": (count["series"], features),
            "season": (count["category"], structure.season.shape[1]),
            "memory": (count["category"], len(MEMORIES)),
            "memory_cell": (count["cell"], len(MEMORIES)),
            "expansion": (count["category"],),
        },
        centre={
            "level_item": _usual(structure, rows, overall),
            **dict.fromkeys(("level_cell", "level_series", "season", "memory", "memory_cell"), zero),
            **dict.fromkeys(("beta_item", "beta_cell", "beta_series"), zero),
            "beta_category": mean,
            "expansion": (EXPANSION[0] if fixed is None else fixed) * one,
        },
        sd={
            "level_item": WIDE * one,
            "level_cell": CELLS * one,
            "level_series": OWN * one,
            "beta_category": sd,
            "beta_item": sd * structural.item,
            "beta_cell": sd * structural.cell,
            "beta_series": sd * structural.series,
            "season": settings.season * one,
            "memory": MEMORY,
            "memory_cell": MEMORY * structural.cell,
            "expansion": (EXPANSION[1] if fixed is None else SLACK) * one,
        },
        structure=structure,
        pools=pools,
        past=structure.past(structural.decay),
    )
