"""The first day of a week's logistics: what is owed is sent off or queued, and plants start their batches."""

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from channellab.agents.columns import by_sku, lines, rows_of
from channellab.agents.kernels.stocks import add_lines
from channellab.agents.kernels.transport import costs_of_the_way
from channellab.agents.trucks import worth_the_way
from channellab.scenarios.arrays import Floats, Ints
from channellab.sim.chain import OUTLETS, SELLERS, WHOLESALERS, Link
from channellab.sim.diversion import deliver, withdraw
from channellab.sim.ledger import Account, Group
from channellab.sim.logistics import Batch
from channellab.sim.order_discounts import agreed_price, note_given
from channellab.sim.queues import Load
from channellab.sim.rebate_periods import worth
from channellab.sim.shipments import DAYS, Shipment
from channellab.sim.subsidies import pay_freight, share_of_freight

if TYPE_CHECKING:
    from channellab.sim.market import Market


def dispatch(market: "Market") -> None:
    """Sends off what is owed, from the plants down, then rivals' goods; starts production."""
    for seller in SELLERS:
        withdraw(market, seller)
        _load(market, [link for link in market.links if link.seller == seller])
        deliver(market, seller)
    _rivals(market)
    for name in SELLERS:
        market.tiers[name].held[:] = market.tiers[name].stock
    market.way_stock = float(sum(int(tier.in_transit.sum()) for _, tier in market.staffed_tiers()))
    _produce(market)


def _load(market: "Market", links: list[Link]) -> None:
    """Allocates the stock of a tier to all that it owes, to whichever tiers, and sends it off link by link."""
    if not links:
        return
    tiers, senders = [market.tiers[link.buyer] for link in links], market.tiers[links[0].seller]
    owed = np.concatenate([link.of(buyers.owed) for link, buyers in zip(links, tiers, strict=True)])
    supplier = np.concatenate([link.supplier for link in links])
    sent = by_sku(market.rules.allocate(senders.stock * senders.active[:, None], owed, supplier))
    first = 0
    for link in links:
        last = first + link.supplier.size
        _send(market, link, _worth_sending(market, link, sent[first:last]))
        first = last


def _worth_sending(market: "Market", link: Link, sent: Ints) -> Ints:
    """What of the allocated goods distributors send, if they send only what earns its way."""
    if link.seller not in WHOLESALERS or not market.scenario.logistics.drops_must_pay:
        return sent
    buyers, own = market.tiers[link.buyer], market.goods.own
    earned = link.of(buyers.purchase_price[:, :own]) - rows_of(market.tiers[link.seller].purchase_price, link.supplier)
    freight = _costs_of_the_way(market, link, sent, _one_each(sent))[0]
    return worth_the_way(sent, worth(sent, earned), (1.0 - share_of_freight(market, link)) * freight)


def _one_each(sent: Ints) -> Ints:
    """(B,) stops of a truck at receivers of (B, K0) units: one where there is anything to unload."""
    return np.asarray(sent.any(axis=1), np.int64)


def _costs_of_the_way(market: "Market", link: Link, sent: Ints, stops: Ints) -> tuple[Floats, Floats, float, float]:
    settings, buyers = market.scenario.logistics, market.tiers[link.buyer]
    return costs_of_the_way(
        lines(sent),
        buyers.distance[link.rows],
        buyers.lead_days[link.rows],
        stops,
        settings.freight_per_unit_km,
        settings.drop_cost,
        market.holding_rate[link.seller],
    )


def _send(market: "Market", link: Link, sent: Ints) -> None:
    """Sends off what is allocated for a link, at once or through the queue, and pays for freight and the way."""
    receivers = market.tiers[link.buyer]
    add_lines(receivers.owed.T, link.each, -lines(sent))
    stops = _one_each(sent)
    if not stops.any():
        return
    note_given(market, link, sent)
    days = receivers.lead_days[link.rows]
    if link.seller in market.docks:
        stops = _queue(market, link, sent, days)
    else:
        loaded = np.flatnonzero(stops)
        loaded = loaded[np.argsort(days[loaded], kind="stable")]
        market.logistics.send(_shipment(market, link, loaded, sent, days[loaded]))
    _pay_for_the_way(market, link, sent, stops)


