"""Leads, compiled: who becomes one, how a week moves them through their stages, and where those lost go."""

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from channellab.agents.compiled import inlined, kernel, part
from channellab.agents.consumers import Friends, Mind, Segments, Tastes
from channellab.agents.draws import GOLDEN, GUMBEL_SHIFT, key, mix, unit
from channellab.agents.kernels.shelf import Luck, Shelf
from channellab.agents.kernels.sorting import in_order
from channellab.agents.leads import Counter, Origin, Outcome, Pipeline
from channellab.scenarios.arrays import Flags, Floats, Index, Ints

DAYS = 7.0
MEDIA, KOL, REFERRAL = int(Origin.MEDIA), int(Origin.KOL), int(Origin.REFERRAL)
OPEN, WON, LOST = int(Outcome.OPEN), int(Outcome.WON), int(Outcome.LOST)


class Hazards(NamedTuple):
    """Hazards of a week at which an aware consumer with need becomes a lead.

    Attributes:
        media: by advertising. kol: per utility of endorsement. referral: if all friends talk. mixed: all are friends.
    """

    media: float
    kol: float
    referral: float
    mixed: bool


class Chances(NamedTuple):
    """Keys of the streams that leads draw from."""

    arise: np.uint64
    stage: np.uint64
    stock: np.uint64
    rival: np.uint64


@inlined
def _best(
    i: int,
    now: np.uint64,
    site: int,
    skus: tuple[int, int],
    tastes: Tastes,
    mind: Mind,
    shelf: Shelf,
    stock: Ints,
    least: int,
    loyalty: float,
    luck: Luck,
) -> int:
    """The SKU from ``skus`` that consumer i likes best at an outlet, of which it has ``least`` units; -1 = none.

    The shocks are those of shopping, so that a lead wants what the same shopper would have picked from the shelf.
    """
    place = key(luck.choice, np.uint64(i), now) + shelf.site_key[site]
    best, top = -1, -math.inf
    for k in range(skus[0], skus[1]):
        if stock[site, k] < least:
            continue
        value = shelf.utility[site, k] - float(tastes.price_sensitivity[i]) * shelf.price[site, k]
        value += luck.gumbel[mix(place + shelf.sku_key[k]) >> GUMBEL_SHIFT]
        if shelf.brand[k] == mind.last_brand[i]:
            value += loyalty * float(mind.loyalty[i])
        if value > top:
            best, top = k, value
    return best


@inlined
def _talking(i: int, mind: Mind, friends: Friends) -> float:
    first, last = friends.start[i], friends.start[i + 1]
    talking = 0
    for f in range(first, last):
        talking += mind.talks[friends.indices[f]] > 0
    return float(talking / max(last - first, 1))


@inlined
def _nearest(i: int, tastes: Tastes, first_site: Index, authorised: Flags, territory: Index) -> int:
    """The nearest authorised shop among those that consumer i considers, else the one whose territory the area is."""
    origin = first_site[tastes.area[i]]
    for c in range(tastes.candidates.shape[1]):
        if authorised[origin + tastes.candidates[i, c]]:
            return int(origin + tastes.candidates[i, c])
    return int(territory[tastes.area[i]])


@kernel
def arise(
    week: int,
    season: float,
    tastes: Tastes,
    mind: Mind,
    segments: Segments,
    friends: Friends,
    shelf: Shelf,
    stock: Ints,
    authorised: Flags,
    territory: Index,
    hazards: Hazards,
    luck: Luck,
    chances: Chances,
) -> tuple[Index, Index, npt.NDArray[np.int8]]:
    """Leads that media and friends bring: consumers, offers (site x K + SKU) and origins; ``mind.lead`` is set.

    An aware consumer with need this week, who neither waits nor rests nor is a lead, becomes one with probability
    ``1 - exp(-(media + kol x endorsement + referral x share of friends who talk))``; the same draw tells which of them
    it was. The lead belongs to the nearest authorised shop, or to that of the area (``territory``, -1 = none).
    """
    count, skus = mind.aware.size, shelf.brand.size
    who, offers = np.empty(count, np.int32), np.empty(count, np.int32)
    origins = np.empty(count, np.int8)
    everybody = 0.0
    if hazards.mixed:
        for i in range(count):
            everybody += mind.talks[i] > 0
        everybody /= count
    most = (
        1.0
        - math.exp(-(hazards.media + hazards.kol * max(float(mind.endorsement.max()), 0.0) + hazards.referral))
        + 1e-12
    )
    now, found = np.uint64(week), 0
    for i in range(count):
        if mind.aware[i] == 0 or mind.lead[i] == 1 or mind.waiting_for[i] >= 0 or week < mind.rest_until[i]:
            continue
        draw = unit(key(chances.arise, np.uint64(i), now))
        if draw >= most or not unit(key(luck.need, np.uint64(i), now)) < segments.need[tastes.segment[i]] * season:
            continue
        talk = hazards.referral * (everybody if hazards.mixed else _talking(i, mind, friends))
        praise = hazards.kol * max(float(mind.endorsement[i]), 0.0)
        whole = hazards.media + praise + talk
        chance = 1.0 - math.exp(-whole)
        if not draw < chance:
            continue
        site = _nearest(i, tastes, shelf.first_site, authorised, territory)
        if site < 0:
            continue
        k = _best(i, now, site, (0, shelf.own), tastes, mind, shelf, stock, 0, 0.0, luck)
        if k < 0:
            continue
        who[found], offers[found] = i, site * skus + k
        part = draw / chance * whole
        origins[found] = MEDIA if part < hazards.media else KOL if part < hazards.media + praise else REFERRAL
        mind.lead[i] = 1
        mind.gain[i] = 0.0
        found += 1
    return who[:found].copy(), offers[:found].copy(), origins[:found].copy()


