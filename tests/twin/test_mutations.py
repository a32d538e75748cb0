"""Wrong rules must not pass: each of these small errors in the twin has to show in one of the twenty markets."""

import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from statistics import variance
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from channellab.agents.leads import Origin
from channellab.agents.replenishment import Forecast
from channellab.agents.retailers import Served
from channellab.sim.rules import COMPILED, Rules

from . import (
    batching,
    diversion,
    docks,
    fairness,
    handover,
    influence,
    leads,
    listing,
    media,
    membership,
    openings,
    ordering,
    rebating,
    returned,
    selling,
    shopping,
    showrooms,
    supply,
)
from .cases import WEEKS, case
from .compare import difference
from .draws import key, unit
from .rules import TWIN
from .shown import likely_first, note

Part = tuple[Any, str, Callable[..., Any]]
"""A function of the twin, and what stands in for it."""
RIGHT_PLACE, RIGHT_EXPERIENCE = shopping.place_in_queue, shopping.experience
RIGHT_REACH, RIGHT_WAY = shopping.considered, shopping.to_the_door
RIGHT_PARTNER, RIGHT_DAYS, RIGHT_PULL = leads.partner, leads.days_of, leads.pull
RIGHT_CONVINCED, RIGHT_COUNTER = leads.convinced, leads.at_the_counter
RIGHT_MONEY, RIGHT_JOIN = shopping.in_money, membership.joins
RIGHT_MONEY = shopping.in_money
RIGHT_ANSWER, RIGHT_JUDGED, RIGHT_ENDORSED = influence.answer, influence.judged, influence.be_endorsed
RIGHT_LIST = listing.favourites
RIGHT_REBATE, RIGHT_THRESHOLD = rebating.by_tiers, rebating.one_threshold
RIGHT_AHEAD, RIGHT_CREDIT = rebating.ahead_of_need, rebating.affordable
RIGHT_HELD = fairness.held_back
RIGHT_RETURN = returned.one_return
RIGHT_RATE, RIGHT_LARGER, RIGHT_SPREAD = batching.rate_of, batching.enlarged, batching.spread
RIGHT_WEEKS, RIGHT_TAKEN = batching.weeks_paid_for, batching.taken
RIGHT_EXPECTATION = openings.one_expectation
RIGHT_NEAR = handover.shops_near
RIGHT_CONTENT = diversion.content
RIGHT_COUNTED, RIGHT_GOAL = rebating.counted, rebating.goal_of
RIGHT_LEVEL = ordering.best_level
RIGHT_PRICE, RIGHT_ORDER = selling.one_price, ordering.one_order


def loyal_to_any(outing: Any, wish: Any) -> None:
    before = float(outing.mind.loyalty[wish.who])
    outing.mind.loyalty[wish.who] = before + outing.habits.loyalty_rate * (1.0 - before)


def never_silent(outing: Any, who: int, went: float) -> None:
    mind, before = outing.mind, float(outing.mind.satisfaction[who])
    mind.satisfaction[who] = before + outing.habits.satisfaction_rate * (went - before)
    if mind.adopted[who] >= 0 and mind.satisfaction[who] >= outing.habits.talk_threshold:
        mind.talks[who] = 1


def only_good(outing: Any, people: Any) -> float:
    return sum(int(outing.mind.talks[i]) > 0 for i in people) / max(len(people), 1)


def patient_for_ever(outing: Any, wish: Any) -> None:
    outing.mind.waited[wish.who] += 1
    outing.basket.waiting[wish.site, wish.sku] += 1


def only_adopt(outing: Any, who: int) -> None:
    if outing.mind.adopted[who] < 0:
        outing.mind.adopted[who] = outing.week


def friends_counted_once(i: int, mind: Any, friends: Any) -> float:
    circle = set(friends.indices[friends.start[i] : friends.start[i + 1]].tolist())
    return sum(int(mind.talks[friend]) > 0 for friend in circle) / max(len(circle), 1)


