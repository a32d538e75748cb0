"""What a week has left behind in a market, noted by name."""

from typing import Any

import numpy as np

from channellab.scenarios.settings.rebates import PLAN_NAMES
from channellab.sim.detection import CHANNELS
from channellab.sim.ledger import Account, Group
from channellab.sim.market import Market
from channellab.sim.subsidies import grades_reached

from .chain import SELLERS, WHOLESALERS, buyers_of, links, served
from .events import (
    BOUGHT_ELSEWHERE,
    DETECTION,
    DISPUTES,
    DOCKS,
    GREY,
    LISTING,
    LOTS,
    MARKET,
    ONLINE,
    OPENINGS,
    REBATES,
    RETURNS,
    TIERS,
    TIERS_OF,
    Seen,
)
from .watch_prices import (
    MAP_CASES,
    PROMOTIONS,
    map_cases,
    promotions,
)


def notice(market: Market, was: Any, seen: Seen) -> None:
    """Notes what a week has left behind; ``was`` is a photo of the week before."""
    shops, own = market.retailers, market.goods.own
    here = {
        "goods were under way at the week's end": bool(market.logistics.shipments),
        "goods were in production at the week's end": bool(market.logistics.batches),
        "stock was written off": any(book.scrapped.any() for book in market.books.values()),
        "prices differed within a region": market.record.numbers["price_dispersion"][-1] > 0,
        "money was owed": market.invoices.amount.size > 0,
        "a layout changed": shops.authorised.tolist() != was.retailers.authorised,
        "a shelf price changed": market.week > 1 and shops.price.tolist() != was.retailers.price,
        "a shop sold out what it no longer carries": bool(shops.sold[~shops.authorised, :own].any()),
        "a distributor had no shops": ("distributors", "retailers") in links(was)
        and len(market.distributors.party) > len({s for b, _, s in served(was, "distributors") if b == "retailers"}),
        "shops were supplied directly": ("plants", "retailers") in links(was),
        "shops changed their suppliers": market.week > 1
        and shops.supplier_tier.tolist() != was.retailers.supplier_tier,
        "an own store sold": bool(market.stores.sold.any()),
        "an own store sold out what it held when it closed": bool(market.stores.sold[~market.stores.open].any()),
        "a shop carried some of the brand's SKUs": bool((shops.authorised & ~shops.carries.all(axis=1)).any()),
        "warehouses supplied distributors": ("warehouses", "distributors") in links(was),
        "shops bought over a platform": ("platform_distributors", "retailers") in links(was),
        "a distributor had no work": not all(
            market.tiers[name].contracted.all() for name in ("distributors", "subdistributors")
        ),
        **_tiers(market, was),
        **_online(market, was),
        **_showrooms(market),
        **_docks(market),
        **_listing(market, was),
        **_rebates(market),
        **_ended_early(market, was),
        **_lots(market),
        **_returns(market),
        **_grey(market, was),
        **_detection(market, was),
        **_disputes(market, was),
        **promotions(market, was),
        **map_cases(market, was),
    }
    expected = {
        *MARKET,
        *TIERS,
        *ONLINE,
        *BOUGHT_ELSEWHERE,
        *OPENINGS,
        *DOCKS[:4],
        *LISTING,
        *REBATES,
        *LOTS,
        *GREY,
        *RETURNS,
    }
    assert set(here) == expected | {*DISPUTES, *DETECTION, *PROMOTIONS, *MAP_CASES}
    seen.update(event for event, happened in here.items() if happened)


def _capped(orders: Any) -> bool:
    full = (orders.used > 0.0) & np.isfinite(orders.cap)
    return bool((orders.used[full] >= (1.0 - 1e-9) * orders.cap[full] * orders.bought[full]).any())