@part
def _in_order(rows: Ints, due: Floats, consumer: Index, week: int, ticket_key: np.uint64) -> Ints:
    """Rows by the day they are due; a keyed ticket orders those of one day."""
    ticket = np.empty(rows.size, np.uint64)
    for n in range(rows.size):
        ticket[n] = key(ticket_key, np.uint64(consumer[rows[n]]), np.uint64(week))
    return rows[in_order(due[rows], ticket)]


@kernel
def advance(
    week: int,
    consumer: Index,
    outlet: Index,
    sku: Index,
    born: Index,
    stage: Index,
    due: Floats,
    pipeline: Pipeline,
    counter: Counter,
    chances: Chances,
    handled: Ints,
) -> npt.NDArray[np.int8]:
    """Plays all steps that fall due in the seven days of a week, in the order of days; returns the `Outcome` of each.

    ``stage``, ``due``, ``counter.free`` and ``handled`` (O, S), the leads that came to the end of a stage, change in
    place; ``due`` of a lead that is closed is the day of it. A partner handles the first ``capacity`` leads that are
    due and puts the others off by a week. Who is ready to order does so if there is a free unit; if not, the lead is
    lost with the share ``stock_out_loss``, or at once where the outlet no longer gets the goods, and else waits a week.
    """
    leads, stages = consumer.size, pipeline.days.size
    outcome = np.zeros(leads, np.int8)
    end, ticket_key = DAYS * week, mix(chances.stock + GOLDEN)
    for n in range(leads):
        if not counter.there[outlet[n]]:
            outcome[n] = LOST
    busy = np.zeros(counter.knowledge.size, np.int64)
    rows = np.flatnonzero((due < end) & (stage < stages) & (outcome == OPEN))
    for n in _in_order(rows, due, consumer, week, ticket_key):
        o = outlet[n]
        if busy[o] == pipeline.capacity:
            due[n] += DAYS
            continue
        busy[o] += 1
        while stage[n] < stages and due[n] < end:
            s = stage[n]
            handled[o, s] += 1
            chance = pipeline.conversion[s] ** (1.0 - pipeline.conversion_gain * counter.knowledge[o])
            stream = mix(chances.stage + np.uint64(s) * GOLDEN)
            if not unit(key(stream, np.uint64(consumer[n]), np.uint64(born[n]))) < chance:
                outcome[n] = LOST
                break
            stage[n] += 1
            if stage[n] < stages:
                due[n] += pipeline.days[stage[n]] * (1.0 - pipeline.speed_gain * counter.knowledge[o])
    rows = np.flatnonzero((due < end) & (stage == stages) & (outcome == OPEN))
    for n in _in_order(rows, due, consumer, week, ticket_key):
        o, k = outlet[n], sku[n]
        if counter.free[o, k] > 0:
            counter.free[o, k] -= 1
            outcome[n] = WON
        elif not counter.restocked[o, k] or (
            unit(key(chances.stock, np.uint64(consumer[n]), np.uint64(week))) < pipeline.stock_out_loss
        ):
            outcome[n] = LOST
        else:
            due[n] += DAYS
    return outcome


@kernel
def desert(
    week: int,
    who: Index,
    outlet: Index,
    tastes: Tastes,
    mind: Mind,
    shelf: Shelf,
    stock: Ints,
    share: float,
    brand_loyalty: float,
    luck: Luck,
    chances: Chances,
) -> Index:
    """The rival's offer that each of the lost leads ``who`` takes at the outlet where it was lost; -1 = none."""
    skus, now = shelf.brand.size, np.uint64(week)
    offers = np.full(who.size, -1, np.int32)
    for n in range(who.size):
        i, site = who[n], outlet[n]
        if unit(key(chances.rival, np.uint64(i), now)) < share:
            rivals = (shelf.own, skus)
            k = _best(i, now, site, rivals, tastes, mind, shelf, stock, 1, brand_loyalty, luck)
            if k >= 0:
                offers[n] = site * skus + k
    return offers
