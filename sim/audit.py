"""The auditor: holds every account against what it pays for, and every unit against where it went."""

from typing import TYPE_CHECKING

import numpy as np

from channellab.agents.kernels.books import gaps, holding, totals, worth
from channellab.agents.leads import Origin
from channellab.sim.chain import MAKERS, OUTLETS, WHOLESALERS
from channellab.sim.counted import Counted
from channellab.sim.goods import on_hand
from channellab.sim.handover import order_shares
from channellab.sim.leads import leads_on
from channellab.sim.ledger import Account, Ledger
from channellab.sim.membership import membership_costs
from channellab.sim.minimum_prices import scanning_cost
from channellab.sim.promotions import promotion_pay
from channellab.sim.protection import desk_cost, policing_cost
from channellab.sim.rebates import rebate_gap
from channellab.sim.showrooms import lead_commissions

if TYPE_CHECKING:
    from channellab.sim.market import Market


def money_gap(market: "Market", counted: Counted) -> float:
    """Largest gap in the books of the week, as a share of the week's turnover.

    Compared are the change of each party's cash with its entries, the two sides of every account, the flow through each
    account with the goods, stocks and terms it pays for, open invoices with the trade credit granted, and the brand's
    debt in rebates with those booked and paid.
    """
    ledger = market.ledger
    owed = ledger.lent - ledger.repaid - market.invoices.owed
    # Debts add up over the weeks of a credit term, so their rounding is held against all that was lent.
    rebates = rebate_gap(market) / max(ledger.turnover, 1.0)
    return max(_gap(ledger, _due(market, counted)), abs(owed) / max(ledger.lent, 1.0), rebates)


def opening_gap(market: "Market") -> float:
    """The same for the capital paid in before the first week."""
    scenario = market.scenario
    capital = (
        scenario.manufacturer.working_capital
        + sum(getattr(scenario, name).working_capital * market.tiers[name].party.size for name in WHOLESALERS)
        + scenario.retailers.working_capital * market.retailers.party.size
        + scenario.online.working_capital * float((~market.online.own).sum())
    )
    return _gap(market.ledger, {Account.CAPITAL: capital})


def _gap(ledger: Ledger, due: dict[Account, float]) -> float:
    cash, sides = gaps(ledger.entries, ledger.cash - ledger.opening)
    flow: list[float] = ledger.flow.tolist()
    flows = max(abs(flow[account] - money) for account, money in due.items())
    return max(cash, sides, flows) / max(ledger.turnover, 1.0)


def _due(market: "Market", counted: Counted) -> dict[Account, float]:
    """What should have flowed through each account this week, from counters of goods and declared rates."""
    scenario, own, unit_cost = market.scenario, market.goods.own, market.goods.unit_cost
    retailers, online = market.retailers, market.online
    held = [_held(market, name, rate) for name, rate in market.holding_rate.items() if market.tiers[name].party.size]
    platform, rival_platform = (float(costs.sum()) for costs in counted.platforms)
    return {
        Account.RETAIL_SALES: counted.takings.own,
        Account.RIVAL_SALES: counted.takings.rivals,
        Account.RIVAL_PRODUCTION: sum(worth(tier.received.T, unit_cost, own)[1] for tier in (retailers, online)),
        Account.PRODUCTION: worth(market.plants.received.T, unit_cost, own)[0],
        Account.FREIGHT: market.freight_bill,
        Account.HOLDING: sum(cost for cost, _ in held) + market.way_stock_cost,
        Account.RIVAL_HOLDING: sum(cost for _, cost in held),
        Account.SHORTAGE: scenario.retailers.shortage_cost * float(retailers.waiting[:, :own].sum()),
        Account.OVERHEADS: _overheads(market),
        Account.ADVERTISING: scenario.manufacturer.advertising * market.consumers.count * brand_lives(market),
        Account.MEMBERSHIP: sum(membership_costs(market)),
        Account.PLATFORM: platform,
        Account.RIVAL_PLATFORM: rival_platform,
        Account.LEADS: _leads(market),
        Account.ONLINE_SERVICE: scenario.retailers.advice_cost * market.showrooms.shop.size
        + scenario.retailers.pickup_cost * float(online.collected.sum())
        + scenario.retailers.local_delivery_cost * float(online.routed.sum()),
        Account.PICKUP_FEES: float(market.omni.pickup_fee @ market.omni.handed),
        **_kols(market, counted),
        Account.SUBSIDIES: market.subsidies.granted,
        Account.REBATES: market.rebates.moved,
        Account.ACCRUED_REBATES: market.rebates.moved,
        Account.GREY_SALES: market.logistics.diverted_value,
        Account.POLICING: policing_cost(market) + scanning_cost(market),
        Account.DISPUTES: desk_cost(market),
        Account.CAPITAL: 0.0,
        **_summed(market),
    }