def _rebates(market: Market) -> dict[str, bool]:
    book, entries = market.rebates, market.ledger.entries[Account.REBATES]
    partners = entries[entries.size - len(market.retailers.party) :], entries[market.distributors.party]
    marked_up = [
        (market.tiers[name], getattr(market.scenario, name).price.markup)
        for name in WHOLESALERS
        if getattr(market.scenario, name).price.rule == "markup"
    ]
    return {
        "a rebate was earned": any((part > 0).any() for part in partners),
        "a rebate was paid": bool(book.paid.any()),
        "a rebate was lost": any((part < 0).any() for part in partners),
        "a rebate lowered a price": any(
            (tier.price < 0.999 * (1.0 + markup) * tier.purchase_price).any() for tier, markup in marked_up
        ),
        "a plan changed within a period": len({name for name, _ in book.plans}) < len(book.plans),
        **{
            f"{what} earned": bool(book.booked[PLAN_NAMES.index(what)].any())
            for what in ("grades", "growth", "target", "sprint", "new_customers", "compliance", "launch")
        },
        "a price record had a blot": bool(book.blots.any()),
        "an order earned more in a promotion": bool((book.orders.factor > 1.0)[book.orders.bought > 0.0].any())
        if book.orders.week.size
        else False,
        "a cap held a rebate down": _capped(book.orders),
        "a rebate was clawed back": bool((book.kept < 1.0).any()),
        "a shop was paid for being new": bool(market.subsidies.for_outlets.any()),
        "the brand paid freight": bool(market.subsidies.for_freight.any()),
        "a grade was paid more freight": bool(
            ((grades_reached(market) > 0) & (market.subsidies.step > 0) & (market.subsidies.for_freight > 0)).any()
        ),
        "a satisfied shop was paid": bool(market.subsidies.for_satisfaction.any()),
        "a shop paid for its service": bool(market.subsidies.spent.any()),
        "a shop learned what service does": bool(
            (market.subsidies.slope != market.scenario.retailers.effort.prior).any()
        ),
        "a partner spent on display": bool(market.development.spending.any()),
        "spending on display paid off": bool(market.development.granted.any()),
        "a partner gave up spending": bool(
            ((market.development.spending > 0) & (market.development.weekly == 0) & (market.development.rate > 0)).any()
        ),
        "a customer was new": bool((market.customers.since == market.week).any()),
        "what was sold on earned a rebate": any(
            plan.counts == "sales" and (book.accrued[book.plan == number] > 0).any()
            for number, (_, plan) in enumerate(book.plans)
        ),
        "a partner earned under two plans": bool(((book.accrued > 0).sum(axis=0) > 1).any()),
    }


def _ended_early(market: Market, was: Any) -> dict[str, bool]:
    """What was settled inside a period."""
    fund, book, shops = market.development, market.subsidies, market.retailers
    inside = (fund.rate == 0.0) | (market.measured_week % fund.period != 0)
    before = np.array(was.development.rate)
    changed = (before > 0.0) & (fund.rate > 0.0) & (fund.rate != before)
    within = (book.amount == 0.0) | (market.measured_week % book.period != 0)
    return {
        "a fund was settled before its period ended": bool((fund.granted > 0.0)[inside].any()),
        "a fund went on under other terms": bool((fund.spending > 0.0)[changed].any()),
        "a satisfied shop was paid before its period ended": bool(
            (book.for_satisfaction[shops.party] > 0.0)[within].any()
        ),
    }


def _lots(market: Market) -> dict[str, bool]:
    book = market.order_discounts
    happened = book.given > 0.0, book.pushed > 0, bool(book.rate["online"].any())
    return dict(zip(LOTS, happened, strict=True))


def _returns(market: Market) -> dict[str, bool]:
    book, perishable = market.returns, market.goods.perishable[: market.goods.own]
    sent = [book.value[market.tiers[name].party].any() for name in ("distributors", "retailers")]
    happened = (
        *sent,
        any((units[:, perishable] > 0).any() for units in book.back.values()),
        (book.right[market.week - book.week > book.window.max(initial=0)] >= 1.0).any(),
        ((market.rebates.plan >= 0) & (market.rebates.booked < 0) & (book.value > 0)).any(),
    )
    return dict(zip(RETURNS, map(bool, happened), strict=True))


