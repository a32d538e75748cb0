"""Price arithmetic: pure functions over arrays of firms (rows) and SKUs (columns), all in money per unit."""

import numpy as np
import numpy.typing as npt

from channellab.scenarios.settings.stock import PriceRuleSettings

Floats = npt.NDArray[np.float64]


def price(rule: PriceRuleSettings, list_price: Floats, purchase_price: Floats) -> Floats:
    """The price a firm sells at under its rule; the arguments broadcast against each other.

    ``linear_demand`` is half-way between choke price and purchase price: whoever faces demand ``a - b p`` and buys at
    ``w`` earns most at ``(a / b + w) / 2``, and so does every tier above, since the demand derived from that price is
    linear with the same choke price (Spengler 1950).

    >>> price(PriceRuleSettings(rule="markup", markup=0.5), np.array([10.0]), np.array([4.0]))
    array([6.])
    >>> price(PriceRuleSettings(rule="linear_demand", choke_price=100.0), np.array([0.0]), np.array([60.0]))
    array([80.])
    """
    if rule.rule == "list":
        return np.asarray(list_price + 0.0 * purchase_price)
    if rule.rule == "markup":
        return np.asarray(purchase_price * (1.0 + rule.markup) + 0.0 * list_price)
    return np.asarray((rule.choke_price + purchase_price) / 2.0 + 0.0 * list_price)


def net_of(discount: Floats | float, list_price: Floats) -> Floats:
    """A list price less an off-invoice discount (a share of it)."""
    return np.asarray(list_price * (1.0 - discount))
