"""Orders at the brand's online shops that shops on the street serve or hand over, in plain loops; and their witness."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import numpy as np

from channellab.agents.consumers import Float32, Mind, Segments, Tastes
from channellab.scenarios.arrays import Flags, Floats, Index, Ints
from channellab.scenarios.settings import Scenario
from channellab.sim.ledger import Account, Group

from .chain import rows
from .draws import key, unit
from .photo import agree
from .showrooms import Payment, is_settled, subscribes
from .terms import Terms

NAMES = ("order_share", "pickup_fee")


def ways_to_collect(
    tastes: Tastes,
    mind: Mind,
    segments: Segments,
    channel_habit: float,
    counters: Flags,
    first_site: Index,
    own: Ints,
    delivery: Floats,
    first_online: int,
    collects: Index,
    far: Index,
    far_burden: Float32,
    coming: Index,
) -> None:
    """Where each shopper would collect goods of the brand's online shops, and what they are worth on the way there."""
    for who in coming.tolist():
        for place, shop in enumerate(own.tolist()):
            if is_settled(mind, who):
                continue
            collects[who, place] = -1
            counter = nearest_counter(tastes, counters, first_site, who)
            if counter is None or not looks_at(tastes, mind, who, shop) or subscribes(mind, who):
                continue
            site, km = counter
            group = int(tastes.segment[who])
            way = float(segments.travel_burden[group]) * km
            if nearer_than_the_door(way, float(segments.delivery_burden[group]) * float(delivery[shop])):
                liking = float(tastes.online_taste[who]) + channel_habit * float(mind.online_habit[who])
                collects[who, place], far[who, place] = site, first_online + shop
                far_burden[who, place] = way - liking


def nearest_counter(tastes: Tastes, counters: Flags, first_site: Index, who: int) -> tuple[int, float] | None:
    """The nearest considered shop of the area with a counter, and the kilometres to it."""
    origin = int(first_site[tastes.area[who]])
    for place, km in zip(tastes.candidates[who].tolist(), tastes.distance[who].tolist(), strict=True):
        if counters[origin + place]:
            return origin + place, km
    return None


def looks_at(tastes: Tastes, mind: Mind, who: int, shop: int) -> bool:
    """Whether a consumer looks at an online shop this week."""
    return shop in tastes.online[who].tolist() or mind.watching[who] == shop


def nearer_than_the_door(way: float, wait: float) -> bool:
    """Whether going to the shop is less of a burden than waiting for the goods."""
    return way < wait


def hand_over(
    who: Ints,
    shop: Ints,
    sku: Ints,
    tastes: Tastes,
    collects: Index,
    counters: Flags,
    routes: Flags,
    first_site: Index,
    stock: Ints,
    extra: float,
    luck: np.uint64,
    week: int,
    taken: Ints,
    served: Ints,
    bought: Ints,
) -> None:
    """Who collects what, and which shop serves which of the other orders, in the order of the buyers."""
    for order, (buyer, place, k) in enumerate(zip(who.tolist(), shop.tolist(), sku.tolist(), strict=True)):
        counter = int(collects[buyer, place]) if len(collects) else -1
        taken[order], served[order], bought[order] = -1, -1, 0
        if counter >= 0 and counters[counter]:
            taken[order] = counter
            if stock[counter, k] > 0 and unit(key(int(luck), buyer, week)) < extra:
                stock[counter, k] -= 1
                bought[order] = 1
            continue
        for site in shops_near(tastes, first_site, buyer):
            if routes[site] and stock[site, k] > 0:
                stock[site, k] -= 1
                served[order] = site
                break


def shops_near(tastes: Tastes, first_site: Index, who: int) -> list[int]:
    """The considered shops of the area, the nearest first."""
    origin = int(first_site[tastes.area[who]])
    return [origin + place for place in tastes.candidates[who].tolist()]


# Witness


def orders(scenario: Scenario, now: Any) -> list[tuple[int, int]]:
    """This week's orders at the brand's online shops: the online shop and the SKU of each."""
    mind, first = now.mind, len(now.retailers.party) + len(now.stores.party)
    until = now.week + 1 + scenario.consumers.rest_weeks
    bought = [i for i, rests in enumerate(mind.rest_until) if rests == until and mind.last_site[i] >= first]
    found = [(mind.last_site[i] - first, mind.last_sku[i]) for i in bought]
    return [(shop, sku) for shop, sku in found if now.online.own[shop]]


def partner(now: Any, shop: int) -> bool:
    """Whether a shop may serve orders of a brand that is there."""
    shops = now.retailers
    return bool(shops.authorised[shop] and shops.active[shop] and now.manufacturers.active[0])


def payments(scenario: Scenario, terms: Terms, now: Any, market: Any) -> Iterator[Payment]:
    """What shops get for orders that they served or handed over, and what buyers online cost them."""
    maker, shops, costs = now.manufacturers.party[0], now.retailers, scenario.retailers
    first = len(shops.party) + len(now.stores.party)
    for o, party in enumerate(shops.party):
        fee, share = (terms.of_shop(f"policy.online.{name}", now, o) for name in ("pickup_fee", "order_share"))
        routed = sum(now.omni.routed[o])
        yield Account.PICKUP_FEES, maker, party, fee * now.omni.handed[o]
        yield Account.ONLINE_SERVICE, party, Group.LANDLORDS, costs.pickup_cost * now.omni.handed[o]
        yield Account.ONLINE_SERVICE, party, Group.LANDLORDS, costs.local_delivery_cost * routed
        served = zip(market.handovers.shop, market.handovers.seller, market.handovers.sku, strict=True)
        for seller, sku in ((seller, sku) for shop, seller, sku in served if shop == o):
            yield Account.ROUTED_ORDERS, maker, party, share * now.counter_price[first + seller][sku]


def check(scenario: Scenario, terms: Terms, was: Any, now: Any) -> None:
    """Asserts that terms are those declared, that what went out came from orders, and what buyers have to expect."""
    shops, online, week = now.retailers, now.online, now.week
    for o in rows(shops):
        declared = {name: terms.of_shop(f"policy.online.{name}", now, o) for name in ("routing", "pickup", *NAMES)}
        for name, value in declared.items():
            agree(f"{name} of shop {o}", week, value, getattr(now.omni, name)[o])
        assert not sum(now.omni.routed[o]) or (declared["routing"] and partner(now, o))
        assert not now.omni.handed[o] or (declared["pickup"] and partner(now, o))
    asked = Counter(orders(scenario, now))
    routed = [sum(row[sku] for row in now.omni.routed) for sku in range(len(scenario.products))]
    agree("routed", week, routed, [sum(row[sku] for row in online.routed) for sku in range(len(routed))])
    assert sum(now.omni.handed) == sum(online.collected)
    for s in rows(online):
        mine = {sku: units for (shop, sku), units in asked.items() if shop == s}
        assert all(units <= mine.get(sku, 0) for sku, units in enumerate(online.routed[s]))
        served, total = sum(online.routed[s]), sum(mine.values())
        assert served + online.collected[s] <= total
        old, rate = was.online.local_share[s], scenario.online.promise_rate
        expected = old + rate * (served / total - old) if total else old
        agree(f"orders that shops are expected to serve of {s}", week, expected, online.local_share[s])


def delivery_days(scenario: Scenario, online: Any) -> list[float]:
    """Days to the door that buyers expect."""
    local = scenario.online.local_days
    return [
        shop.delivery_days - max(shop.delivery_days - local, 0.0) * share
        for shop, share in zip(scenario.online.shops, online.local_share, strict=True)
    ]