def _grey(market: Market, was: Any) -> dict[str, bool]:
    grey, partners = market.grey, market.partners
    ordered = sum(int(orders.units.sum()) for orders in grey.orders)
    left = sum(int(one.units.sum()) for one in (*market.logistics.shipments, *market.logistics.arrived) if one.grey)
    return {
        "goods were diverted": bool(grey.sent),
        "a diverter had less than was ordered": ordered > left,
        "too much stock made goods cheaper": bool(grey.sent) and market.scenario.diversion.pressure > 0,
        "a case was open at the week's end": bool(grey.cases),
        "a deposit was deducted from": bool(((partners.paid_back > 0) & (partners.fined > 0)).any()),
        "damages were paid": bool((partners.fined > partners.paid_back).any()),
        "a partner was compensated": bool(partners.compensated.any()),
        "a deposit was given back": bool(((partners.paid_back > 0) & (partners.fined == 0)).any()),
        "orders were refused": bool((partners.stopped > market.week).any()),
        "an innocent was accused": bool(grey.accused.any()),
        "goods were diverted where it is no offence": not all(grey.terms.territories[one.region] for one in grey.sent),
        "conflict hurt a partner": bool(partners.resentment.any()),
    }


def _detection(market: Market, was: Any) -> dict[str, bool]:
    grey, partners = market.grey, market.partners
    found = {way: grey.found.get(way, 0) for way in ("any", *CHANNELS)}
    firms, unusual = grey.roster.party, market.scenario.policy.protection.anomaly_threshold is not None
    heirs = [_handed_over(market, was, name) for name in ("subdistributors", "retailers")]
    return {
        "tracing found goods": found["codes"] > 0,
        "a scan found goods": found["scans"] > 0,
        "an alarm found goods": found["anomaly"] > 0,
        "an audit found goods": found["audits"] > 0,
        "goods were found in several ways": sum(found[way] for way in CHANNELS) > found["any"],
        "an audit found nothing": bool(grey.searched.any()),
        "an alarm accused an innocent": unusual and bool(grey.accused[firms].any()),
        "a contract was ended": bool((partners.exited == market.week).any()),
        "a colleague took over the buyers": "colleague" in heirs,
        "the tier above took over the buyers": "above" in heirs,
    }


def _handed_over(market: Market, was: Any, name: str) -> str:
    """Who supplies the buyers of a tier now whose supplier's contract ended last week."""
    tier, before = market.tiers[name], getattr(was, name)
    for row, (number, supplier) in enumerate(zip(before.supplier_tier, before.supplier, strict=True)):
        if SELLERS[number] in TIERS_OF:
            party = getattr(was, SELLERS[number]).party[supplier]
            if 0 < market.partners.exited[party] == market.week - 1 and tier.active[row]:
                return "colleague" if tier.supplier_tier[row] == number else "above"
    return ""


def _disputes(market: Market, was: Any) -> dict[str, bool]:
    desk, now = market.desk, market.week * 7
    there, ruled = list(desk.open.values()), desk.ruled
    places = [(one.level, one.case.region) for one in there]
    innocent = [ruling for ruling in ruled if ruling.guilty and not ruling.case.guilty]
    caught = np.array(was.partners.caught)
    return {
        "a dispute was filed": bool(desk.filed),
        "a dispute waited for somebody's time": any(one.joined < now and one.until == np.inf for one in there),
        "a dispute was being worked on": any(one.until < np.inf for one in there),
        "a dispute came up to another level": any(one.joined > one.filed for one in there),
        "a dispute was settled": bool(ruled),
        "a complaint was settled": any(one.case.victim >= 0 for one in ruled),
        "a guilty partner went free": any(not one.guilty and one.case.guilty for one in ruled),
        "an innocent was punished": any(
            market.partners.caught[one.case.offender] > caught[one.case.offender] for one in innocent
        ),
        "a region had two disputes": len(set(places)) < len(places),
        "the desk closed on open disputes": bool(there) and not desk.staffed,
    }


