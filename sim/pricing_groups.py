"""Who prices together: outlets by their rule, chains, and the groups that look for their own best price."""

from typing import Any

import numpy as np

from channellab.agents.draws import Stream, uniforms
from channellab.agents.online import OnlineColumns
from channellab.agents.pricing import PricingColumns
from channellab.agents.retailers import RetailerColumns
from channellab.agents.stores import StoreColumns
from channellab.scenarios.arrays import Floats, Index, Ints
from channellab.scenarios.settings import Scenario
from channellab.scenarios.settings.prices import ShelfPriceSettings
from channellab.scenarios.settings.retailers import FormatSettings
from channellab.sim.luck import normal

CHAINS_PER_FORMAT = 256
"""Numbers set aside for the chains of a format, so that a chain keeps its number when a format gets more of them."""
REGION_SLOTS = 4096
OWN_STORES = 16 * CHAINS_PER_FORMAT
"""Number of the brand's own stores among all chains."""
FIRST_GROUP = 1 << 42
"""Number of the first chain's first region among all sites."""
RuleRows = tuple[ShelfPriceSettings, Ints]


def chains(formats: tuple[FormatSettings, ...], kind: Index, site: Ints, seed: int) -> Index:
    """The chain of every site, (O,), by lot among those of its format; -1 for an independent shop."""
    count = np.array([shop.chains for shop in formats])[kind]
    number = np.floor(uniforms(seed, Stream.SITE_CHAIN, site) * count).astype(np.int32)
    return np.where(count > 0, kind * CHAINS_PER_FORMAT + number, -1).astype(np.int32)


def price_factors(formats: tuple[FormatSettings, ...], kind: Index, chain: Index, site: Ints, seed: int) -> Floats:
    """Price of every shop over what its rule gives, (O,): its own part, and that of its chain."""
    spread = np.array([shop.price_spread for shop in formats])[kind]
    between = np.where(chain >= 0, np.array([shop.chain_spread for shop in formats])[kind], 0.0)
    level = normal(seed, Stream.CHAIN_PRICE, np.maximum(chain, 0))
    return np.asarray(np.exp(spread * normal(seed, Stream.SITE_PRICE, site) + between * level))


def rules_of_outlets(scenario: Scenario, retailers: RetailerColumns, stores: StoreColumns) -> tuple[RuleRows, ...]:
    """Every price rule in use, and the rows on the shelves of the outlets that price by it, in their order."""
    rows: dict[ShelfPriceSettings, list[Ints]] = {}
    for number, shop in enumerate(scenario.retailers.formats):
        rows.setdefault(shop.price, []).append(np.flatnonzero(retailers.format == number))
    first = retailers.party.size
    if stores.party.size:
        rows.setdefault(scenario.stores.price, []).append(first + np.arange(stores.party.size))
    first += stores.party.size
    for number, seller in enumerate(scenario.online.shops):
        rows.setdefault(seller.price, []).append(np.array([first + number]))
    return tuple((rule, np.sort(np.concatenate(parts))) for rule, parts in rows.items())


def places(retailers: RetailerColumns, stores: StoreColumns, online: OnlineColumns) -> Index:
    """Where the outlets meet their neighbours, (N,): each in its shopping area, all online shops in one place."""
    everywhere = int(retailers.area.max()) + 1
    return np.concatenate([retailers.area, stores.area, np.full(online.party.size, everywhere, np.int32)])


def pricing_groups(
    scenario: Scenario, retailers: RetailerColumns, stores: StoreColumns, online: OnlineColumns
) -> PricingColumns:
    """The groups of outlets whose rule is ``margin_optimal``.

    The shops of a chain in a region price together, the brand's stores in a region likewise, all others alone.
    """
    rules = {
        row: rule
        for rule, rows in rules_of_outlets(scenario, retailers, stores)
        if rule.kind == "margin_optimal"
        for row in rows.tolist()
    }
    member = np.array(sorted(rules), np.int64)
    keys, first, group, size = np.unique(
        _keys(retailers, stores, online)[member], return_index=True, return_inverse=True, return_counts=True
    )
    factor = np.concatenate([tier.price_factor for tier in (retailers, stores, online)])[member]
    level = np.bincount(group, factor, keys.size) / size
    leaders = member[first]
    return PricingColumns(
        key=keys,
        first=leaders,
        size=size,
        member=member,
        group=group.astype(np.int32),
        deviation=factor / level[group],
        level=level,
        **{name: np.array([getattr(rules[row], name) for row in leaders.tolist()], np.float64) for name in PRICERS},
        **_nothing_seen(keys.size, len(scenario.products)),
    )


def _keys(retailers: RetailerColumns, stores: StoreColumns, online: OnlineColumns) -> Ints:
    """Identity of the group of every outlet, (N,)."""
    together = FIRST_GROUP + retailers.chain.astype(np.int64) * REGION_SLOTS + retailers.region
    streets = np.where(retailers.chain >= 0, together, retailers.site)
    own = FIRST_GROUP + OWN_STORES * REGION_SLOTS + stores.region.astype(np.int64)
    return np.concatenate([streets, own, online.site])


PRICERS = (
    *("elasticity", "elasticity_spread", "learning", "adjustment", "experiment"),
    *("floor_margin", "price_bound"),
)


def _nothing_seen(groups: int, own: int) -> dict[str, Any]:
    names = (
        *("weeks", "mean_price", "mean_units", "last_price", "last_units"),
        *("price_moves", "unit_moves", "joint_moves"),
        *("asked", "before", "trial"),
    )
    return {name: np.zeros((groups, own)) for name in names}
