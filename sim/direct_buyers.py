"""Who buys from the brand, and what partners sell on of it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from channellab.scenarios.arrays import Flags, Floats, Index
from channellab.scenarios.regions import ROLES
from channellab.scenarios.timetable import DISTRIBUTORS, ONLINE, Terms, effective
from channellab.sim.chain import MAKERS, OUTLETS, WHOLESALERS
from channellab.sim.rebate_periods import worth

if TYPE_CHECKING:
    from channellab.sim.market import Market


def direct_terms(market: "Market") -> list[tuple[Index, Terms]]:
    """Parties that buy from the brand, those under the same terms of the week together; none without the brand."""
    same: dict[Terms, list[Index]] = {}
    for parties, place, role, group in direct_groups(market) if market.manufacturers.active[0] else ():
        terms = effective(market.scenario, market.measured_week, place, role, group)
        same.setdefault(terms, []).append(parties)
    return [(np.concatenate(parts), terms) for terms, parts in same.items()]


def direct_groups(market: "Market") -> Iterator[tuple[Index, str, str, str]]:
    """Parties that buy from the brand, with region, role and partner group; the brand's own firms are none.

    Without a timetable terms are the same everywhere, and no region is named.
    """
    table, maker = market.roads.table, market.manufacturers.party[0]
    formats = [shop.name for shop in market.scenario.retailers.formats]
    for link in market.links:
        if link.seller not in MAKERS:
            continue
        buyers = market.tiers[link.buyer]
        partner = np.zeros(buyers.party.size, np.bool_)
        partner[link.rows] = True
        partner &= (buyers.party != maker) & buyers.active
        if link.buyer == "online":
            yield buyers.party[partner], "", "", ONLINE
            continue
        kind = buyers.format if link.buyer == "retailers" else np.zeros(buyers.party.size, np.int32)
        for number in np.unique(kind[partner]).tolist():
            group = formats[number] if link.buyer == "retailers" else DISTRIBUTORS
            here = partner & (kind == number)
            if not market.scenario.timetable:
                yield buyers.party[here], "", "", group
                continue
            for region in np.unique(buyers.region[here]).tolist():
                role = ROLES[table.role[region]]
                yield buyers.party[here & (buyers.region == region)], table.region_ids[region], role, group


def sold_on(market: "Market", who: Flags) -> tuple[Floats, Floats]:
    """What partners sold to consumers or delivered to their buyers this week: (F,) at cost, and (F,) the margin on it.

    Cost is what they pay this week themselves, and the margin what they charge beyond it.

    Args:
        who: (F,) the parties that are asked for; in tiers without any of them nothing is counted.
    """
    parties = market.rebates.before.size
    cost, margin = np.zeros((2, parties))
    own, first = market.goods.own, 0
    for name in (*OUTLETS, *WHOLESALERS):
        tier = market.tiers[name]
        first += tier.party.size
        if not who[tier.party].any():
            continue
        units, paid = (tier.sold if name in OUTLETS else tier.delivered)[:, :own], tier.purchase_price[:, :own]
        asked = market.counter_price[first - tier.party.size : first, :own] if name in OUTLETS else tier.price
        cost += np.bincount(tier.party, worth(units, paid), parties)
        margin += np.bincount(tier.party, worth(units, asked - paid), parties)
    return cost, margin
