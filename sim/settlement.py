"""The week's money beyond the counter: deliveries are invoiced, debts paid, costs booked."""

from typing import TYPE_CHECKING

from channellab.sim.chain import WHOLESALERS
from channellab.sim.ledger import Account, Group

if TYPE_CHECKING:
    from channellab.sim.market import Market


def settle(market: "Market") -> None:
    """Invoices what arrived, collects what is due, and books the running costs of every firm."""
    _value_receipts(market)
    _invoice(market)
    market.invoices.collect(market.ledger, market.week)
    _holding(market)
    _overheads(market)


def _value_receipts(market: "Market") -> None:
    """Moves every owner's average unit cost by what arrived."""
    for name in ("retailers", *WHOLESALERS):
        tier = market.tiers[name]
        before = tier.stock - tier.received + tier.in_transit
        tier.unit_cost[:] = market.rules.receive(before, tier.unit_cost, tier.received, tier.received_value)


def _invoice(market: "Market") -> None:
    ledger, own, week = market.ledger, market.goods.own, market.week
    for link in market.links:
        buyers, sellers = market.tiers[link.buyer], market.tiers[link.seller]
        value = buyers.received_value[:, :own].sum(axis=1)
        due = week + link.payment_weeks
        market.invoices.bill(ledger, link.account, buyers.party, sellers.party[buyers.supplier], value, due, week)
    made = float((market.plants.received * market.goods.unit_cost[:own]).sum())
    ledger.pay(Account.PRODUCTION, int(market.manufacturers.party[0]), Group.SUPPLIERS, made)
    _pay_rivals(market)


def _pay_rivals(market: "Market") -> None:
    retailers, ledger = market.retailers, market.ledger
    for row, party in enumerate(market.rivals.party):
        skus = slice(market.rivals.first_sku[row], market.rivals.last_sku[row])
        value = retailers.received_value[:, skus].sum(axis=1)
        ledger.pay(Account.RIVAL_WHOLESALE, retailers.party, int(party), value)
        cost = float((retailers.received[:, skus] * market.goods.unit_cost[skus]).sum())
        ledger.pay(Account.RIVAL_PRODUCTION, int(party), Group.SUPPLIERS, cost)


def _holding(market: "Market") -> None:
    ledger, own = market.ledger, market.goods.own
    for name in market.holding_rate:
        tier = market.tiers[name]
        cost = market.holding_rate[name] * tier.held[:, :own].sum(axis=1)
        ledger.pay(Account.HOLDING, tier.party, Group.WAREHOUSES, cost)
    retailers, settings = market.retailers, market.scenario.retailers
    rival_units = retailers.held[:, own:].sum(axis=1)
    ledger.pay(Account.RIVAL_HOLDING, retailers.party, Group.WAREHOUSES, settings.stock.holding_cost * rival_units)
    waiting = retailers.waiting[:, :own].sum(axis=1)
    ledger.pay(Account.SHORTAGE, retailers.party, Group.HOUSEHOLDS, settings.shortage_cost * waiting)


def _overheads(market: "Market") -> None:
    scenario, ledger, retailers = market.scenario, market.ledger, market.retailers
    maker = int(market.manufacturers.party[0])
    ledger.pay(Account.OVERHEADS, maker, Group.LANDLORDS, scenario.manufacturer.fixed_cost)
    for name in WHOLESALERS:
        tier, settings = market.tiers[name], getattr(scenario, name)
        ledger.pay(Account.OVERHEADS, tier.party, Group.LANDLORDS, settings.fixed_cost * tier.active)
    handling = scenario.retailers.handling_cost * retailers.authorised
    ledger.pay(Account.OVERHEADS, retailers.party, Group.LANDLORDS, handling)
    ledger.pay(Account.SUPPORT, maker, retailers.party, retailers.support)
