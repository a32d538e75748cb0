"""The week's money beyond the counter: deliveries are invoiced, debts paid, costs booked."""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from channellab.agents.kernels import takings as kernel
from channellab.agents.kernels.books import bought, worth
from channellab.agents.shelves import ShelfColumns
from channellab.scenarios.arrays import Floats, Index, Ints
from channellab.sim.chain import OUTLETS, SELLERS, WHOLESALERS, invoiced_under
from channellab.sim.development import settle_development
from channellab.sim.handover import pay_for_orders
from channellab.sim.kols import pay_kols
from channellab.sim.leads import pay_for_leads
from channellab.sim.ledger import Account, Group
from channellab.sim.promotions import pay_promotions
from channellab.sim.rebates import settle_rebates
from channellab.sim.returns import take_back
from channellab.sim.shipments import Shipment
from channellab.sim.showrooms import pay_advisers
from channellab.sim.subsidies import settle_subsidies

if TYPE_CHECKING:
    from channellab.sim.market import Market


class Deliveries(NamedTuple):
    """Own goods that reached D buyers from one tier in a week.

    Attributes:
        seller, buyer: (D,) parties. origin, place: (D,) their regions.
        units: (D, K0). by_sku: (D, K0) what they are invoiced at, money; value: (D,) all of it.
    """

    seller: Index
    buyer: Index
    origin: Index
    place: Index
    units: Ints
    by_sku: Floats
    value: Floats


def settle(market: "Market") -> None:
    """Invoices what arrived, collects what is due, and books the running costs of every firm."""
    _value_receipts(market)
    _invoice(market)
    take_back(market)
    settle_rebates(market)
    settle_development(market)
    settle_subsidies(market)
    market.invoices.collect(market.ledger, market.week)
    _holding(market)
    _overheads(market)
    _platforms(market)
    pay_advisers(market)
    pay_for_orders(market)
    pay_promotions(market)
    pay_for_leads(market)
    pay_kols(market)


def _value_receipts(market: "Market") -> None:
    """Moves every owner's average unit cost by what arrived.

    What a distributor received and delivered within one week counts as owned in between.
    """
    for name in (*OUTLETS, *SELLERS[1:]):
        tier = market.tiers[name]
        if not tier.party.size:
            continue
        before = tier.stock + tier.in_transit + tier.delivered - tier.received
        tier.unit_cost[:] = market.rules.receive(before, tier.unit_cost, tier.received, tier.received_value)


def _invoice(market: "Market") -> None:
    ledger, week = market.ledger, market.week
    market.deliveries = {name: deliveries(market, name) for name in SELLERS}
    for name, came in market.deliveries.items():
        account, weeks = invoiced_under(market.scenario, name)
        market.invoices.bill(ledger, account, came.buyer, came.seller, came.value, week + weeks, week)
    market.diverted = diverted(market)
    if market.diverted.value.size:
        ledger.pay(Account.GREY_SALES, market.diverted.buyer, market.diverted.seller, market.diverted.value)
    made, _ = worth(market.plants.received.T, market.goods.unit_cost, market.goods.own)
    ledger.pay(Account.PRODUCTION, int(market.manufacturers.party[0]), Group.SUPPLIERS, made)
    for name in OUTLETS:
        _pay_rivals(market, market.tiers[name])


def deliveries(market: "Market", seller: str) -> Deliveries:
    """What arrived from the firms of a tier this week, whoever supplies the buyers by now, but for diverted goods."""
    arrived = market.logistics.arrived
    return _joined(market, [one for one in arrived if one.seller == seller and not one.grey])


def diverted(market: "Market") -> Deliveries:
    """What arrived from partners of other territories this week; it is paid for at once."""
    return _joined(market, [shipment for shipment in market.logistics.arrived if shipment.grey])


