"""Shopping in plain loops: need, choice, lotteries for scarce goods, stock-out response, and what shoppers learn.

Outlets are numbered from 0: the shops first, area by area, then the online shops.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from channellab.agents.consumers import Friends, Mind, Segments, Tastes
from channellab.agents.kernels.shelf import Basket, Habits, Luck, Shelf, Tally
from channellab.scenarios.arrays import Index, Ints

from .draws import BITS, GOLDEN, key, mix, unit

OUTSIDE = 0xA0761D6478BD642F
"""Identity of not buying among the random utilities."""
OWN = 0
"""The brand whose market this is."""


@dataclass
class Outing:
    """All that a week of shopping looks at and changes."""

    week: int
    coming: Index
    tastes: Tastes
    mind: Mind
    segments: Segments
    shelf: Shelf
    stock: Ints
    habits: Habits
    luck: Luck
    basket: Basket
    friends: Friends
    told: dict[int, float]
    """What those with a need have heard from friends."""


@dataclass(frozen=True)
class Wish:
    """One consumer who stands before one shelf; ``waited`` where it is for a unit waited for since an earlier week."""

    who: int
    site: int
    sku: int
    waited: bool = False
    gain: float = 0.0
    """Utility over that of not buying."""


def shop(
    week: int,
    coming: Index,
    tastes: Tastes,
    mind: Mind,
    segments: Segments,
    shelf: Shelf,
    stock: Ints,
    habits: Habits,
    luck: Luck,
    basket: Basket,
    friends: Friends,
    mixed: bool,
) -> Tally:
    """Plays the shopping of one week of those who come; stock, mind and basket change in place."""
    outing = Outing(week, coming, tastes, mind, segments, shelf, stock, habits, luck, basket, friends, {})
    everybody = talk_of(outing, range(len(mind.talks))) if mixed else None
    for name, part in basket._asdict().items():
        part[:] = -1 if name == "advised" else 0
    wishes = first_wishes(outing, everybody)
    shoppers, repeat_buyers, repeat_own, surplus = len(wishes), 0, 0, 0.0
    for turn in range(habits.rounds + 1):
        lucky = winners(outing, wishes, turn)
        choose_again = []
        for wish in wishes:
            if wish in lucky:
                repeat_buyers += mind.last_brand[wish.who] == OWN
                repeat_own += mind.last_brand[wish.who] == OWN and shelf.brand[wish.sku] == OWN
                surplus += in_money(outing, wish)
                take(outing, wish, turn)
            elif wish.waited:
                wait_on(outing, wish)
            elif still_looking(outing, wish, turn):
                choose_again.append(wish.who)
        # All have to be refused before any of them looks at what is left.
        left = whats_left(outing)
        wishes = [new for who in choose_again if (new := choice(outing, who, left))]
    return Tally(shoppers, int(repeat_buyers), int(repeat_own), surplus)


def in_money(outing: Outing, wish: Wish) -> float:
    """What a wish that is met is worth beyond its price; nothing for those to whom money is nothing."""
    sensitivity = float(outing.tastes.price_sensitivity[wish.who])
    return wish.gain / sensitivity if sensitivity > 0 else 0.0


# Need


@dataclass
class Monday:
    """What tells who needs a unit in a week."""

    week: int
    season: float
    tastes: Tastes
    mind: Mind
    segments: Segments
    luck: Luck


def in_need(week: int, season: float, tastes: Tastes, mind: Mind, segments: Segments, luck: Luck) -> Index:
    """Who comes to shop: those who wait for an offer, and those who have a need."""
    monday = Monday(week, season, tastes, mind, segments, luck)
    coming = [who for who in range(len(mind.aware)) if mind.waiting_for[who] >= 0 or needs(monday, who)]
    return np.array(coming, np.int32)


def first_wishes(outing: Outing, everybody: float | None) -> list[Wish]:
    """Those who wait for an offer come back for it; the others who come choose."""
    wishes, skus, listed = [], len(outing.shelf.brand), whats_listed(outing)
    for who in outing.coming.tolist():
        waiting_for = int(outing.mind.waiting_for[who])
        if waiting_for >= 0:
            gain = float(outing.mind.gain[who])
            wishes.append(Wish(who, waiting_for // skus, waiting_for % skus, waited=True, gain=gain))
        else:
            visit(outing, who)
            outing.told[who] = talk_of(outing, circle(outing, who)) if everybody is None else everybody
            wish = subscription(outing, who) or choice(outing, who, listed)
            if wish and asks_advice(outing, wish):
                outing.mind.lead[who] = 1
                outing.mind.gain[who] = wish.gain
                outing.basket.advised[who] = wish.site * skus + wish.sku
            elif wish:
                outing.basket.wished[wish.site, wish.sku] += 1
                wishes.append(wish)
    return wishes


def asks_advice(outing: Outing, wish: Wish) -> bool:
    """Whether a shopper needs advice on an own good before buying it; subscribers do not."""
    own = outing.shelf.brand[wish.sku] == OWN and outing.mind.subscribed[wish.who] < 0
    return bool(own) and unit(key(int(outing.luck.advice), wish.who, outing.week)) < outing.habits.advice


def subscription(outing: Outing, who: int) -> Wish | None:
    """The wish of one who subscribes, and has found this week that the offer is worth it."""
    offer, skus = int(outing.mind.subscribed[who]), len(outing.shelf.brand)
    return Wish(who, offer // skus, offer % skus, gain=float(outing.mind.gain[who])) if offer >= 0 else None


def visit(outing: Outing, who: int) -> None:
    """Who has a need looks at the online shops, once a week, whatever comes of it."""
    for shop in looked_at(outing, who):
        outing.basket.visits[shop] += 1


def looked_at(outing: Outing, who: int) -> list[int]:
    """The online shops of a consumer, and the one whose stream or post is seen this week, once."""
    shops, watching = outing.tastes.online[who].tolist(), int(outing.mind.watching[who])
    return shops if watching < 0 or watching in shops else [*shops, watching]


def circle(outing: Outing, who: int) -> list[int]:
    """The friends of a consumer; one who is tied twice counts twice."""
    friends = outing.friends
    return [int(friends.indices[f]) for f in range(int(friends.start[who]), int(friends.start[who + 1]))]


def talk_of(outing: Outing, people: Sequence[int]) -> float:
    """Share of people who tell good things of the brand less the share who tell bad; 0 without people."""
    return sum(int(outing.mind.talks[i]) for i in people) / len(people) if people else 0.0


def needs(monday: Monday, who: int) -> bool:
    """Whether a consumer needs a unit this week: never while resting or led through a sale, else by chance."""
    if monday.week < monday.mind.rest_until[who] or monday.mind.lead[who]:
        return False
    chance = float(monday.segments.need[monday.tastes.segment[who]]) * monday.season
    return unit(key(int(monday.luck.need), who, monday.week)) < chance


# Choice

Offers = list[list[bool]]


def whats_listed(outing: Outing) -> Offers:
    """By site and SKU, whether it is among the offers of the week, in stock or not."""
    return [[utility > float("-inf") for utility in site] for site in outing.shelf.utility.tolist()]


def whats_left(outing: Outing) -> Offers:
    """By site and SKU, whether a unit of the offer is still there; deals of groups are closed."""
    listed, stock = whats_listed(outing), outing.stock.tolist()
    return [
        [on and units > 0 and group_at(outing, site) == 1 for on, units in zip(listed[site], stock[site], strict=True)]
        for site in range(len(stock))
    ]


def group_at(outing: Outing, site: int) -> int:
    """Units that an area must wish for before an outlet delivers there."""
    return int(outing.shelf.group_size[site - outing.shelf.first_online]) if is_online(outing, site) else 1


def choice(outing: Outing, who: int, offers: Offers) -> Wish | None:
    """The offer that is worth most to a consumer, or None where it is better not to buy.

    Who does not know the brand sees only the rivals' goods. Of equal offers the nearer shop and the earlier SKU win,
    shops win against online shops, and not buying wins against an offer that is no better.
    """
    best, nothing = None, shock(outing, who, OUTSIDE)
    most = nothing
    for site, way in considered(outing, who):
        for sku, brand in enumerate(outing.shelf.brand.tolist()):
            if not offers[site][sku] or (brand == OWN and not outing.mind.aware[who]):
                continue
            value = worth(outing, who, way, site, sku)
            if value > most:
                best, most = Wish(who, site, sku, gain=value - nothing), value
    return best


def considered(outing: Outing, who: int) -> list[tuple[int, float]]:
    """The outlets that a consumer considers and what the way to them is worth.

    The shops of the area come first, the nearest before the others, then shops elsewhere, then online shops.
    """
    tastes, shelf = outing.tastes, outing.shelf
    first_site = int(shelf.first_site[tastes.area[who]])
    nearby = [
        (first_site + place, to_the_shop(outing, who, km))
        for place, km in zip(tastes.candidates[who].tolist(), tastes.distance[who].tolist(), strict=True)
    ]
    elsewhere = [
        (site, -burden)
        for site, burden in zip(tastes.far[who].tolist(), tastes.far_burden[who].tolist(), strict=True)
        if site >= 0
    ]
    online = [shelf.first_online + shop for shop in looked_at(outing, who)]
    return nearby + elsewhere + [(site, to_the_door(outing, who, site)) for site in online]


def worth(outing: Outing, who: int, way: float, site: int, sku: int) -> float:
    """Utility of an offer at an outlet that a consumer considers, ``way`` being what it takes or gives to go there."""
    shelf, offer = outing.shelf, int(outing.shelf.site_key[site]) + int(outing.shelf.sku_key[sku])
    value = float(shelf.utility[site, sku]) + of_the_shop(outing, who, way, site) + of_the_brand(outing, who, sku)
    value -= float(outing.tastes.price_sensitivity[who]) * float(shelf.price[site, sku])
    return value + shock(outing, who, offer)


def of_the_shop(outing: Outing, who: int, way: float, site: int) -> float:
    """What the outlet itself is worth: its service less the way to it, and the habit of going there."""
    tastes, group = outing.tastes, int(outing.tastes.segment[who])
    value = float(tastes.reservation[who])
    value += float(outing.segments.service_preference[group]) * float(outing.shelf.service[site])
    value += way
    if outing.mind.last_site[who] == site:
        value += outing.habits.outlet_loyalty
    return value


def is_online(outing: Outing, site: int) -> bool:
    """Whether an outlet is an online shop."""
    return site >= outing.shelf.first_online


def to_the_shop(outing: Outing, who: int, km: float) -> float:
    """The burden of going to a shop of the area, by its distance."""
    return -float(outing.segments.travel_burden[outing.tastes.segment[who]]) * km


def to_the_door(outing: Outing, who: int, site: int) -> float:
    """Liking and habit of shopping online, less the days of waiting for the delivery."""
    burden = float(outing.segments.delivery_burden[outing.tastes.segment[who]])
    liking = float(outing.tastes.online_taste[who]) + outing.habits.channel_habit * float(outing.mind.online_habit[who])
    return liking - burden * float(outing.shelf.delivery[site - outing.shelf.first_online])


def of_the_brand(outing: Outing, who: int, sku: int) -> float:
    """What the brand is worth: taste, satisfaction, praise and talk for the own brand, loyalty for the last brand."""
    brand, habits, value = int(outing.shelf.brand[sku]), outing.habits, 0.0
    if brand == OWN:
        happiness = 2.0 * float(outing.mind.satisfaction[who]) - 1.0
        value = float(outing.tastes.taste[who]) + habits.satisfaction_weight * happiness
        value += float(outing.mind.endorsement[who])
        value += float(outing.mind.favour[who])
        value += habits.talk_weight * outing.told[who]
    if brand == outing.mind.last_brand[who]:
        value += habits.brand_loyalty * float(outing.mind.loyalty[who])
    return value


def shock(outing: Outing, who: int, offer: int) -> float:
    """The random utility of an offer to a consumer this week, the same in all rounds."""
    bits = mix((key(int(outing.luck.choice), who, outing.week) + offer) % BITS)
    slice_of_the_law = bits * len(outing.luck.gumbel) // BITS
    return float(outing.luck.gumbel[slice_of_the_law])


# Scarce goods


def winners(outing: Outing, wishes: list[Wish], turn: int) -> set[Wish]:
    """The wishes that are met: shelf by shelf, as many as there are units, in the order of the queue."""
    shelves: dict[tuple[int, int], list[Wish]] = {}
    for wish in wishes if turn else deals_that_stand(outing, wishes):
        shelves.setdefault((wish.site, wish.sku), []).append(wish)
    lucky: set[Wish] = set()
    for shelf, queue in shelves.items():
        queue.sort(key=lambda wish: place_in_queue(outing, wish, turn))
        lucky.update(queue[: int(outing.stock[shelf])])
    return lucky


def deals_that_stand(outing: Outing, wishes: list[Wish]) -> list[Wish]:
    """First wishes without those of groups too small; all of an area who wish for the same are a group."""
    groups = Counter((int(outing.tastes.area[wish.who]), wish.site, wish.sku) for wish in wishes)
    return [
        wish
        for wish in wishes
        if groups[int(outing.tastes.area[wish.who]), wish.site, wish.sku] >= group_at(outing, wish.site)
    ]


def place_in_queue(outing: Outing, wish: Wish, turn: int) -> tuple[bool, int]:
    """Those who waited come first; among equals a lot decides, drawn anew in every round."""
    lottery = mix((int(outing.luck.lottery) + turn * GOLDEN) % BITS)
    return not wish.waited, key(lottery, wish.who, outing.week) // 2


def still_looking(outing: Outing, wish: Wish, turn: int) -> bool:
    """What becomes of a wish that was not met: whether the shopper chooses again this week."""
    outing.basket.unmet[wish.site, wish.sku] += 1
    if turn == 0:
        be_disappointed(outing, wish)
        habits, draw = outing.habits, unit(key(int(outing.luck.response), wish.who, outing.week))
        if draw < habits.wait:
            begin_to_wait(outing, wish)
            return False
        if draw < habits.wait + habits.leave:
            return False
    return turn < outing.habits.rounds


def begin_to_wait(outing: Outing, wish: Wish) -> None:
    """The shopper will come back next week for the same offer."""
    outing.mind.waiting_for[wish.who] = wish.site * len(outing.shelf.brand) + wish.sku
    outing.mind.waited[wish.who] = 0
    outing.mind.gain[wish.who] = wish.gain
    outing.basket.waiting[wish.site, wish.sku] += 1


def wait_on(outing: Outing, wish: Wish) -> None:
    """One who waited came in vain, and gives up after as many weeks as patience lasts."""
    outing.mind.waited[wish.who] += 1
    if outing.mind.waited[wish.who] < outing.habits.patience:
        outing.basket.waiting[wish.site, wish.sku] += 1
    else:
        outing.mind.waiting_for[wish.who] = -1


# Experience


def take(outing: Outing, wish: Wish, turn: int) -> None:
    """A unit leaves the shelf, and its buyer learns from it."""
    cell, basket = (wish.site, wish.sku), outing.basket
    outing.stock[cell] -= 1
    basket.sold[cell] += 1
    if wish.site >= outing.shelf.first_online:
        area = int(outing.tastes.area[wish.who])
        basket.homes[wish.site - outing.shelf.first_online, area, wish.sku] += 1
    basket.fetched[cell] += wish.waited
    basket.served[cell] += turn == 0 and not wish.waited
    become_loyal(outing, wish)
    get_used_to(outing, wish)
    mind = outing.mind
    mind.last_brand[wish.who] = outing.shelf.brand[wish.sku]
    mind.last_site[wish.who] = wish.site
    mind.last_sku[wish.who] = wish.sku
    mind.rest_until[wish.who] = outing.week + 1 + outing.habits.rest_weeks
    mind.gain[wish.who] = 0.0
    mind.waiting_for[wish.who] = -1
    if outing.shelf.brand[wish.sku] == OWN:
        get_to_know(outing, wish.who)
        feel(outing, wish.who, experience(outing, wish.site, is_first_wish(wish, turn)))


def get_to_know(outing: Outing, who: int) -> None:
    """Who buys the brand knows it, whatever they had forgotten while they waited."""
    outing.mind.aware[who] = True
    if outing.mind.adopted[who] < 0:
        outing.mind.adopted[who] = outing.week
    else:
        outing.mind.repeated[who] = 1


def become_loyal(outing: Outing, wish: Wish) -> None:
    """Loyalty grows with every repeat purchase; another brand begins with one step."""
    mind, rate = outing.mind, outing.habits.loyalty_rate
    before = float(mind.loyalty[wish.who])
    repeated = mind.last_brand[wish.who] == outing.shelf.brand[wish.sku]
    mind.loyalty[wish.who] = before + rate * (1.0 - before) if repeated else rate


def is_first_wish(wish: Wish, turn: int) -> bool:
    """Whether a shopper gets what they wished for first, be it after weeks of waiting, and no substitute."""
    return turn == 0


def get_used_to(outing: Outing, wish: Wish) -> None:
    """The habit of shopping online, or not, moves towards the channel of the purchase."""
    habit = float(outing.mind.online_habit[wish.who])
    here = 1.0 if is_online(outing, wish.site) else -1.0
    outing.mind.online_habit[wish.who] = habit + outing.habits.habit_rate * (here - habit)


def experience(outing: Outing, site: int, first_wish: bool) -> float:
    """0..1: how well a purchase of the brand went, from the service, and whether it was the first wish."""
    went = 1.0 - outing.habits.service_weight * (1.0 - float(outing.shelf.service[site]))
    if not first_wish:
        went -= outing.habits.substitution_regret
    return max(went, 0.0)


def be_disappointed(outing: Outing, wish: Wish) -> None:
    """An empty shelf costs loyalty, and where the brand was wished for it is a bad experience with the brand."""
    mind = outing.mind
    mind.loyalty[wish.who] = float(mind.loyalty[wish.who]) * outing.habits.loyalty_fade
    if outing.shelf.brand[wish.sku] == OWN:
        feel(outing, wish.who, 0.0)


def feel(outing: Outing, who: int, went: float) -> None:
    """Satisfaction moves towards the last experience, and a buyer tells friends accordingly."""
    mind, habits = outing.mind, outing.habits
    before = float(mind.satisfaction[who])
    mind.satisfaction[who] = before + habits.satisfaction_rate * (went - before)
    if mind.adopted[who] >= 0:
        mind.talks[who] = tells(outing, float(mind.satisfaction[who]))


def tells(outing: Outing, satisfaction: float) -> int:
    """Good of the brand, nothing, or bad."""
    if satisfaction >= outing.habits.talk_threshold:
        return 1
    return -1 if satisfaction < outing.habits.complaint_threshold else 0
