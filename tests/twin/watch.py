"""What happens in a market, noted by name, to prove that the small markets exercise what they vary.

The rules of a market are watched from outside: what goes into them and what comes out.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from channellab.agents.leads import Origin, Outcome
from channellab.scenarios.policies.prices import estimated_elasticity
from channellab.scenarios.settings.rebate_kinds import GradePlanSettings
from channellab.scenarios.settings.rebates import PLAN_NAMES
from channellab.sim.detection import CHANNELS
from channellab.sim.ledger import Account, Group
from channellab.sim.market import Market
from channellab.sim.rules import Rules
from channellab.sim.subsidies import grades_reached

from .chain import SELLERS, WHOLESALERS, buyers_of, links, served
from .watch_prices import (
    AHEAD,
    MAP_CASES,
    MINIMUM,
    PROMOTIONS,
    map_cases,
    map_rules,
    promotion_rules,
    promotions,
)

Seen = set[str]

SHOPPING = (
    "a shelf was empty",
    "a lottery decided",
    "someone began to wait",
    "someone who waited was served",
    "one of two who waited was served",
    "one who waited came before a newcomer",
    "someone waited in vain",
    "someone gave up waiting",
    "someone took another offer",
    "the other offer was sold out too",
    "someone went home with nothing",
    "someone rested",
    "someone stayed loyal",
    "someone changed brands",
    "a deal of a group fell through",
    "a deal of a group stood",
    "someone bought over the border",
    "a deal of a group fell through",
    "a deal of a group stood",
    "someone joined",
    "points were paid out",
    "someone got points of a higher tier",
    "someone subscribed",
    "a subscriber got the discount",
    "a subscription ended",
    "someone fell silent",
    "someone complained",
    "friends were asked who complained",
    "someone bought online",
    "an online shop was sold out",
    "someone waited for an online shop",
    "someone took to shopping online",
    "someone went back to the shops",
    "someone learned of the brand by buying it",
)
MEDIA = ("someone heard of the brand", "someone forgot the brand")
DECLARED = ("declared buyers were served", "declared buyers found nothing", "a declared buyer came back")
FIRMS = (
    "a supplier had too little",
    "scarce stock was shared",
    "a plant was too small",
    "a layout opened some sites",
    "service could not rise further",
    "support raised service",
    "a discount was given",
    "new goods changed the average cost",
    "a moving average forecast",
    "an exponential forecast",
)
ORDERS = tuple(f"{rule} {what}" for rule in ("order_up_to", "base_stock", "s_S") for what in ("ordered", "held back"))
RULES = ("list", "markup", "linear_demand", "constant_elasticity", "logit_optimal", "dynamic", "margin_optimal")
PRICES = tuple(f"price by {rule}" for rule in RULES)
PRICING = (
    "a neighbour was undercut",
    "an undercutter stopped at the least margin",
    "there was nobody to undercut",
    "scarce goods became dearer",
    "rivals or too much stock made goods cheaper",
    "policy lowered a price",
    "policy raised a price",
    "sales changed a belief",
    "a belief outweighed sales",
    "a chain had no shop to learn in",
    "a learned price reached its bound",
    "a learned price reached the least margin",
    "two shops of a chain priced together",
)
MARKET = (
    "goods were under way at the week's end",
    "goods were in production at the week's end",
    "stock was written off",
    "prices differed within a region",
    "money was owed",
    "a layout changed",
    "a shelf price changed",
    "a shop sold out what it no longer carries",
    "a distributor had no shops",
    "shops were supplied directly",
    "shops changed their suppliers",
    "an own store sold",
    "an own store sold out what it held when it closed",
    "a shop carried some of the brand's SKUs",
    "warehouses supplied distributors",
    "shops bought over a platform",
    "a distributor had no work",
)
TIERS = (
    "distributors supplied sub-distributors",
    "plants supplied sub-distributors",
    "a district had two sub-distributors",
    "goods passed through a wholesaler within the week",
    "orders died with their supplier",
    "what came for a leaver stayed there",
    "the brand left",
)
ONLINE = (
    "the brand's own online shop sold",
    "another online shop sold the brand",
    "an online shop sold rivals' goods",
    "scarce stock was shared between street and online",
    "nobody looked at the online shops",
    "a shopper looked at three online shops",
    "an online shop was closed while somebody waited",
    "an online shop sold below its purchase price",
    "prices changed online",
)
LOOKS = ("a look was not worth the way", "a shop far from the nearest gave the best advice")
OPENINGS = ("a partner opened a shop online", "a partner closed its shop online", "a partner waited with a shop online")
FAIRNESS = (
    "shops got less than a fair share",
    "shops got a fair share",
    "shops kept nothing",
    "there was nothing to share",
    "a resentful shop did not order",
    "a resentful shop ordered what it needed",
)
ORDERS_ONLINE = (
    "a counter was nearer than the door",
    "the door was nearer than a counter",
    "who waited kept the counter",
    "somebody collected what was bought online",
    "a collector bought another unit",
    "a shop served an order from stock",
    "no shop had what was ordered",
)
BOUGHT_ELSEWHERE = (
    "somebody bought online what a shop had shown",
    "the brand paid a lead commission",
    "an online shop paid a lead commission",
    "a shop advised for nothing",
)
LEADS = (
    "media brought a lead",
    "an opinion leader brought a lead",
    "a friend brought a lead",
    "a shopper asked for advice",
    "a lead came through two stages in one week",
    "a lead was won",
    "a lead was lost",
    "a partner had its hands full",
    "a lead waited for goods",
    "a lead was lost for want of goods",
    "a lead lost its partner",
    "a rival won a lost lead",
)
GREY = (
    "goods were diverted",
    "a diverter had less than was ordered",
    "too much stock made goods cheaper",
    "a case was open at the week's end",
    "a deposit was deducted from",
    "damages were paid",
    "a partner was compensated",
    "a deposit was given back",
    "orders were refused",
    "an innocent was accused",
    "goods were diverted where it is no offence",
    "conflict hurt a partner",
)
TIERS_OF = ("distributors", "subdistributors")
"""Tiers whose contracts may end."""
DETECTION = (
    "tracing found goods",
    "a scan found goods",
    "an alarm found goods",
    "an audit found goods",
    "goods were found in several ways",
    "an audit found nothing",
    "an alarm accused an innocent",
    "a contract was ended",
    "a colleague took over the buyers",
    "the tier above took over the buyers",
)
DISPUTES = (
    "a dispute was filed",
    "a dispute waited for somebody's time",
    "a dispute was being worked on",
    "a dispute came up to another level",
    "a dispute was settled",
    "a complaint was settled",
    "a guilty partner went free",
    "an innocent was punished",
    "a region had two disputes",
    "the desk closed on open disputes",
)
OPINION = (
    "a follower engaged with a post",
    "a KOL could not answer all",
    "a friend was told",
    "followers watched a livestream",
    "a KOL had tired followers",
    "followers watched a shop",
    "a purchase raised trust",
    "a purchase cost trust",
    "an endorsement faded away",
    "a referred friend bought",
    "a referral lapsed",
    "some of a tier were hired",
)
DOCKS = (
    "goods waited at a dock at the week's end",
    "goods were being loaded at the week's end",
    "goods waited for a truck at the week's end",
    "a truck was away at the week's end",
    "the goods of a lane filled several trucks",
    "one truck was enough for the goods of a lane",
)
LISTING = (
    "a shop took in a SKU",
    "a shop sold out a SKU it had taken from its list",
    "space was left",
    "goods that do not keep were thrown away",
)
REBATES = (
    "a rebate was earned",
    "a rebate was paid",
    "a rebate was lost",
    "a rebate lowered a price",
    "a plan changed within a period",
    "a partner earned under two plans",
    "what was sold on earned a rebate",
    *(f"{what} earned" for what in ("grades", "growth", "target", "sprint", "new_customers", "compliance", "launch")),
    "a price record had a blot",
    "a customer was new",
    "a partner spent on display",
    "a shop was paid for being new",
    "the brand paid freight",
    "a grade was paid more freight",
    "a satisfied shop was paid",
    "a shop paid for its service",
    "a shop learned what service does",
    "spending on display paid off",
    "a partner gave up spending",
    "an order earned more in a promotion",
    "a cap held a rebate down",
    "a rebate was clawed back",
)
LOTS = (
    "an order to the brand was discounted by its size",
    "goods were pushed",
    "an online shop was owed goods for less",
)
RETURNS = (
    "a distributor returned goods",
    "a shop returned goods",
    "goods came back that do not keep",
    "a right to return went unused",
    "returned goods cost a rebate",
)
ORDERS_OF_MONEY = (
    "a firm stocked up at a discount",
    "a higher grade was worth something",
    "a rebate made a shop want more",
    "a right to return made a shop want more",
    "a shop weighed its order",
    "a firm bought ahead",
    "a firm did not buy ahead",
    "an order was cut by credit",
    "an order was refused",
)
EVENTS = (
    *OPINION,
    *SHOPPING,
    *MEDIA,
    *DECLARED,
    *FIRMS,
    *ORDERS,
    *PRICES,
    *PRICING,
    *MARKET,
    *TIERS,
    *ONLINE,
    *LOOKS,
    *ORDERS_ONLINE,
    *FAIRNESS,
    *OPENINGS,
    *BOUGHT_ELSEWHERE,
    *LEADS,
    *DOCKS,
    *LISTING,
    *REBATES,
    *LOTS,
    *RETURNS,
    *ORDERS_OF_MONEY,
    *GREY,
    *DETECTION,
    *DISPUTES,
    *PROMOTIONS,
    *AHEAD,
    *MINIMUM,
    *MAP_CASES,
)


def watched(rules: Rules, seen: Seen) -> Rules:
    """The same rules, which note what happens in them."""

    def note(event: str, happened: Any) -> None:
        assert event in EVENTS
        if np.any(happened):
            seen.add(event)

    return replace(
        rules,
        shop=_shop(rules.shop, note),
        look_around=_look_around(rules.look_around, note),
        **_orders_online(rules, note),
        **_fairness(rules, note),
        enrol=_enrol(rules.enrol, note),
        hear=_hear(rules.hear, note),
        **_opinion(rules, note),
        serve_declared=_serve(rules.serve_declared, note),
        **_leads(rules, note),
        **_firms(rules, note),
        **_money(rules, note),
        **_forecasts(rules, note),
        **_pricing(rules, note),
        **promotion_rules(rules, note),
        **map_rules(rules, note),
    )


Note = Callable[[str, Any], None]


def _shop(shop: Any, note: Note) -> Any:
    def noting(*args: Any) -> Any:
        week, mind, shelf, stock, basket = args[0], args[3], args[5], args[6].copy(), args[9]
        before = {name: column.copy() for name, column in mind._asdict().items()}
        tally = shop(*args)
        _note_shelves(note, stock, basket)
        _note_waiting(note, before, mind, basket)
        note("a shopper asked for advice", basket.advised >= 0)
        note("someone rested", mind.rest_until > week + 1)
        note("someone stayed loyal", tally.repeat_own)
        note("someone changed brands", tally.repeat_buyers > tally.repeat_own)
        note("someone fell silent", (before["talks"] > 0) & (mind.talks == 0))
        groups = shelf.first_online + np.flatnonzero(shelf.group_size > 1)
        note("a deal of a group fell through", (basket.unmet > 0)[groups] & (stock[groups] > basket.wished[groups]))
        note("a deal of a group stood", basket.served[groups])
        sites = shelf.first_site[1] if len(shelf.first_site) > 1 else shelf.first_online
        bought, site = before["rest_until"] != mind.rest_until, mind.last_site
        abroad = (site < sites * len(shelf.first_site)) & (site // sites != args[2].area)
        note("someone bought over the border", bought & abroad)
        note("someone complained", mind.talks < 0)
        note("friends were asked who complained", args[7].talk_weight > 0 and (before["talks"] < 0).any())
        _note_online(note, before, mind, basket, shelf.first_online)
        return tally

    return noting


def _look_around(look_around: Any, note: Note) -> Any:
    def noting(*args: Any) -> None:
        tastes, mind, looks, first_site, shown = args[0], args[1], args[3], args[6], args[8]
        look_around(*args)
        free = looks & (mind.waiting_for < 0) & (mind.lead == 0) & (mind.subscribed < 0)
        note("a look was not worth the way", free & (shown < 0))
        nearest = first_site[tastes.area] + tastes.candidates[:, 0]
        note("a shop far from the nearest gave the best advice", free & (shown >= 0) & (shown != nearest))

    return noting


def _fairness(rules: Rules, note: Note) -> dict[str, Any]:
    def inequity(kept: Any, made: Any, fair: float) -> Any:
        felt = rules.inequity(kept, made, fair)
        note("shops got less than a fair share", (felt > 0.0) & (felt < 1.0))
        note("shops got a fair share", (made > 0.0) & (felt == 0.0))
        note("shops kept nothing", felt == 1.0)
        note("there was nothing to share", made <= 0.0)
        return felt

    def withheld(resentment: Any, mean: Any, protection: Any, share: float) -> Any:
        less = rules.withheld(resentment, mean, protection, share)
        note("a resentful shop did not order", less > 0)
        note("a resentful shop ordered what it needed", (resentment > 0.0)[:, None] & (less == 0) & (mean > 0.0))
        return less

    return {"inequity": inequity, "withheld": withheld}


def _orders_online(rules: Rules, note: Note) -> dict[str, Any]:
    def ways_to_collect(*args: Any) -> None:
        tastes, mind, counters, first_site, own, collects = args[0], args[1], args[4], args[5], args[6], args[9]
        before = collects.copy()
        rules.ways_to_collect(*args)
        waits = (mind.waiting_for >= 0)[:, None]
        looks = (tastes.online == own[0]).any(axis=1) & (mind.subscribed < 0)
        near = counters[first_site[tastes.area][:, None] + tastes.candidates].any(axis=1)
        note("a counter was nearer than the door", collects >= 0)
        note(
            "the door was nearer than a counter", looks & near & ~waits[:, 0] & (mind.lead == 0) & (collects[:, 0] < 0)
        )
        note("who waited kept the counter", waits & (before >= 0) & (collects >= 0))

    def hand_over(*args: Any) -> None:
        who, tastes, routes, first_site = args[0], args[3], args[6], args[7]
        rules.hand_over(*args)
        taken, served, bought = args[12:]
        note("somebody collected what was bought online", taken >= 0)
        note("a collector bought another unit", bought == 1)
        note("a shop served an order from stock", served >= 0)
        near = routes[first_site[tastes.area[who]][:, None] + tastes.candidates[who]].any(axis=1)
        note("no shop had what was ordered", near & (served < 0) & (taken < 0))

    return {"ways_to_collect": ways_to_collect, "hand_over": hand_over}


def _enrol(enrol: Any, note: Note) -> Any:
    def noting(*args: Any) -> Any:
        mind, club = args[3], args[5]
        member, subscribed = mind.member.copy(), mind.subscribed.copy()
        benefits = enrol(*args)
        note("someone joined", mind.member > member)
        note("points were paid out", benefits.redeemed)
        note("someone got points of a higher tier", (mind.this_year >= club.steps[-1]) & (len(club.steps) == 2))
        note("someone subscribed", mind.subscribed > subscribed)
        note("a subscriber got the discount", benefits.refunded)
        note("a subscription ended", benefits.churned)
        return benefits

    return noting


def _note_online(note: Note, before: Any, mind: Any, basket: Any, first: int) -> None:
    note("someone bought online", basket.sold[first:])
    note("an online shop was sold out", basket.unmet[first:])
    note("someone waited for an online shop", basket.fetched[first:])
    note("someone took to shopping online", (before["online_habit"] < 0) & (mind.online_habit > 0))
    note("someone went back to the shops", (before["online_habit"] > 0) & (mind.online_habit < 0))
    note("someone learned of the brand by buying it", before["aware"] < mind.aware)


def _note_shelves(note: Note, stock: Any, basket: Any) -> None:
    newcomers = basket.sold - basket.fetched
    note("a shelf was empty", basket.unmet)
    note("a lottery decided", (newcomers > 0) & (basket.unmet > 0))
    note("one who waited came before a newcomer", (basket.fetched > 0) & (basket.unmet > 0))
    note("someone took another offer", newcomers > basket.served)
    note("the other offer was sold out too", basket.unmet > basket.wished - basket.served)


def _note_waiting(note: Note, before: Any, mind: Any, basket: Any) -> None:
    waited, bought = before["waiting_for"] >= 0, before["rest_until"] != mind.rest_until
    note("someone began to wait", ~waited & (mind.waiting_for >= 0))
    note("someone who waited was served", basket.fetched)
    note("someone waited in vain", waited & (mind.waiting_for >= 0) & ~bought)
    note("someone gave up waiting", waited & (mind.waiting_for < 0) & ~bought)
    in_vain = before["waiting_for"][waited & ~bought]
    note("one of two who waited was served", basket.fetched.ravel()[in_vain])
    waiters = (~waited & (mind.waiting_for >= 0)).sum()
    others = (basket.wished - basket.served).sum() - waiters - (basket.sold - basket.fetched - basket.served).sum()
    note("someone went home with nothing", others > 0)


def _leads(rules: Rules, note: Note) -> dict[str, Any]:
    def arise(*args: Any) -> Any:
        brought = rules.arise(*args)
        note("media brought a lead", brought[2] == Origin.MEDIA)
        note("an opinion leader brought a lead", brought[2] == Origin.KOL)
        note("a friend brought a lead", brought[2] == Origin.REFERRAL)
        return brought

    def advance(*args: Any) -> Any:
        outlet, stage, due, ends, counter = args[2], args[5].copy(), args[6].copy(), args[0] * 7.0, args[8]
        outcome = rules.advance(*args)
        stages, ready = len(args[7].days), args[5] == len(args[7].days)
        note("a lead came through two stages in one week", args[5] > stage + 1)
        note("a lead was won", outcome == Outcome.WON)
        note("a lead was lost", outcome == Outcome.LOST)
        note("a partner had its hands full", (due < ends) & (args[5] == stage) & (stage < stages) & (args[6] > due))
        note("a lead waited for goods", ready & (outcome == Outcome.OPEN))
        note(
            "a lead was lost for want of goods", ready & (outcome == Outcome.LOST) & counter.restocked[outlet, args[3]]
        )
        note("a lead lost its partner", ~counter.there[outlet])
        return outcome

    def desert(*args: Any) -> Any:
        offers = rules.desert(*args)
        note("a rival won a lost lead", offers >= 0)
        return offers

    return {"arise": arise, "advance": advance, "desert": desert}


def _hear(hear: Any, note: Note) -> Any:
    def noting(*args: Any) -> Any:
        before = args[3].aware.copy()
        hear(*args)
        note("someone heard of the brand", args[3].aware > before)
        note("someone forgot the brand", args[3].aware < before)

    return noting


def _opinion(rules: Rules, note: Note) -> dict[str, Any]:
    def endorse(*args: Any) -> None:
        manner, audience, response, mind = args[1], args[3], args[5], args[6]
        rules.endorse(*args)
        note("a follower engaged with a post", response.engaged)
        note("a KOL could not answer all", response.answered < response.engaged)
        note("a friend was told", response.referred)
        note("followers watched a livestream", response.viewers)
        note("a KOL had tired followers", (response.recent > manner.tolerated) & (manner.fatigue > 0))
        note("followers watched a shop", mind.watching >= 0)
        assert ((audience.trust >= 0) & (audience.trust <= 1)).all()

    def reflect(*args: Any) -> None:
        manner, audience, mind, traces, rewarded = args[2:]
        trust, felt = audience.trust.copy(), mind.endorsement.copy()
        endorser, referrer = traces.endorser.copy(), traces.referrer.copy()
        rules.reflect(*args)
        faded = trust + manner.fade * (manner.base - trust)
        judged = np.unique(endorser[(endorser >= 0) & (traces.endorser < 0)])
        note("a purchase raised trust", audience.trust[judged] > faded[judged] + 1e-6)
        note("a purchase cost trust", audience.trust[judged] < faded[judged] - 1e-6)
        note("an endorsement faded away", (felt > 0) & (mind.endorsement == 0))
        note("a referred friend bought", rewarded)
        note("a referral lapsed", (referrer >= 0) & (traces.referrer < 0) & (mind.adopted < 0))

    def hired(rank: Any, *args: Any) -> Any:
        flags = rules.hired(rank, *args)
        note("some of a tier were hired", flags.any() and not flags.all())
        return flags

    return {"endorse": endorse, "reflect": reflect, "hired": hired}


def _serve(serve: Any, note: Note) -> Any:
    def noting(*args: Any) -> Any:
        served = serve(*args)
        note("declared buyers were served", served.served)
        note("declared buyers found nothing", served.unmet)
        note("a declared buyer came back", served.fetched)
        return served

    return noting


def _firms(rules: Rules, note: Note) -> dict[str, Any]:
    def allocate(stock: Any, owed: Any, supplier: Any) -> Any:
        sent = rules.allocate(stock, owed, supplier)
        note("a supplier had too little", sent < owed)
        note("scarce stock was shared", (sent < owed) & (sent > 0))
        return sent

    def within_capacity(wanted: Any, capacity: Any) -> Any:
        started = rules.within_capacity(wanted, capacity)
        note("a plant was too small", started < wanted)
        return started

    def opened(rank: Any, sites: Any, share: Any) -> Any:
        flags = rules.opened(rank, sites, share)
        note("a layout opened some sites", flags.any() and not flags.all())
        return flags

    def service_level(base: Any, *args: Any) -> Any:
        level = rules.service_level(base, *args)
        note("service could not rise further", level == 1.0)
        note("support raised service", level > base)
        return level

    def net_of(discount: Any, listed: Any) -> Any:
        note("a discount was given", discount > 0)
        return rules.net_of(discount, listed)

    def receive(stock: Any, cost: Any, *args: Any) -> Any:
        after = rules.receive(stock, cost, *args)
        note("new goods changed the average cost", (stock > 0) & (np.abs(after - cost) > 1e-3))
        return after

    def truckloads(units: Any, holds: int) -> Any:
        loads = rules.truckloads(units, holds)
        note("the goods of a lane filled several trucks", len(loads) > 1)
        note("one truck was enough for the goods of a lane", len(loads) == 1)
        return loads

    return {
        "allocate": allocate,
        "truckloads": truckloads,
        "within_capacity": within_capacity,
        "opened": opened,
        "service_level": service_level,
        "net_of": net_of,
        "receive": receive,
    }


def _money(rules: Rules, note: Note) -> dict[str, Any]:
    def within_credit(wanted: Any, price: Any, room: Any) -> Any:
        granted = rules.within_credit(wanted, price, room)
        note("an order was cut by credit", (granted.sum(axis=1) < wanted.sum(axis=1)) & granted.any(axis=1))
        note("an order was refused", wanted.any(axis=1) & ~granted.any(axis=1))
        return granted

    def buying_ahead(gap: Any, *args: Any) -> Any:
        ahead = rules.buying_ahead(gap, *args)
        note("a firm bought ahead", ahead.units)
        note("a firm did not buy ahead", (gap < np.inf) & ~ahead.units.any(axis=1))
        return ahead

    def stocking_up(*args: Any) -> Any:
        units = rules.stocking_up(*args)
        note("a firm stocked up at a discount", units)
        return units

    def next_threshold(plan: Any, accounts: Any) -> Any:
        threshold, jump = rules.next_threshold(plan, accounts)
        note("a higher grade was worth something", isinstance(plan, GradePlanSettings) and (jump > 0).any())
        return threshold, jump

    def newsvendor_levels(*args: Any) -> Any:
        levels = rules.newsvendor_levels(*args)
        *before, by_sold, by_bought, refund, share = args
        plain = rules.newsvendor_levels(*before, 0.0 * by_sold, 0.0 * by_bought, refund, share)
        kept = rules.newsvendor_levels(*before, by_sold, by_bought, refund, 0.0 * share)
        note("a shop weighed its order", levels)
        note("a rebate made a shop want more", levels > plain)
        note("a right to return made a shop want more", levels > kept)
        return levels

    return {
        "stocking_up": stocking_up,
        "next_threshold": next_threshold,
        "newsvendor_levels": newsvendor_levels,
        "within_credit": within_credit,
        "buying_ahead": buying_ahead,
    }


def _forecasts(rules: Rules, note: Note) -> dict[str, Any]:
    def order_quantities(rule: Any, position: Any, *args: Any) -> Any:
        orders = rules.order_quantities(rule, position, *args)
        note(f"{rule.rule} ordered", orders)
        held_back = position < rule.level if rule.rule == "s_S" else position > 0
        note(f"{rule.rule} held back", (orders == 0) & held_back)
        return orders

    def price(rule: Any, *args: Any) -> Any:
        note(f"price by {rule.kind}", True)
        return rules.price(rule, *args)

    def exponential(*args: Any) -> Any:
        note("an exponential forecast", True)
        return rules.exponential_forecast(*args)

    def moving_average(history: Any) -> Any:
        note("a moving average forecast", True)
        return rules.moving_average_forecast(history)

    return {
        "order_quantities": order_quantities,
        "price": price,
        "exponential_forecast": exponential,
        "moving_average_forecast": moving_average,
    }


def _pricing(rules: Rules, note: Note) -> dict[str, Any]:
    def dynamic(rule: Any, listed: Any, *args: Any) -> Any:
        asked = rules.dynamic(rule, listed, *args)
        note("price by dynamic", True)
        note("scarce goods became dearer", asked > listed)
        note("rivals or too much stock made goods cheaper", asked < listed)
        return asked

    def undercut(rule: Any, listed: Any, bought: Any, lowest: Any) -> Any:
        asked, floor = rules.undercut(rule, listed, bought, lowest), bought * (1.0 + rule.floor_margin)
        note("a neighbour was undercut", (asked < lowest) & (asked > floor) & (asked < listed))
        note("an undercutter stopped at the least margin", (asked == floor) & (asked < listed))
        note("there was nobody to undercut", np.isinf(lowest))
        return asked

    def within_band(asked: Any, *args: Any) -> Any:
        kept = rules.within_band(asked, *args)
        note("policy lowered a price", kept < asked)
        note("policy raised a price", kept > asked)
        return kept

    def learn(how: Any, old: Any, shown: Any, asked: Any) -> Any:
        note("a chain had no shop to learn in", np.isnan(shown))
        return rules.learn(how, old, shown, asked)

    def best_price(how: Any, seen: Any, before: Any, start: Any, bought: Any) -> Any:
        asked = rules.best_price(how, seen, before, start, bought)
        changed = np.abs(estimated_elasticity(how, seen) - how.elasticity)
        note("sales changed a belief", changed > 0.5)
        note("a belief outweighed sales", (changed > 0) & (changed < 0.1))
        note("a learned price reached its bound", (seen.weeks > 0) & (asked == start * (1.0 + how.price_bound)))
        note("a learned price reached the least margin", asked == bought * (1.0 + how.floor_margin))
        return asked

    def group_means(values: Any, member: Any, group: Any, *args: Any) -> Any:
        note("two shops of a chain priced together", np.bincount(group) > 1)
        return rules.group_means(values, member, group, *args)

    return {
        "dynamic": dynamic,
        "undercut": undercut,
        "within_band": within_band,
        "learn": learn,
        "best_price": best_price,
        "group_means": group_means,
    }


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
        "goods were diverted where it is no offence": bool(grey.sent)
        and not any(grey.terms.territories[one.region] for one in grey.sent),
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