def remainders_to_the_first(stock: int, wanted: list[int]) -> list[int]:
    shares = [units * stock // max(sum(wanted), stock, 1) for units in wanted]
    if sum(wanted) <= stock:
        return list(wanted)
    for n in range(stock - sum(shares)):
        shares[n] += 1
    return shares


def restless(outing: Any, who: int) -> bool:
    chance = float(outing.segments.need[outing.tastes.segment[who]]) * float(outing.season)
    return unit(key(int(outing.luck.need), who, outing.week)) < chance


def below_only(rule: Any, position: int, mean: float, spread: float, weeks: int) -> int:
    at_the_point = rule.rule == "s_S" and position == rule.reorder_point
    return 0 if at_the_point else RIGHT_ORDER(rule, position, mean, spread, weeks)


def marked_up_from_list(rule: Any, listed: float, bought: float) -> float:
    return listed * (1.0 + rule.markup) if rule.rule == "markup" else RIGHT_PRICE(rule, listed, bought)


def restless_lead(week: int, who: int, mind: Any) -> bool:
    return bool(mind.aware[who]) and not mind.lead[who] and mind.waiting_for[who] < 0


def unpraised(who: int, mind: Any, friends: Any, hazards: Any) -> Any:
    return RIGHT_PULL(who, mind, friends, hazards._replace(kol=0.0))


def unconvincing(pipeline: Any, counter: Any, *args: Any) -> bool:
    return RIGHT_CONVINCED(pipeline, counter._replace(knowledge=0.0 * counter.knowledge), *args)


def patient_leads(week: int, pipeline: Any, *args: Any) -> Any:
    return RIGHT_COUNTER(week, pipeline._replace(stock_out_loss=0.0), *args)


def farthest_counter(tastes: Any, counters: Any, first_site: Any, who: int) -> tuple[int, float] | None:
    origin, places = int(first_site[tastes.area[who]]), zip(tastes.candidates[who], tastes.distance[who], strict=True)
    there = [(origin + int(place), float(km)) for place, km in places if counters[origin + int(place)]]
    return there[-1] if there else None


def with_time_for_all(scene: Any, comments: Any) -> Any:
    free = np.full(len(scene.plan.posts), len(comments))
    return SimpleNamespace(**vars(scene) | {"plan": scene.plan._replace(replies=free)})


INSIDE: dict[str, Part] = {
    "the lottery ignores who waited": (
        shopping,
        "place_in_queue",
        lambda outing, wish, turn: RIGHT_PLACE(outing, wish, turn)[1],
    ),
    "first come, first served": (shopping, "place_in_queue", lambda outing, wish, turn: (not wish.waited, wish.who)),
    "one lottery for all rounds": (
        shopping,
        "place_in_queue",
        lambda outing, wish, turn: RIGHT_PLACE(outing, wish, 0),
    ),
    "shoppers choose again among all that is listed": (shopping, "whats_left", shopping.whats_listed),
    "an empty shelf disappoints nobody": (shopping, "be_disappointed", lambda outing, wish: None),
    "loyalty follows the shopper to any brand": (shopping, "become_loyal", loyal_to_any),
    "a substitute is as good as the first wish": (
        shopping,
        "experience",
        lambda outing, site, first_wish: RIGHT_EXPERIENCE(outing, site, True),
    ),
    "a disappointed buyer goes on talking": (shopping, "feel", never_silent),
    "what was waited for is worth nothing": (
        shopping,
        "in_money",
        lambda outing, wish: 0.0 if wish.waited else RIGHT_MONEY(outing, wish),
    ),
    "a group is never too small": (shopping, "deals_that_stand", lambda outing, wishes: wishes),
    "points are kept for ever": (membership, "pay_out", lambda who, mind, club: 0.0),
    "nobody rises to a higher tier": (
        membership,
        "tier",
        lambda who, mind, club: 0,
    ),
    "members join anywhere alike": (
        membership,
        "joins",
        lambda week, who, direct, club: RIGHT_JOIN(week, who, False, club),
    ),
    "complaints are not heard": (shopping, "talk_of", only_good),
    "nobody complains": (shopping, "tells", lambda outing, happy: int(happy >= outing.habits.talk_threshold)),
    "patience never ends": (shopping, "wait_on", patient_for_ever),
    "nobody rests after a purchase": (shopping, "needs", restless),
    "the brand last bought is worth nothing more": (
        shopping,
        "of_the_brand",
        lambda outing, who, sku: float(outing.tastes.taste[who]) if sku < outing.shelf.own else 0.0,
    ),
    "who waited is disappointed": (shopping, "is_first_wish", lambda wish, turn: turn == 0 and not wish.waited),
    "buyers do not get to know the brand": (shopping, "get_to_know", only_adopt),
    "online shops are out of reach": (
        shopping,
        "considered",
        lambda outing, who: [step for step in RIGHT_REACH(outing, who) if step[0] < outing.shelf.first_online],
    ),
    "delivery takes no time": (
        shopping,
        "to_the_door",
        lambda outing, who, site: (
            float(outing.tastes.online_taste[who]) + outing.habits.channel_habit * float(outing.mind.online_habit[who])
        ),
    ),
    "habit does not draw online": (
        shopping,
        "to_the_door",
        lambda outing, who, site: (
            RIGHT_WAY(outing, who, site) - outing.habits.channel_habit * float(outing.mind.online_habit[who])
        ),
    ),
    "nobody gets used to a channel": (shopping, "get_used_to", lambda outing, wish: None),
    "online shops are not looked at": (shopping, "visit", lambda outing, who: None),
    "nobody asks for advice": (shopping, "asks_advice", lambda outing, wish: False),
    "rivals' goods need advice too": (
        shopping,
        "asks_advice",
        lambda outing, wish: unit(key(int(outing.luck.advice), wish.who, outing.week)) < outing.habits.advice,
    ),
    "leads arise among those who rest": (leads, "is_open", restless_lead),
    "all leads come from media": (leads, "named", lambda sources, part: Origin.MEDIA),
    "opinion leaders bring no leads": (leads, "pull", unpraised),
    "only considered shops have leads": (
        leads,
        "partner",
        lambda *args: RIGHT_PARTNER(*args[:-1], np.full_like(args[-1], -1)),
    ),
    "leads go to the owner of the territory": (
        leads,
        "partner",
        lambda who, tastes, shelf, authorised, territory: int(territory[tastes.area[who]]),
    ),
    "leads stay with partners who have left": (leads, "left_alone", lambda counter, outlet: False),
    "leads are served in the order of their rows": (leads, "in_order", lambda rows, *args: rows),
    "partners have all the time": (leads, "put_off", lambda pipeline, busy, outlet: False),
    "knowledge convinces nobody": (leads, "convinced", unconvincing),
    "knowledge saves no time": (
        leads,
        "days_of",
        lambda pipeline, stage, knowledge: RIGHT_DAYS(pipeline, stage, 0.0),
    ),
    "stock-outs lose no leads": (leads, "at_the_counter", patient_leads),
    "buyers forget too": (media, "may_forget", lambda i, mind: True),
    "a friend tied twice counts once": (media, "share_who_talk", friends_counted_once),
    "everybody is answered": (
        influence,
        "answer",
        lambda scene, k, comments: RIGHT_ANSWER(with_time_for_all(scene, comments), k, comments),
    ),
    "posts tire nobody": (influence, "tiredness", lambda scene, k: 0.0),
    "likes prove nothing": (influence, "proof", lambda scene, k: 1.0),
    "the platform shows every post alike": (influence, "shown_to", lambda scene, k: scene.manner.push),
    "posts are not passed on": (influence, "pass_on", lambda scene, k, tie, post: None),
    "nobody watches livestreams": (influence, "go_live", lambda scene, k: None),
    "endorsements last": (influence, "fade", lambda manner, felt: felt),
    "every purchase keeps a promise": (
        influence,
        "judged",
        lambda manner, trust, talks: RIGHT_JUDGED(manner, trust, 1),
    ),
    "only this week's posts count as recent": (influence, "recently", lambda manner, before, paid: float(paid)),
    "posts show no shop": (
        influence,
        "be_endorsed",
        lambda scene, k, tie, trust, shop: RIGHT_ENDORSED(scene, k, tie, trust, -1),
    ),
    "hired shares round down": (influence, "wanted", lambda rank, members, share: rank + 1 <= share * members),
    "a layout rounds down": (selling, "partners_wanted", lambda sites, share: math.floor(share * sites)),
    "mark-ups start from the list price": (selling, "one_price", marked_up_from_list),
    "order-up-to levels round down": (ordering, "nearest", math.floor),
    "s_S waits until the position is below the point": (ordering, "one_order", below_only),
    "left-over units go to the first buyers": (supply, "fair_shares", remainders_to_the_first),
    "left-over units stay with the supplier": (
        supply,
        "fair_shares",
        lambda stock, wanted: [units * stock // max(sum(wanted), stock, 1) for units in wanted],
    ),
    "a shelf has one place more": (
        listing,
        "favourites",
        lambda gain, allowed, space: RIGHT_LIST(gain, allowed, space + 1),
    ),
    "shops list what is not allowed": (
        listing,
        "favourites",
        lambda gain, allowed, space: RIGHT_LIST(gain, [True] * len(gain), space),
    ),
    "nobody asks the neighbours how a SKU sells": (
        listing,
        "one_expectation",
        lambda mean, listed, region, shop, sku: mean[shop][sku],
    ),
    "a threshold is reached by halves": (rebating, "reaches", lambda bought, tier: bought >= tier.from_purchases / 2),
    "an increment earns on all units": (
        rebating,
        "by_tiers",
        lambda bought, tiers, kind: RIGHT_REBATE(bought, tiers, "all_units" if kind == "increment" else kind),
    ),
    "reaching a threshold is worth nothing": (
        rebating,
        "one_threshold",
        lambda plan, account: (RIGHT_THRESHOLD(plan, account)[0], 0.0),
    ),
    "a step pays nothing for nearer ones of the same date": (
        rebating,
        "reached_by",
        lambda number, steps: steps[number][1],
    ),
    "a step pays for nearer ones of any date": (
        rebating,
        "reached_by",
        lambda number, steps: sum(jump for gap, jump, _ in steps if gap <= steps[number][0]),
    ),
    "firms buy ahead at once": (
        rebating,
        "ahead_of_need",
        lambda gap, jump, need, price, holding, weeks: RIGHT_AHEAD(gap, jump, need, price, holding, min(weeks, 0.0)),
    ),
    "stock bought ahead costs nothing": (
        rebating,
        "ahead_of_need",
        lambda gap, jump, need, price, holding, weeks: RIGHT_AHEAD(gap, jump, need, price, 0.0, weeks),
    ),
    "goods that lie for long are kept": (returned, "one_return", lambda *firm: 0 if firm[-1] else RIGHT_RETURN(*firm)),
    "keeping goods costs nothing": (
        returned,
        "one_return",
        lambda *firm: RIGHT_RETURN(*firm[:6], 0.0, firm[7]),
    ),
    "all that lies too long may be returned": (
        returned,
        "one_return",
        lambda beyond, free, right, *rest: RIGHT_RETURN(beyond, free, 1e9, *rest),
    ),
    "what may be returned is no reason to order": (ordering, "mean_return", lambda level, share, below: 0.0),
    "a grade needs no past": (rebating, "grade_of", lambda past, grades: grades[-1]),
    "all growth counts": (
        rebating,
        "counted",
        lambda bought, past, fresh, share: RIGHT_COUNTED(bought, past, fresh, 0.0),
    ),
    "targets are met by half": (rebating, "goal_of", lambda plan, past: 0.5 * RIGHT_GOAL(plan, past)),
    "nobody stocks up at a discount": (rebating, "more_at_once", lambda *args: 0),
    "an increment earns its rate on the whole order": (
        batching,
        "rate_of",
        lambda size, steps, increment: RIGHT_RATE(size, steps, False),
    ),
    "goods ordered for a discount cost nothing to keep": (batching, "cost_of_lying", lambda *args: 0.0),
    "orders grow beyond the means": (
        batching,
        "enlarged",
        lambda wanted, excess, need, price, room, *args: RIGHT_LARGER(wanted, excess, need, price, math.inf, *args),
    ),
    "what lies already is not looked at": (
        batching,
        "spread",
        lambda units, excess, need: RIGHT_SPREAD(units, [0.0] * len(need), need),
    ),
    "partners push at any price": (
        batching,
        "weeks_paid_for",
        lambda excess, need, margin, holding, theirs, given, room: RIGHT_WEEKS(
            excess, need, math.inf, holding, theirs, given, room
        ),
    ),
    "buyers take what they have no need of": (
        batching,
        "taken",
        lambda weeks, excess, need: RIGHT_TAKEN(weeks, 0.0, need),
    ),
    "a shop fears no left-overs": (
        ordering,
        "best_level",
        lambda most, mean, variance, price, cost, kept, *rewards: RIGHT_LEVEL(
            most, mean, variance, price, cost, cost, *rewards
        ),
    ),
    "a shop orders without a thought of rebates": (
        ordering,
        "best_level",
        lambda most, *args: RIGHT_LEVEL(most, *args[:5], [0.0] * (most + 1), [0.0] * (most + 1), *args[7:]),
    ),
    "orders beyond the line are placed to the nearest unit": (
        rebating,
        "affordable",
        lambda wanted, price, room: [units + 1 if units else 0 for units in RIGHT_CREDIT(wanted, price, room)],
    ),
    "everybody looks at the nearest shop": (showrooms, "best_of", lambda offers: offers[:2][-1]),
    "a look costs no way": (showrooms, "worth_of_a_look", lambda worth, service, burden, km: worth * service),
    "those who wait look again": (showrooms, "is_settled", lambda mind, who: False),
    "subscribers look around too": (showrooms, "subscribes", lambda mind, who: False),
    "partners expect what one other sells": (
        openings,
        "one_expectation",
        lambda seen, shown, rate: RIGHT_EXPECTATION(seen, shown[:1], rate),
    ),
    "a shop online costs nothing": (openings, "costs_of_being_there", lambda traffic, visits, fixed: 0.0),
    "shops resent more than their share": (
        fairness,
        "unfair",
        lambda kept, made, fair: min(abs((fair - kept / made) / fair), 1.0) if made > 0 else 0.0,
    ),
    "shops hold back a week's need": (
        fairness,
        "held_back",
        lambda share, resentment, mean, weeks: RIGHT_HELD(share, resentment, mean, 1),
    ),
    "everybody collects who can": (handover, "nearer_than_the_door", lambda way, wait: True),
    "orders go to shops far away": (
        handover,
        "shops_near",
        lambda tastes, first_site, who: RIGHT_NEAR(tastes, first_site, who)[::-1],
    ),
    "goods are collected at the farthest counter": (handover, "nearest_counter", farthest_counter),
    "a diverter forgets the freight": (
        diversion,
        "gain_of_a_unit",
        lambda price, cost, freight, fine, margin: price - cost - fine * price - margin,
    ),
    "a diverter fears no fine": (
        diversion,
        "gain_of_a_unit",
        lambda price, cost, freight, fine, margin: price - cost - freight - margin,
    ),
    "a diverter wants no margin": (
        diversion,
        "gain_of_a_unit",
        lambda price, cost, freight, fine, margin: price - cost - freight - fine * price,
    ),
    "a cheaper offer takes the whole order": (
        diversion,
        "share_moved",
        lambda local, asked, half: float(asked < local),
    ),
    "a truck leaves for the smallest gain": (diversion, "goes", lambda gained, fixed: gained > 0.0),
    "neighbours do not talk of cases": (diversion, "heard", lambda neighbours, counts: 0),
    "a loss is no worse than no profit": (
        diversion,
        "content",
        lambda profit, usual: RIGHT_CONTENT(max(profit, 0.0), usual),
    ),
    "a plant knows no limit": (supply, "within_capacity_of", lambda limit, wanted: list(wanted)),
}


def undamped(old: Forecast, demand: Any, smoothing: float) -> Forecast:
    right = ordering.exponential_forecast(old, demand, smoothing)
    return Forecast(right.mean, old.variance + smoothing * (demand - old.mean) ** 2)


def of_a_sample(history: Any) -> Forecast:
    right = ordering.moving_average_forecast(history)
    if len(history) < 2:
        return right
    spread = np.zeros(right.mean.shape)
    for firm, sku in np.ndindex(*spread.shape):
        spread[firm, sku] = variance(history[:, firm, sku].tolist())
    return Forecast(right.mean, spread)


def newcomers_first(asked: Any, stock: Any, backlog: Any, wait: float, draw: Any) -> Served:
    new = np.minimum(stock, asked)
    old = np.minimum(stock - new, backlog)
    joins = np.minimum(np.floor((asked - new) * wait + draw).astype(np.int64), asked - new)
    return Served(asked, new, old + new, asked - new, backlog - old + joins, old)


WHOLE: dict[str, dict[str, Callable[..., Any]]] = {
    "shops count those who waited twice": {"demand_seen": lambda sold, fetched, unmet, seen: sold + seen * unmet},
    "the variance of a forecast is not damped": {"exponential_forecast": undamped},
    "the variance of a window is that of a sample": {"moving_average_forecast": of_a_sample},
    "a unit is worth what the last one cost": {
        "receive": lambda stock, cost, units, value: np.where(units > 0, value / np.maximum(units, 1), cost)
    },
    "rivals profit from no lost lead": {"desert": lambda week, who, *args: np.full(who.size, -1, np.int32)},
    "support helps in proportion": {
        "service_level": lambda base, support, gain, half: np.minimum(base + gain * support / half, 1.0)
    },
    "a truck holds a unit more": {"truckloads": lambda units, holds: docks.truckloads(units, holds + 1)},
    "what does not fit stays behind": {"truckloads": lambda units, holds: docks.truckloads(units, holds)[:1]},
    "trucks are filled from the last buyer": {
        "truckloads": lambda units, holds: [load[::-1] for load in docks.truckloads(units[::-1], holds)]
    },
    "collectors buy nothing more": {
        "hand_over": lambda *args: handover.hand_over(*args[:9], 0.0, *args[10:]),
    },
    "cheaper shops online hurt nobody": {"cheaper_online": lambda price, online: np.zeros(len(price))},
    "discounts are added to the price": {"net_of": lambda discount, listed: listed * (1.0 + discount)},
    "declared newcomers come before those who wait": {"serve_declared": newcomers_first},
}


def shows(error: str, rules: Rules, folder: Path) -> str:
    """The first difference that an error in the twin's rules makes in any of the markets."""
    for number in likely_first(error):
        small = case(number, folder)
        ours, wrong = small.market(COMPILED), small.market(rules)
        found = difference(ours, wrong)
        while not found and ours.week < WEEKS:
            small.step(ours)
            small.step(wrong)
            found = difference(ours, wrong)
        ours.close()
        wrong.close()
        if found:
            note(error, number)
            return found
    return ""


@pytest.mark.parametrize("error", INSIDE)
def test_an_error_inside_a_rule_shows(error: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(*INSIDE[error])
    assert shows(error, TWIN, tmp_path).startswith("week")


@pytest.mark.parametrize("error", WHOLE)
def test_a_wrong_rule_shows(error: str, tmp_path: Path) -> None:
    assert shows(error, replace(TWIN, **WHOLE[error]), tmp_path).startswith("week")
