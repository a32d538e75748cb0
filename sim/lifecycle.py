"""Partner life cycle: what becomes of a firm that has left."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from channellab.sim.market import Market


def retire(market: "Market") -> None:
    """Writes off the stock of firms that have left and cancels what they ordered and is not yet on its way."""
    for name in ("retailers", "distributors", "plants"):
        tier = market.tiers[name]
        gone = ~tier.active
        if not gone.any():
            continue
        market.books[name].scrapped[gone] += tier.stock[gone]
        tier.stock[gone] = 0
        if name != "plants":
            own = market.goods.own
            tier.on_order[gone, :own] -= tier.owed[gone]
            tier.owed[gone] = 0
    market.retailers.authorised &= market.retailers.active
    market.retailers.support *= market.retailers.authorised