def _shipment(market: "Market", link: Link, loaded: Ints, sent: Ints, days: Floats) -> Shipment:
    """What of (B, K0) units is for some of a link's buyers, nearest first."""
    rows, now = link.places(loaded), market.logistics.env.now
    # A compiled rule's array has a dtype object of its own, which numpy would take for another type and cast slowly.
    units = _goods(sent, loaded).astype(np.int64)
    return Shipment(
        seller=link.seller,
        buyer=link.buyer,
        first_sku=0,
        decided=now,
        departed=now,
        senders=link.supplier[loaded].astype(np.int64),
        receivers=rows,
        arrives=now + days,
        units=units,
        value=units * agreed_price(market, link.buyer, rows),
    )


def _goods(column: npt.NDArray[Any], rows: Ints) -> npt.NDArray[Any]:
    """Rows (N, K) of a column as shipments hold them, receiver by receiver in memory."""
    return np.ascontiguousarray(rows_of(column, rows))


def _queue(market: "Market", link: Link, sent: Ints, days: Floats) -> Ints:
    """Queues the loads of a link, lane by lane; returns how often a truck stops at each receiver."""
    stops = _one_each(sent)
    loaded, holds = np.flatnonzero(stops), market.docks[link.seller].truck_load
    goods = _shipment(market, link, loaded, sent, days[loaded])
    market.logistics.take(goods)
    ends = np.searchsorted(loaded, link.lanes).tolist()
    for first, last in ends:
        if last == first:
            continue
        lane, lead_days = goods.part(first, last), float(days[loaded[first]])
        loads = [lane] if holds is None else lane.split(market.rules.truckloads(lane.units, holds))
        market.logistics.queue([Load(load, lead_days) for load in loads])
        if len(loads) > 1:
            stops[loaded[first:last]] = sum(np.isin(lane.receivers, load.receivers).astype(np.int64) for load in loads)
    return stops


def charge_waiting(market: "Market") -> None:
    """Senders pay for holding what waited at their docks this week."""
    for name, unit_days in market.logistics.queues.waited.items():
        rate = market.holding_rate[name] / DAYS
        market.ledger.pay(Account.HOLDING, market.tiers[name].party, Group.WAREHOUSES, rate * unit_days)
        market.way_stock_cost += rate * market.logistics.queues.lain[name]


def _pay_for_the_way(market: "Market", link: Link, sent: Ints, stops: Ints) -> None:
    payer = market.tiers[link.seller].party[link.supplier]
    freight, on_the_way, freight_bill, way_cost = _costs_of_the_way(market, link, sent, stops)
    market.ledger.pay(Account.FREIGHT, payer, Group.CARRIERS, freight)
    if link.seller in WHOLESALERS:
        pay_freight(market, link, freight)
    market.ledger.pay(Account.HOLDING, payer, Group.WAREHOUSES, on_the_way)
    market.way_stock_cost += way_cost
    market.freight_bill += freight_bill


def _rivals(market: "Market") -> None:
    """Rivals have all the goods they need; each sends one shipment to the outlets of a tier."""
    rivals = market.rivals
    for row in np.flatnonzero(rivals.active).tolist():
        for name in OUTLETS:
            outlets, skus = market.tiers[name], slice(int(rivals.first_sku[row]), int(rivals.last_sku[row]))
            rows = np.flatnonzero(outlets.ordered[:, skus].any(axis=1))
            if rows.size:
                units = _goods(outlets.ordered[:, skus], rows)
                market.logistics.send(
                    Shipment(
                        seller="rivals",
                        buyer=name,
                        first_sku=skus.start,
                        decided=market.logistics.env.now,
                        departed=market.logistics.env.now,
                        senders=np.full(rows.size, row),
                        receivers=rows,
                        arrives=np.full(rows.size, market.logistics.env.now + rivals.lead_days[row]),
                        units=units,
                        value=units * _goods(outlets.purchase_price[:, skus], rows),
                    )
                )


def _produce(market: "Market") -> None:
    days = market.scenario.manufacturer.production_days
    for plant in np.flatnonzero(market.plants.ordered.any(axis=1)):
        units = market.plants.ordered[plant].copy()
        market.logistics.make(Batch(int(plant), market.logistics.env.now + days, units))
