"""The week's money beyond the counter: deliveries are invoiced, debts paid, costs booked."""

from typing import TYPE_CHECKING

import numpy as np

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
    for tier in (market.retailers, market.distributors):
        before = tier.stock - tier.received + tier.in_transit
        tier.unit_cost[:] = market.rules.receive(before, tier.unit_cost, tier.received, tier.received_value)


def _invoice(market: "Market") -> None:
    retailers, distributors, own = market.retailers, market.distributors, market.goods.own
    maker, week = int(market.manufacturers.party[0]), market.week
    bill, ledger = market.invoices.bill, market.ledger
    direct = distributors.party.size == 0
    to_shops = retailers.received_value[:, :own].sum(axis=1)
    terms = market.scenario.manufacturer.payment_weeks
    if direct:
        seller = np.full(retailers.party.size, maker, np.int32)
        bill(ledger, Account.EX_FACTORY, retailers.party, seller, to_shops, week + terms, week)
    else:
        seller = np.full(distributors.party.size, maker, np.int32)
        inbound = distributors.received_value.sum(axis=1)
        bill(ledger, Account.EX_FACTORY, distributors.party, seller, inbound, week + terms, week)
        seller = distributors.party[retailers.supplier]
        terms = market.scenario.distributors.payment_weeks
        bill(ledger, Account.WHOLESALE, retailers.party, seller, to_shops, week + terms, week)
    for row, party in enumerate(market.rivals.party):
        skus = slice(market.rivals.first_sku[row], market.rivals.last_sku[row])
        value = retailers.received_value[:, skus].sum(axis=1)
        ledger.pay(Account.RIVAL_WHOLESALE, retailers.party, int(party), value)
        cost = float((retailers.received[:, skus] * market.goods.unit_cost[skus]).sum())
        ledger.pay(Account.RIVAL_PRODUCTION, int(party), Group.SUPPLIERS, cost)
    made = float((market.plants.received * market.goods.unit_cost[:own]).sum())
    ledger.pay(Account.PRODUCTION, maker, Group.SUPPLIERS, made)


def _holding(market: "Market") -> None:
    ledger, own = market.ledger, market.goods.own
    for name in ("retailers", "distributors", "plants"):
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
    fixed = scenario.distributors.fixed_cost * market.distributors.active
    ledger.pay(Account.OVERHEADS, market.distributors.party, Group.LANDLORDS, fixed)
    handling = scenario.retailers.handling_cost * retailers.authorised
    ledger.pay(Account.OVERHEADS, retailers.party, Group.LANDLORDS, handling)
    ledger.pay(Account.SUPPORT, maker, retailers.party, retailers.support)
