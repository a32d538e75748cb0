"""The first day of a week's logistics: what is owed is loaded, lane by lane, and plants start their batches."""

from typing import TYPE_CHECKING, Any

import numpy as np

from channellab.agents.columns import Floats, Ints
from channellab.sim.chain import OUTLETS, SELLERS, Link
from channellab.sim.ledger import Account, Group
from channellab.sim.logistics import DAYS, Batch, Lane, Shipment

if TYPE_CHECKING:
    from channellab.sim.market import Market


def dispatch(market: "Market") -> None:
    """Sends off what is owed, from the plants down, then rivals' goods; starts production."""
    for seller in SELLERS:
        _load(market, [link for link in market.links if link.seller == seller])
    _rivals(market)
    for name in SELLERS:
        market.tiers[name].held[:] = market.tiers[name].stock
    market.way_stock = float(sum(tier.in_transit.sum() for _, tier in market.stock_tiers()))
    _produce(market)


def _load(market: "Market", links: list[Link]) -> None:
    """Allocates the stock of a tier to all that it owes, to whichever tiers, and sends it off link by link."""
    if not links:
        return
    tiers, senders = [market.tiers[link.buyer] for link in links], market.tiers[links[0].seller]
    owed = np.concatenate([buyers.owed[link.rows] for link, buyers in zip(links, tiers, strict=True)])
    supplier = np.concatenate([link.supplier for link in links])
    sent: Ints = market.rules.allocate(senders.stock * senders.active[:, None], owed, supplier)
    ends = np.cumsum([link.supplier.size for link in links])
    for link, units in zip(links, np.split(sent, ends[:-1]), strict=True):
        _send(market, link, units)


def _send(market: "Market", link: Link, sent: Ints) -> None:
    """Starts one shipment per lane of a link, and pays for freight and for stock under way."""
    receivers, own = market.tiers[link.buyer], market.goods.own
    receivers.owed[link.rows] -= sent
    value = sent * receivers.purchase_price[link.rows, :own]
    days = receivers.lead_days[link.rows]
    some = sent.any(axis=1)
    _pay_for_the_way(market, link, days, sent, some)
    for first, last in link.lanes[np.logical_or.reduceat(some, link.lanes[:, 0])].tolist():
        row = link.place(first)
        market.logistics.send(
            Shipment(
                lane=Lane(link.seller, int(link.supplier[first]), link.buyer, row, row + last - first, 0, own),
                arrives=market.logistics.env.now + float(days[first]),
                units=sent[first:last],
                value=value[first:last],
            )
        )


def _pay_for_the_way(market: "Market", link: Link, days: Floats, sent: Ints, some: Any) -> None:
    settings = market.scenario.logistics
    payer = market.tiers[link.seller].party[link.supplier]
    units, km = sent.sum(axis=1), market.tiers[link.buyer].distance[link.rows]
    freight: Floats = units * km * settings.freight_per_unit_km + some * settings.drop_cost
    market.ledger.pay(Account.FREIGHT, payer, Group.CARRIERS, freight)
    on_the_way = units * (days / DAYS) * market.holding_rate[link.seller]
    market.ledger.pay(Account.HOLDING, payer, Group.WAREHOUSES, on_the_way)
    market.way_stock_cost += float(on_the_way.sum())
    market.freight_bill += float(freight.sum())


def _rivals(market: "Market") -> None:
    """Rivals have all the goods they need; each sends one shipment to the outlets of a tier."""
    rivals = market.rivals
    for row in np.flatnonzero(rivals.active).tolist():
        for name in OUTLETS:
            outlets = market.tiers[name]
            skus = slice(int(rivals.first_sku[row]), int(rivals.last_sku[row]))
            units = outlets.ordered[:, skus].copy()
            if units.any():
                market.logistics.send(
                    Shipment(
                        lane=Lane("rivals", row, name, 0, outlets.party.size, skus.start, skus.stop),
                        arrives=market.logistics.env.now + float(rivals.lead_days[row]),
                        units=units,
                        value=units * outlets.purchase_price[:, skus],
                    )
                )


def _produce(market: "Market") -> None:
    days = market.scenario.manufacturer.production_days
    for plant in np.flatnonzero(market.plants.ordered.any(axis=1)):
        units = market.plants.ordered[plant].copy()
        market.logistics.make(Batch(int(plant), market.logistics.env.now + days, units))