def _joined(market: "Market", arrived: list[Shipment]) -> Deliveries:
    tiers, own = market.tiers, market.goods.own
    if not arrived:
        nobody = np.empty(0, np.int32)
        return Deliveries(*(nobody,) * 4, np.empty((0, own), np.int64), np.empty((0, own)), np.empty(0))
    sellers = [tiers[s.seller].party[s.senders] for s in arrived]
    return Deliveries(
        seller=np.concatenate(sellers),
        buyer=np.concatenate([tiers[s.buyer].party[s.receivers] for s in arrived]),
        origin=np.concatenate([tiers[s.seller].region[s.senders] for s in arrived]),
        place=np.concatenate([tiers[s.buyer].region[s.receivers] for s in arrived]),
        units=np.concatenate([s.units for s in arrived]),
        by_sku=np.concatenate([s.value for s in arrived]),
        value=np.concatenate([s.value.sum(axis=1) for s in arrived]),
    )


def _pay_rivals(market: "Market", outlets: ShelfColumns) -> None:
    if not outlets.party.size:
        return
    came = outlets.received.T, outlets.received_value.T, market.goods.unit_cost
    for row, party in enumerate(market.rivals.party.tolist()):
        value, cost = bought(*came, market.rivals.first_sku[row], market.rivals.last_sku[row])
        market.ledger.pay(Account.RIVAL_WHOLESALE, outlets.party, party, value)
        market.ledger.pay(Account.RIVAL_PRODUCTION, party, Group.SUPPLIERS, cost)


def _holding(market: "Market") -> None:
    ledger, own = market.ledger, market.goods.own
    for name, rate in market.holding_rate.items():
        tier = market.tiers[name]
        if not tier.party.size:
            continue
        ledger.pay(Account.HOLDING, tier.party, Group.WAREHOUSES, rate * tier.held[:, :own].sum(axis=1))
        if name in OUTLETS:
            ledger.pay(Account.RIVAL_HOLDING, tier.party, Group.WAREHOUSES, rate * tier.held[:, own:].sum(axis=1))
    retailers, settings = market.retailers, market.scenario.retailers
    waiting = retailers.waiting[:, :own].sum(axis=1)
    ledger.pay(Account.SHORTAGE, retailers.party, Group.HOUSEHOLDS, settings.shortage_cost * waiting)


def _overheads(market: "Market") -> None:
    scenario, ledger, retailers = market.scenario, market.ledger, market.retailers
    maker = market.manufacturers
    ledger.pay(Account.OVERHEADS, maker.party, Group.LANDLORDS, scenario.manufacturer.fixed_cost * maker.active)
    for name, at_work in (
        *((name, market.tiers[name].contracted) for name in WHOLESALERS),
        ("warehouses", market.warehouses.contracted),
        ("stores", market.stores.open),
        ("online", market.online.active),
    ):
        tier, settings = market.tiers[name], getattr(scenario, name)
        if tier.party.size:
            ledger.pay(Account.OVERHEADS, tier.party, Group.LANDLORDS, settings.fixed_cost * (tier.active & at_work))
    handling = scenario.retailers.handling_cost * retailers.authorised
    ledger.pay(Account.OVERHEADS, retailers.party, Group.LANDLORDS, handling)
    ledger.pay(Account.SUPPORT, int(maker.party[0]), retailers.party, retailers.support)


def _platforms(market: "Market") -> None:
    """Online shops pay their platforms for sales and visits, and carriers for delivery, own goods and rivals' apart."""
    online, ledger = market.online, market.ledger
    own, rival = online_costs(market)
    ledger.pay(Account.PLATFORM, online.party, Group.PLATFORMS, own)
    ledger.pay(Account.RIVAL_PLATFORM, online.party, Group.PLATFORMS, rival)


def online_costs(market: "Market") -> tuple[Floats, Floats]:
    """Fees, traffic and delivery of each online shop this week, (S,) for own goods and (S,) for rivals'.

    Traffic is split by takings; where nothing was sold it is all the brand's. What shops on the street bring to the
    door costs them.
    """
    online, sold, price = market.online, market.shelves.sold.T, market.counter_price.T
    rates = online.platform_fee, online.traffic_cost, online.delivery_cost
    done = online.visits, online.collected, online.routed.T, market.scenario.online.collect_cost
    return kernel.online_costs(sold, price, market.first_online, market.goods.own, rates, *done)
