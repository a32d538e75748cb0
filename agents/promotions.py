"""What firms make of promotions that are announced: stock for events, by what they learned of them, and deals.

Pure arithmetic, one row per firm, one column per SKU of the brand.
"""

import numpy as np

from channellab.scenarios.arrays import Floats, Ints


def extra_need(mean: Floats, response: Floats, discounts: Floats) -> Ints:
    """Units (F, K) needed beyond the usual for announced events, to the nearest unit.

    Args:
        mean: (F, K) usual weekly demand. response: (F,) share by which demand is believed to rise per part given away.
        discounts: (F,) sum of the discounts announced for the weeks that an order must cover.

    >>> extra_need(np.array([[10.0]]), np.array([2.4]), np.array([0.25]))
    array([[6]])
    """
    return np.floor(mean * (response * discounts)[:, None] + 0.5).astype(np.int64)


def usual_demand(demand: Floats, response: Floats, discount: Floats) -> Floats:
    """Demand (F, K) without what an event of this week is believed to have added, so that forecasts stay usual ones.

    >>> usual_demand(np.array([[15.0]]), np.array([2.0]), np.array([0.25]))
    array([[10.]])
    """
    return np.asarray(demand / (1.0 + response * discount)[:, None])


def learned_response(demand: Floats, mean: Floats, response: Floats, discount: Floats, weight: float) -> Floats:
    """What firms (F,) believe of events after a week in which one ran; unchanged where none did, or nothing is usual.

    Args:
        demand, mean: (F, K) asked for this week, and usual. discount: (F,) of the event, 0 where there is none.

    A firm that is usually asked for less than a unit a week takes a unit as usual: else a few units after months
    without any would teach it that events multiply demand by thousands, and every tier above would order for that.

    >>> learned_response(np.array([[20.0]]), np.array([[10.0]]), np.array([2.0]), np.array([0.25]), 0.5)
    array([3.])
    >>> learned_response(np.array([[3.0]]), np.array([[0.001]]), np.array([2.0]), np.array([0.25]), 0.5).round(3)
    array([6.998])
    """
    asked, usual = np.zeros(response.shape), np.zeros(response.shape)
    for sku in range(demand.shape[1]):
        asked, usual = asked + demand[:, sku], usual + mean[:, sku]
    some = (discount > 0.0) & (usual > 0.0)
    lift = np.maximum((asked - usual) / np.maximum(usual, 1.0), 0.0)
    seen = lift / np.where(some, discount, 1.0)
    return np.where(some, response + weight * (seen - response), response)


def forward_need(need: Floats, weeks: Floats) -> Ints:
    """Units (F, K) for some weeks of need, to the nearest unit.

    >>> forward_need(np.array([[4.0]]), np.array([[2.4]]))
    array([[10]])
    """
    return np.floor(need * weeks + 0.5).astype(np.int64)