def _tiers(market: Market, was: Any) -> dict[str, bool]:
    lower, pairs, died = market.subdistributors, links(was), False
    for seller in SELLERS:
        for buyer, row, supplier in served(was, seller):
            gone = not market.tiers[seller].active[supplier] and market.tiers[buyer].active[row]
            died |= bool(gone and any(getattr(was, buyer).owed[row]))
    through = [
        market.tiers[name].delivered - np.array(getattr(was, name).stock) - np.array(getattr(was, name).in_transit) > 0
        for name in WHOLESALERS
        if len(market.tiers[name].party)
    ]
    kept = [market.tiers[name].stock[~market.tiers[name].active] for name in WHOLESALERS]
    return {
        "distributors supplied sub-distributors": ("distributors", "subdistributors") in pairs,
        "plants supplied sub-distributors": ("plants", "subdistributors") in pairs,
        "a district had two sub-distributors": len(lower.party) > len(set(lower.district.tolist())),
        "goods passed through a wholesaler within the week": any(cells.any() for cells in through),
        "orders died with their supplier": died,
        "what came for a leaver stayed there": any(stock.any() for stock in kept),
        "the brand left": not market.manufacturers.active[0],
    }


def _listing(market: Market, was: Any) -> dict[str, bool]:
    shops, before = market.retailers, np.array(was.retailers.listed)
    return {
        "a shop took in a SKU": bool((shops.listed & ~before).any()),
        "a shop sold out a SKU it had taken from its list": bool(shops.sold[~before].any()),
        "goods that do not keep were thrown away": bool(
            (market.books["retailers"].scrapped[:, market.goods.perishable] > 0)[shops.active].any()
        ),
        "space was left": bool((shops.listed.sum(axis=1) < (market.scenario.retailers.shelf_space or 0)).any()),
    }


def _online(market: Market, was: Any) -> dict[str, bool]:
    shops, own = market.online, market.goods.own
    direct = [market.tiers[name] for name in buyers_of(was, "plants")]
    offers = np.array(was.mind.waiting_for) - market.first_online * len(market.goods.names)
    waited = offers[offers >= 0] // len(market.goods.names)
    before = np.array(was.online.dormant, np.bool_)
    return {
        "a partner opened a shop online": bool((before & shops.active).any()),
        "a partner closed its shop online": bool((shops.dormant & ~before).any()),
        "a partner waited with a shop online": bool((before & shops.dormant).any()),
        "the brand's own online shop sold": bool(shops.sold[shops.own].any()),
        "another online shop sold the brand": bool(shops.sold[~shops.own, :own].any()),
        "an online shop sold rivals' goods": bool(shops.sold[:, own:].any()),
        "scarce stock was shared between street and online": len(direct) > 1
        and all(tier.owed.any() for tier in direct),
        "nobody looked at the online shops": bool(len(shops.party)) and not shops.visits.any(),
        "a shopper looked at three online shops": market.consumers.tastes.online.shape[1] == 3,
        "an online shop was closed while somebody waited": bool((~shops.active[waited]).any()),
        "an online shop sold below its purchase price": bool((shops.price < shops.purchase_price).any()),
        "prices changed online": market.week > 1 and shops.price.tolist() != was.online.price,
    }


def _showrooms(market: Market) -> dict[str, bool]:
    omni, paid = market.omni, market.ledger.paid[Account.LEAD_COMMISSION]
    return {
        "somebody bought online what a shop had shown": bool(market.showrooms.shop.size),
        "the brand paid a lead commission": bool(paid[Group.MANUFACTURER].any()),
        "an online shop paid a lead commission": bool(paid[Group.ONLINE].any()),
        "a shop advised for nothing": bool(((omni.advised > 0) & (omni.earned == 0)).any()),
    }


def _docks(market: Market) -> dict[str, bool]:
    queues = market.logistics.queues
    stages = {load.stage for load in queues.loads.values()}
    return {
        "goods waited at a dock at the week's end": "dock" in stages,
        "goods were being loaded at the week's end": "loading" in stages,
        "goods waited for a truck at the week's end": "truck" in stages,
        "a truck was away at the week's end": bool(queues.away),
    }
