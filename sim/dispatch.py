"""The first day of a week's logistics: what is owed is loaded, lane by lane, and plants start their batches."""

from typing import TYPE_CHECKING, Any

import numpy as np

from channellab.agents.columns import Floats, Index, Ints
from channellab.sim.ledger import Account, Group
from channellab.sim.logistics import DAYS, Batch, Lane, Shipment

if TYPE_CHECKING:
    from channellab.sim.market import Market


def dispatch(market: "Market") -> None:
    """Sends off what is owed, from the plants down, then rivals' goods; starts production."""
    retailers, distributors, plants = market.retailers, market.distributors, market.plants
    if distributors.party.size:
        _load(market, "plants", "distributors", distributors.plant, market.trunk_lanes)
        _load(market, "distributors", "retailers", retailers.supplier, market.local_lanes)
    else:
        _load(market, "plants", "retailers", retailers.supplier, market.local_lanes)
    _rivals(market)
    plants.held[:] = plants.stock
    distributors.held[:] = distributors.stock
    market.way_stock = float(sum(tier.in_transit.sum() for _, tier in market.stock_tiers()))
    _produce(market)


def _load(market: "Market", seller: str, buyer: str, supplier: Index, lanes: Ints) -> None:
    """Allocates the sellers' stock to what they owe and starts one shipment per lane; pays freight and way stock."""
    senders, receivers = market.tiers[seller], market.tiers[buyer]
    own = market.goods.own
    sent: Ints = market.rules.allocate(senders.stock, receivers.owed, supplier)
    receivers.owed -= sent
    value = sent * receivers.purchase_price[:, :own]
    some = sent.any(axis=1)
    _pay_for_the_way(market, seller, supplier, receivers, sent, some)
    for first, last in lanes[np.logical_or.reduceat(some, lanes[:, 0])].tolist():
        market.logistics.send(
            Shipment(
                lane=Lane(seller, int(supplier[first]), buyer, first, last, 0, own),
                arrives=market.logistics.env.now + float(receivers.lead_days[first]),
                units=sent[first:last],
                value=value[first:last],
            )
        )


def _pay_for_the_way(market: "Market", seller: str, supplier: Index, receivers: Any, sent: Ints, some: Any) -> None:
    settings = market.scenario.logistics
    payer = market.tiers[seller].party[supplier]
    units = sent.sum(axis=1)
    freight: Floats = units * receivers.distance * settings.freight_per_unit_km + some * settings.drop_cost
    market.ledger.pay(Account.FREIGHT, payer, Group.CARRIERS, freight)
    on_the_way = units * (receivers.lead_days / DAYS) * market.holding_rate[seller]
    market.ledger.pay(Account.HOLDING, payer, Group.WAREHOUSES, on_the_way)
    market.way_stock_cost += float(on_the_way.sum())
    market.freight_bill += float(freight.sum())


def _rivals(market: "Market") -> None:
    rivals, retailers = market.rivals, market.retailers
    for row in np.flatnonzero(rivals.active):
        skus = slice(int(rivals.first_sku[row]), int(rivals.last_sku[row]))
        units = retailers.ordered[:, skus].copy()
        if units.any():
            market.logistics.send(
                Shipment(
                    lane=Lane("rivals", int(row), "retailers", 0, retailers.party.size, skus.start, skus.stop),
                    arrives=market.logistics.env.now + float(rivals.lead_days[row]),
                    units=units,
                    value=units * retailers.purchase_price[:, skus],
                )
            )


def _produce(market: "Market") -> None:
    days = market.scenario.manufacturer.production_days
    for plant in np.flatnonzero(market.plants.ordered.any(axis=1)):
        units = market.plants.ordered[plant].copy()
        market.logistics.make(Batch(int(plant), market.logistics.env.now + days, units))


def lanes_of(group: Index, supplier: Index, lead_days: Floats) -> Ints:
    """Ranges (L, 2) of receivers that stand together, share group, supplier and lead time, and so one shipment."""
    if group.size == 0:
        return np.empty((0, 2), np.int64)
    same = (np.diff(group) == 0) & (np.diff(supplier) == 0) & (np.diff(lead_days) == 0)
    first = np.concatenate([[0], np.flatnonzero(~same) + 1])
    return np.stack([first, np.concatenate([first[1:], [group.size]])], axis=1)