def _summed(market: "Market") -> dict[Account, float]:
    """Of these, what is the sum of one column of money or of several."""
    partners, own = market.partners, market.goods.own
    outlets = market.retailers, market.online
    columns = [
        *((Account.EX_FACTORY, market.tiers[name].delivered_value) for name in MAKERS),
        *((Account.WHOLESALE, market.tiers[name].delivered_value) for name in WHOLESALERS),
        *((Account.RIVAL_WHOLESALE, shops.received_value.T[own:].ravel()) for shops in outlets),
        (Account.RETURNS, market.returns.credited),
        (Account.SUPPORT, market.retailers.support),
        (Account.LEAD_COMMISSION, lead_commissions(market)),
        (Account.ROUTED_ORDERS, order_shares(market)),
        (Account.PROMOTION, promotion_pay(market)),
        (Account.FUND, market.development.granted),
        (Account.MARKETING, market.development.spending),
        (Account.SERVICE, market.subsidies.spent),
        (Account.REBATE_PAYMENT, market.rebates.paid),
        (Account.PENALTIES, partners.fined + partners.compensated),
        (Account.DEPOSITS, partners.paid_in + partners.paid_back),
    ]
    due = {account: 0.0 for account, _ in columns}
    for (account, _), money in zip(columns, totals(tuple(column for _, column in columns)).tolist(), strict=True):
        due[account] += money
    return due


def _held(market: "Market", name: str, rate: float) -> tuple[float, float]:
    """What it costs a tier to hold the brand's goods, and those of rivals."""
    first = on_hand(market, name)[1]
    held = market.shelves.held if name in OUTLETS else market.tiers[name].held
    return holding(held.T, first, first + market.tiers[name].party.size, rate, market.goods.own)


def _leads(market: "Market") -> float:
    settings, desk = market.scenario.leads, market.leads
    if not leads_on(market.scenario):
        return 0.0
    handled = sum(stage.cost * int(n) for stage, n in zip(settings.stages, desk.handled.sum(axis=0), strict=True))
    return handled + settings.media_cost * int(desk.created[Origin.MEDIA])


def _kols(market: "Market", counted: Counted) -> dict[Account, float]:
    """What opinion leaders cost the brand: by posts, by the takings of the shops they host, by friends who bought."""
    kols, takings = market.kols, counted.takings.by_outlet[market.first_online :]
    commission = 0.0
    for shops, viewers in ((kols.social_shop, kols.engaged), (kols.stream_shop, kols.viewers)):
        for shop in sorted({*shops[(shops >= 0) & (viewers > 0)].tolist()}):
            seen = viewers * (shops == shop)
            commission += takings[shop] * float((seen * kols.commission).sum()) / max(float(seen.sum()), 1.0)
    appearances = kols.posts + market.scenario.kols.stream_fee * kols.streams
    return {
        Account.KOL_FEES: float(appearances @ kols.fee),
        Account.KOL_COMMISSION: commission * brand_lives(market),
        Account.REFERRAL: float(kols.rewarded @ kols.reward),
    }


def _overheads(market: "Market") -> float:
    scenario = market.scenario
    return float(
        scenario.manufacturer.fixed_cost * brand_lives(market)
        + sum(
            getattr(scenario, name).fixed_cost
            * float(np.count_nonzero(market.tiers[name].active & market.tiers[name].contracted))
            for name in ("warehouses", *WHOLESALERS)
        )
        + scenario.stores.fixed_cost * float(np.count_nonzero(market.stores.active & market.stores.open))
        + scenario.online.fixed_cost * float(np.count_nonzero(market.online.active))
        + scenario.retailers.handling_cost * float(np.count_nonzero(market.retailers.authorised))
    )


def brand_lives(market: "Market") -> float:
    """1 while the manufacturer is in the market, else 0."""
    return float(market.manufacturers.active[0])


def goods_gap(market: "Market") -> int:
    """Units by which the goods identity fails, over all owners and SKUs; must be zero."""
    books = market.books
    return sum(books[name].gap(*on_hand(market, name), tier.in_transit) for name, tier in market.staffed_tiers())
