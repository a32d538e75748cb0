"""What firms make of promotions, in plain loops: stock for events, lessons, and goods bought ahead in a deal."""

import numpy as np

from channellab.scenarios.arrays import Floats, Ints

from .ordering import nearest

A_YEAR = 52.0


def extra_need(mean: Floats, response: Floats, discounts: Floats) -> Ints:
    """What each firm needs beyond the usual for the events ahead."""
    units = np.zeros(mean.shape, np.int64)
    for firm, sku in np.ndindex(*mean.shape):
        units[firm, sku] = nearest(for_events(float(mean[firm, sku]), float(response[firm]), float(discounts[firm])))
    return units


def for_events(mean: float, response: float, discounts: float) -> float:
    """Units of one SKU for events whose discounts add up to so much.

    >>> for_events(10.0, 2.0, 0.3)
    6.0
    """
    return mean * (response * discounts)


def usual_demand(demand: Floats, response: Floats, discount: Floats) -> Floats:
    """Demand as it would have been without this week's event."""
    usual = np.zeros(demand.shape)
    for firm, sku in np.ndindex(*demand.shape):
        usual[firm, sku] = float(demand[firm, sku]) / believed_lift(float(response[firm]), float(discount[firm]))
    return usual


def believed_lift(response: float, discount: float) -> float:
    """By what an event multiplies demand, as a firm believes."""
    return 1.0 + response * discount


def learned_response(demand: Floats, mean: Floats, response: Floats, discount: Floats, weight: float) -> Floats:
    """What each firm believes after the week."""
    rows = zip(demand.tolist(), mean.tolist(), response.tolist(), discount.tolist(), strict=True)
    return np.array([one_lesson(*row, weight) for row in rows])


def one_lesson(demand: list[float], mean: list[float], response: float, discount: float, weight: float) -> float:
    """What one firm believes after a week with an event at a discount; without one it learns nothing.

    >>> one_lesson([20.0], [10.0], 2.0, 0.25, 0.5), one_lesson([20.0], [10.0], 2.0, 0.0, 0.5)
    (3.0, 2.0)
    """
    asked = usual = 0.0
    for units in demand:
        asked += units
    for units in mean:
        usual += units
    if discount <= 0.0 or usual <= 0.0:
        return response
    return response + weight * (max((asked - usual) / max(usual, 1.0), 0.0) / discount - response)


def weeks_ahead(rates: Floats, price: Floats, holding: float) -> Floats:
    """For how many weeks it pays to buy now."""
    weeks = np.zeros(price.shape)
    for firm, sku in np.ndindex(*price.shape):
        weeks[firm, sku] = one_cover(rates[firm].tolist(), float(price[firm, sku]), holding)
    return weeks


def one_cover(rates: list[float], price: float, holding: float) -> float:
    """The same for one firm and SKU: until waiting costs no more than holding, and no longer than a year.

    >>> one_cover([0.25, 0.0], 8.0, 0.5), one_cover([0.25, 0.25], 8.0, 0.5), one_cover([0.25, 0.0, 0.25], 8.0, 0.5)
    (4.0, 0.0, 1.0)
    """
    if rates[0] <= 0.0:
        return 0.0
    for ahead in range(1, len(rates)):
        rise = price * (rates[0] - rates[ahead])
        if rise <= holding * ahead:
            part = rise / holding if holding > 0.0 else ahead - 1.0
            return min(max(part, ahead - 1.0), A_YEAR)
    whole = price * rates[0] / holding if holding > 0.0 else A_YEAR
    return min(max(whole, len(rates) - 1.0), A_YEAR)


def forward_need(need: Floats, weeks: Floats) -> Ints:
    """Units of each firm and SKU for so many weeks."""
    units = np.zeros(need.shape, np.int64)
    for cell in np.ndindex(*need.shape):
        units[cell] = nearest(float(need[cell]) * float(weeks[cell]))
    return units
