"""The rules of a market, watched from outside: what goes into them and what comes out."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from channellab.agents.leads import Origin, Outcome
from channellab.scenarios.policies.prices import estimated_elasticity
from channellab.scenarios.settings.rebate_kinds import GradePlanSettings
from channellab.sim.rules import Rules

from .events import EVENTS, Seen
from .watch_prices import (
    map_rules,
    promotion_rules,
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
        free = (
            np.isin(np.arange(looks.size), args[10])
            & looks
            & (mind.waiting_for < 0)
            & (mind.lead == 0)
            & (mind.subscribed < 0)
        )
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
        looks &= np.isin(np.arange(looks.size), args[12])
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
        units = rules.buying_ahead(gap, *args)
        note("a firm bought ahead", units)
        note("a firm did not buy ahead", (gap < np.inf).any(axis=0) & ~units.any(axis=1))
        return units

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
