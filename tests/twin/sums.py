"""A witness of what a market adds up over its measured weeks: payments, deliveries, moments of demand and orders."""

from collections import defaultdict
from typing import Any

from channellab.scenarios.settings.rebates import PLAN_NAMES
from channellab.sim.ledger import Account, Group
from channellab.sim.market import Market

from .chain import TIERS
from .diary import Diary
from .figures import delivered, routes
from .photo import agree


def check_sums(diary: Diary, market: Market) -> None:
    """Asserts that the market's sums over the measured weeks are those of the diary's pages."""
    pages = [page for page in diary.weeks if page.now.measured > 0]
    kept, week = market.record, market.week
    agree("payments by group", week, _payments(pages), kept.flows.tolist())
    agree("deliveries to partners", week, delivered(pages), kept.partner_units.tolist())
    agree("routes", week, routes(pages, len(diary.regions), False), kept.routes.tolist())
    agree("rebates", week, _rebates(pages, market), kept.rebates.tolist())
    agree("diverted", week, routes(pages, len(diary.regions), True), kept.diverted.tolist())
    for tier in TIERS:
        agree(f"moments of {tier}", week, _moments(pages, tier, diary.own), kept.moments[tier].tolist())
    shops = range(len(diary.category))
    sold = [float(sum(sum(page.now.retailers.sold[o]) for page in pages)) for o in shops]
    stocked = [
        float(sum(page.now.retailers.active[o] and any(page.now.retailers.held[o][: diary.own]) for page in pages))
        for o in shops
    ]
    agree("category units", week, [float(units) for units in diary.category], kept.category.tolist())
    agree("measured category units", week, sold, kept.measured_category.tolist())
    agree("weeks in stock", week, stocked, kept.weeks_in_stock.tolist())


def _rebates(pages: list[Any], market: Market) -> list[list[float]]:
    """By name of the plan and party, what was booked."""
    total = [[0.0] * len(market.ledger.cash) for _ in PLAN_NAMES]
    for page in pages:
        for (name, party), amount in page.rebates:
            total[PLAN_NAMES.index(name)][party] += amount
    return total


def _payments(pages: list[Any]) -> list[list[list[float]]]:
    """By account, kind of payer and kind of payee."""
    total: dict[tuple[int, int, int], float] = defaultdict(float)
    for page in pages:
        group = _groups(page.now)
        for flow in page.flows:
            total[flow.account, group[flow.payer], group[flow.payee]] += flow.amount
    return [[[total[account, payer, payee] for payee in Group] for payer in Group] for account in Account]


def _groups(now: Any) -> dict[int, Group]:
    kinds = {
        Group.ONLINE: now.online,
        # The brand's own online shops are the manufacturer.
        Group.MANUFACTURER: now.manufacturers,
        Group.RIVALS: now.rivals,
        Group.DISTRIBUTORS: now.distributors,
        Group.PLATFORM_DISTRIBUTORS: now.platform_distributors,
        Group.SUBDISTRIBUTORS: now.subdistributors,
        Group.RETAILERS: now.retailers,
        Group.KOLS: now.kols,
    }
    outside = {int(group): group for group in Group if group < Group.MANUFACTURER}
    return outside | {party: kind for kind, table in kinds.items() for party in table.party}


def _moments(pages: list[Any], tier: str, own: int) -> list[list[float]]:
    """By firm the sums of weekly demand, its square, weekly orders, their square, own SKUs together."""
    tables = [getattr(page.now, tier) for page in pages]
    firms = range(len(tables[0].party))
    demand = [[float(sum(table.demand[firm][:own])) for table in tables] for firm in firms]
    orders = [[float(sum(table.ordered[firm][:own])) for table in tables] for firm in firms]
    series = (demand, [[d * d for d in row] for row in demand], orders, [[n * n for n in row] for row in orders])
    return [[sum(row) for row in rows] for rows in series]
