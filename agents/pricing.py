"""Pricing groups: who finds its own best price, a chain in a region or an outlet alone, and what it has seen so far."""

from dataclasses import dataclass

from channellab.agents.columns import Table, state
from channellab.scenarios.arrays import Floats, Index, Ints
from channellab.scenarios.policies.prices import Moments, Pricers


@dataclass(kw_only=True)
class PricingColumns(Table):
    """Columns of G groups over the brand's K0 SKUs, and of the N outlets that belong to them.

    Attributes:
        key: (G,) identity of the group in every draw: that of its chain and region, or of its site.
        first: (G,) an outlet of the group. size: (G,) outlets in it.
        member: (N,) outlets of all groups, streets first. group: (N,) group of each.
        deviation: (N,) price level of the outlet over that of its group.
        level: (G,) price level of the group over that of its rule.
        elasticity, elasticity_spread, learning, adjustment, experiment, floor_margin, price_bound: (G,) its settings.
        weeks, mean_price, mean_units, last_price, last_units, price_moves, unit_moves, joint_moves: (G, K0) what it has
            seen, as in `Moments`.
        asked: (G, K0) price of the group this week without its experiment. before: (G, K0) that of last week.
        trial: (G, K0) this week's experiment, as a share of the price.
    """

    key: Ints
    first: Ints
    size: Ints
    member: Ints
    group: Index
    deviation: Floats
    level: Floats
    elasticity: Floats
    elasticity_spread: Floats
    learning: Floats
    adjustment: Floats
    experiment: Floats
    floor_margin: Floats
    price_bound: Floats
    weeks: Floats = state()
    mean_price: Floats = state()
    mean_units: Floats = state()
    last_price: Floats = state()
    last_units: Floats = state()
    price_moves: Floats = state()
    unit_moves: Floats = state()
    joint_moves: Floats = state()
    asked: Floats = state()
    before: Floats = state()
    trial: Floats = state()

    @property
    def moments(self) -> Moments:
        """What the groups have seen."""
        means = self.weeks, self.mean_price, self.mean_units, self.last_price, self.last_units
        return Moments(*means, self.price_moves, self.unit_moves, self.joint_moves)

    @property
    def pricers(self) -> Pricers:
        """How the groups price."""
        settings = (
            *(self.elasticity, self.elasticity_spread, self.learning),
            *(self.adjustment, self.floor_margin, self.price_bound),
        )
        return Pricers(*(column[:, None] for column in settings))
