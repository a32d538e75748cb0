"""A parametric bootstrap of a fit: made-up units are fitted again, and the spread of the answers says how sure it is.

Units are drawn from the fitted means with the measured shocks, and what is believed before, too, is drawn about the
fitted values: in a linear model the answers then are draws of the posterior (randomise then optimise; Bardsley,
Solonen, Haario and Laine 2014, SIAM J. Sci. Comput. 36:A1895). It knows nothing of drift (`drift.py`), but it minds
that the model bends, and tells of what is no weighted sum of parameters, such as elasticities.
"""

from collections.abc import Generator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from channellab.calibration.elasticities import elasticities
from channellab.calibration.fit import Fitted, fit_layout
from channellab.calibration.intervals import predictive
from channellab.calibration.one_thread import one_thread
from channellab.calibration.parameters import layout
from channellab.calibration.quantities import quantities
from channellab.calibration.shared_shocks import Shocks
from channellab.experiments.executors import Place, common, opened
from channellab.experiments.flow import ordered
from channellab.scenarios.arrays import Floats

_STREAM = 7_402
ENDS = (0.025, 0.975)
Row = dict[str, float | str]


@dataclass(frozen=True, eq=False)
class Made:
    """What made-up units follow from; each worker is sent it once. mean: (S, W) as fitted, without a recent level."""

    fitted: Fitted
    shocks: Shocks
    mean: Floats


def refits(
    fitted: Fitted, shocks: Shocks, count: int, known: int = 0, workers: int = 1
) -> Generator[list[Row], None, None]:
    """What fits to made-up units tell, from number ``known`` on; each follows from its number alone."""
    mean = fitted.with_level(np.zeros_like(fitted.level)).mean(fitted.structure.learnt)
    with opened(Place(workers), Made(fitted, shocks, mean)) as crew:
        yield from ordered(refit, range(known, count), crew)


@one_thread
def refit(number: int) -> list[Row]:
    """What a worker does."""
    made: Made = common()
    return told(_refit(made.fitted, made.shocks, made.mean, number))


def _refit(fitted: Fitted, shocks: Shocks, mean: Floats, number: int) -> Fitted:
    s, seed = fitted.structure, [_STREAM, fitted.settings.seed, number]
    series, week = np.nonzero(s.learnt)
    state = int(np.random.SeedSequence(seed).generate_state(1)[0])
    units = np.zeros_like(s.units)
    units[series, week] = predictive(s, mean[series, week], series, week, shocks, 1, state)[0]
    made = replace(s, units=np.minimum(units, s.stock))
    rows = made.rows(made.learnt)
    blocks = layout(made, fitted.settings, fitted.structural, rows)
    luck = np.random.Generator(np.random.Philox(np.random.SeedSequence([*seed, 1])))
    centre = {
        name: fitted.values[name] + blocks.sd[name] * luck.standard_normal(shape)
        for name, shape in blocks.shapes.items()
    }
    return fit_layout(replace(blocks, centre=centre), rows, fitted.settings, fitted.structural, fitted.values)


def told(fitted: Fitted) -> list[Row]:
    """Every quantity and the elasticity of every item."""
    vector = fitted.layout.packed(fitted.values)
    found: list[Row] = [
        {"name": each.name, "category": each.category, "item": "", "value": float(each.weights @ vector)}
        for each in quantities(fitted)
    ]
    prices = elasticities(fitted).to_dict("records")
    return found + [
        {"name": "elasticity", "category": row["category"], "item": row["item"], "value": row["elasticity"]}
        for row in prices
    ]


def summary(fitted: Fitted, answers: list[list[Row]]) -> pd.DataFrame:
    """Of everything told: value, standard error, and 95 % interval by quantiles of the answers.

    Args:
        answers: by refit, what `told` says.
    """
    keys = ["name", "category", "item"]
    of = pd.DataFrame([row for each in answers for row in each]).groupby(keys, sort=False)["value"]
    table = pd.DataFrame({"error": of.std(), "low": of.quantile(ENDS[0]), "high": of.quantile(ENDS[1])})
    return pd.DataFrame(told(fitted)).merge(table.reset_index(), on=keys, how="left")
