"""Orders at the brand's own online shops that shops on the street serve from stock, or hand over to collectors."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from channellab.agents.consumers import Float32, Tastes
from channellab.agents.draws import Stream, stream_key
from channellab.agents.kernels.handover import bought_online as found_online
from channellab.scenarios.arrays import Flags, Floats, Index, Ints
from channellab.sim.ledger import Account, Group

if TYPE_CHECKING:
    from channellab.sim.market import Market


@dataclass
class Handovers:
    """Orders at the P online shops of the brand.

    Attributes:
        own: (P,) rows of these shops among all online shops.
        collects: (N, P) shop where each consumer would collect goods of each, -1 = at the door; empty until there are
            counters to collect them at. far, burden: (N, P) these as offers considered elsewhere, see `Tastes`.
        shop, seller, sku: (B,) of this week's orders that a shop on the street served, and of each the online shop and
            the SKU.
    """

    own: Ints
    collects: Index
    far: Index
    burden: Float32
    shop: Ints
    seller: Ints
    sku: Ints

    @classmethod
    def of(cls, own: Flags) -> "Handovers":
        """No orders yet; ``own`` (S,) tells which online shops are the brand's."""
        none, shops = np.empty(0, np.int64), int(own.sum())
        nobody = np.empty((0, shops), np.int32)
        return cls(np.flatnonzero(own), nobody, nobody, np.empty((0, shops), np.float32), none, none, none)


def partners_with(market: "Market", terms: Flags) -> Flags:
    """(O,) authorised shops with these terms, while the brand is in the market."""
    shops = market.retailers
    return np.asarray(terms & shops.authorised & shops.active & market.manufacturers.active[0])


def ways_to_collect(market: "Market", tastes: Tastes, coming: Index) -> Tastes:
    """This week's tastes, in which offers that can be collected in a shop are considered on the way to it too."""
    desk, consumers = market.handovers, market.consumers
    if not desk.own.size or not (desk.collects.size or market.omni.pickup.any()):
        return tastes
    if not desk.collects.size:
        desk.collects = np.full((consumers.count, desk.own.size), -1, np.int32)
    if not desk.far.size:
        desk.far, desk.burden = np.empty(desk.collects.shape, np.int32), np.zeros(desk.collects.shape, np.float32)
    desk.far[:] = -1
    market.rules.ways_to_collect(
        tastes,
        consumers.mind,
        consumers.segments,
        market.habits.channel_habit,
        partners_with(market, market.omni.pickup),
        market.first_site,
        desk.own,
        delivery_days(market),
        market.first_online,
        desk.collects,
        desk.far,
        desk.burden,
        coming,
    )
    if not tastes.far.shape[1]:
        return tastes._replace(far=desk.far, far_burden=desk.burden)
    return tastes._replace(
        far=np.concatenate([tastes.far, desk.far], axis=1),
        far_burden=np.concatenate([tastes.far_burden, desk.burden], axis=1),
    )


def delivery_days(market: "Market") -> Floats:
    """(S,) days to the door that buyers expect: fewer, the more orders shops of their area serve."""
    online = market.online
    saved = np.maximum(online.delivery_days - market.scenario.online.local_days, 0.0)
    return np.asarray(online.delivery_days - saved * online.local_share)


def bought_online(market: "Market", coming: Index) -> Ints:
    """Shoppers of the week who bought own goods online, by number."""
    mind, until = market.consumers.mind, market.week + 1 + market.scenario.consumers.rest_weeks
    columns = mind.rest_until, mind.last_site, mind.last_sku
    return found_online(coming, *columns, until, market.first_online, market.goods.own)


def hand_over(market: "Market", coming: Index) -> None:
    """Shops serve this week's orders at the brand's online shops, or hand them over, and sell collectors more."""
    desk, omni, online = market.handovers, market.omni, market.online
    routes, counters = partners_with(market, omni.routing), partners_with(market, omni.pickup)
    busy = bool(omni.routed.any() or omni.handed.any() or online.local_share.any())
    if not desk.own.size or not (routes.any() or counters.any() or busy):
        return
    who, shop, sku = _orders(market, bought_online(market, coming))
    taken, served, bought = (np.full(who.size, -1, np.int64) for _ in range(3))
    shops = market.retailers
    market.rules.hand_over(
        who,
        shop,
        sku,
        market.consumers.tastes,
        desk.collects,
        counters,
        routes,
        market.first_site,
        shops.stock,
        market.scenario.consumers.collector_buys,
        stream_key(market.seed, Stream.COLLECTOR_BUYS),
        market.week,
        taken,
        served,
        bought,
    )
    np.add.at(shops.sold, (taken[bought == 1], sku[bought == 1]), 1)
    _count(market, desk.own[shop], sku, taken, served)


def _orders(market: "Market", who: Ints) -> tuple[Ints, Ints, Ints]:
    """Of buyers online those who bought at the brand's own shops: who, at which of these, and what."""
    mind, own = market.consumers.mind, market.handovers.own
    place = np.full(market.online.own.size, -1)
    place[own] = np.arange(own.size)
    shop = place[mind.last_site[who] - market.first_online]
    who, shop = who[shop >= 0], shop[shop >= 0]
    return who, shop, mind.last_sku[who].astype(np.int64)


def _count(market: "Market", seller: Ints, sku: Ints, taken: Ints, served: Ints) -> None:
    """What was collected and served, by shop on the street and online; what shops served is still in stock online."""
    desk, omni, online, own = market.handovers, market.omni, market.online, market.goods.own
    omni.handed[:] = np.bincount(taken[taken >= 0], minlength=omni.handed.size)
    online.collected[:] = np.bincount(seller[taken >= 0], minlength=online.collected.size)
    some = served >= 0
    desk.shop, desk.seller, desk.sku = served[some], seller[some], sku[some]
    omni.routed[:] = online.routed[:] = 0
    np.add.at(omni.routed, (desk.shop, desk.sku), 1)
    np.add.at(online.routed, (desk.seller, desk.sku), 1)
    online.stock[:, :own] += online.routed
    market.books["online"].sold[:, :own] -= online.routed
    market.books["retailers"].sold[:, :own] += omni.routed
    orders = np.bincount(seller, minlength=online.collected.size)
    share = online.routed.sum(axis=1) / np.maximum(orders, 1) - online.local_share
    online.local_share += market.scenario.online.promise_rate * np.where(orders > 0, share, 0.0)


def order_shares(market: "Market") -> Floats:
    """(B,) what the shop gets of each order that it served this week, money."""
    desk = market.handovers
    price = market.counter_price[market.first_online + desk.seller, desk.sku]
    return np.asarray(market.omni.order_share[desk.shop] * price)


def service_costs(market: "Market") -> Floats:
    """(O,) what shops spend this week on buyers online: advice, goods handed over, goods brought to the door."""
    settings, omni = market.scenario.retailers, market.omni
    return np.asarray(
        settings.advice_cost * omni.advised
        + settings.pickup_cost * omni.handed
        + settings.local_delivery_cost * omni.routed.sum(axis=1)
    )


def pay_for_orders(market: "Market") -> None:
    """The brand pays shops for orders that they served or handed over; shops pay for what buyers online cost them."""
    omni, maker, shops, ledger = market.omni, int(market.manufacturers.party[0]), market.retailers, market.ledger
    ledger.pay(Account.ONLINE_SERVICE, shops.party, Group.LANDLORDS, service_costs(market))
    ledger.pay(Account.PICKUP_FEES, maker, shops.party, omni.pickup_fee * omni.handed)
    ledger.pay(Account.ROUTED_ORDERS, maker, shops.party[market.handovers.shop], order_shares(market))
