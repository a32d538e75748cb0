"""Leads in plain loops: who becomes one, how a week moves them through their stages, and where those lost go."""

import math
from typing import Any

import numpy as np

from channellab.agents.consumers import Friends, Mind, Segments, Tastes
from channellab.agents.kernels.leads import Chances, Hazards
from channellab.agents.kernels.shelf import Luck, Shelf
from channellab.agents.leads import Counter, Origin, Outcome, Pipeline
from channellab.scenarios.arrays import Index, Ints

from .draws import BITS, GOLDEN, key, mix, unit
from .media import share_who_talk

DAYS = 7


def arise(
    week: int,
    season: float,
    tastes: Tastes,
    mind: Mind,
    segments: Segments,
    friends: Friends,
    shelf: Shelf,
    stock: Ints,
    authorised: Any,
    territory: Index,
    hazards: Hazards,
    luck: Luck,
    chances: Chances,
) -> Any:
    """Consumers, offers and origins of the leads that media, opinion leaders and friends bring this week."""
    found = []
    for who in range(len(mind.aware)):
        chance_of_need = float(segments.need[tastes.segment[who]]) * season
        if not is_open(week, who, mind) or unit(key(int(luck.need), who, week)) >= chance_of_need:
            continue
        sources = pull(who, mind, friends, hazards)
        chance, draw = 1.0 - math.exp(-sum(sources.values())), unit(key(int(chances.arise), who, week))
        if draw >= chance:
            continue
        site = partner(who, tastes, shelf, authorised.tolist(), territory)
        sku = favourite(week, who, site, range(shelf.own), tastes, mind, shelf, luck, 0.0) if site >= 0 else -1
        if sku >= 0:
            mind.lead[who] = 1
            mind.gain[who] = 0.0
            found.append((who, site * len(shelf.brand) + sku, named(sources, draw / chance)))
    columns = np.array(found, np.int32).reshape(-1, 3).T
    return columns[0].copy(), columns[1].copy(), columns[2].astype(np.int8)


def is_open(week: int, who: int, mind: Mind) -> bool:
    """Whether a consumer knows the brand and is free to be won as a lead."""
    free = not mind.lead[who] and mind.waiting_for[who] < 0
    return bool(mind.aware[who]) and free and week >= mind.rest_until[who]


def pull(who: int, mind: Mind, friends: Friends, hazards: Hazards) -> dict[Origin, float]:
    """The hazard of each source."""
    people = range(len(mind.talks))
    everybody = sum(int(mind.talks[i]) > 0 for i in people) / len(people)
    return {
        Origin.MEDIA: hazards.media,
        Origin.KOL: hazards.kol * max(float(mind.endorsement[who]), 0.0),
        Origin.REFERRAL: hazards.referral * (everybody if hazards.mixed else share_who_talk(who, mind, friends)),
    }


def named(sources: dict[Origin, float], part: float) -> Origin:
    """The source in whose share of all hazards the part, 0..1, falls."""
    reached = 0.0
    for origin, hazard in sources.items():
        reached += hazard
        if part * sum(sources.values()) < reached:
            return origin
    return Origin.REFERRAL


def partner(who: int, tastes: Tastes, shelf: Shelf, authorised: list[bool], territory: Index) -> int:
    """The shop that a lead belongs to: the nearest that carries the brand, else whose territory it is; -1 = none."""
    first_site = int(shelf.first_site[tastes.area[who]])
    nearby = [first_site + place for place in tastes.candidates[who].tolist()]
    return next((site for site in nearby if authorised[site]), int(territory[tastes.area[who]]))


def favourite(
    week: int, who: int, site: int, skus: Any, tastes: Tastes, mind: Mind, shelf: Shelf, luck: Luck, loyalty: float
) -> int:
    """The SKU that a consumer would take from the shelf if it were the only shop; -1 where none is listed."""
    best, most = -1, float("-inf")
    for sku in skus:
        offer = int(shelf.site_key[site]) + int(shelf.sku_key[sku])
        slice_of_the_law = mix((key(int(luck.choice), who, week) + offer) % BITS) * len(luck.gumbel) // BITS
        value = float(shelf.utility[site, sku]) + float(luck.gumbel[slice_of_the_law])
        value -= float(tastes.price_sensitivity[who]) * float(shelf.price[site, sku])
        if shelf.brand[sku] == mind.last_brand[who]:
            value += loyalty * float(mind.loyalty[who])
        if value > most:
            best, most = sku, value
    return best


def advance(
    week: int,
    consumer: Index,
    outlet: Index,
    sku: Index,
    born: Index,
    stage: Index,
    due: Any,
    pipeline: Pipeline,
    counter: Counter,
    chances: Chances,
    handled: Ints,
) -> Any:
    """The steps of a week: each lead through its stages first, then those who are ready, day by day, to the counter."""
    outcome = np.zeros(len(consumer), np.int8)
    leads = range(len(consumer))
    for n in leads:
        if left_alone(counter, outlet[n]):
            outcome[n] = Outcome.LOST
    busy = [0] * len(counter.knowledge)
    queue = [n for n in leads if outcome[n] == Outcome.OPEN and due[n] < week * DAYS and stage[n] < len(pipeline.days)]
    for n in in_order(queue, week, consumer, due, chances):
        if put_off(pipeline, busy, outlet[n]):
            due[n] += DAYS
            continue
        while outcome[n] == Outcome.OPEN and stage[n] < len(pipeline.days) and due[n] < week * DAYS:
            handled[outlet[n], stage[n]] += 1
            if not convinced(pipeline, counter, chances, consumer[n], outlet[n], born[n], int(stage[n])):
                outcome[n] = Outcome.LOST
            else:
                stage[n] += 1
                due[n] += days_of(pipeline, int(stage[n]), counter.knowledge[outlet[n]])
    ready = [n for n in leads if outcome[n] == Outcome.OPEN and due[n] < week * DAYS and stage[n] == len(pipeline.days)]
    for n in in_order(ready, week, consumer, due, chances):
        outcome[n] = at_the_counter(week, pipeline, counter, chances, consumer[n], (outlet[n], sku[n]))
        due[n] += DAYS if outcome[n] == Outcome.OPEN else 0
    return outcome


def left_alone(counter: Counter, outlet: int) -> bool:
    """Whether the partner of a lead has left the market."""
    return not counter.there[outlet]


def in_order(rows: list[int], week: int, consumer: Index, due: Any, chances: Chances) -> list[int]:
    """Leads by the day they are due; a lot decides among those of one day."""
    lottery = mix((int(chances.stock) + GOLDEN) % BITS)
    return sorted(rows, key=lambda n: (float(due[n]), key(lottery, int(consumer[n]), week)))


def put_off(pipeline: Pipeline, busy: list[int], outlet: int) -> bool:
    """Whether a partner already has its hands full this week; if not, one more lead is in its hands."""
    full = busy[outlet] == pipeline.capacity
    busy[outlet] += not full
    return full


def convinced(
    pipeline: Pipeline, counter: Counter, chances: Chances, who: int, outlet: int, born: int, stage: int
) -> bool:
    """Whether a lead comes through a stage; its luck in a stage is the same whatever the partner knows."""
    chance = float(pipeline.conversion[stage]) ** (1.0 - pipeline.conversion_gain * float(counter.knowledge[outlet]))
    return unit(key(mix((int(chances.stage) + stage * GOLDEN) % BITS), int(who), int(born))) < chance


def days_of(pipeline: Pipeline, stage: int, knowledge: float) -> float:
    """Days that a stage takes; none when all stages are done."""
    if stage == len(pipeline.days):
        return 0.0
    return float(pipeline.days[stage] * (1.0 - pipeline.speed_gain * float(knowledge)))


def at_the_counter(
    week: int, pipeline: Pipeline, counter: Counter, chances: Chances, who: int, cell: tuple[int, int]
) -> Outcome:
    """Who is ready to order does so if a unit is free; if not, some leave, and all where none will ever come."""
    if counter.free[cell] > 0:
        counter.free[cell] -= 1
        return Outcome.WON
    leaves = unit(key(int(chances.stock), int(who), week)) < pipeline.stock_out_loss
    return Outcome.LOST if leaves or not counter.restocked[cell] else Outcome.OPEN


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
    """The rival's offer in stock that each lost lead takes at the outlet where it was lost; -1 = none."""
    offers = []
    for i, site in zip(who.tolist(), outlet.tolist(), strict=True):
        rivals = [sku for sku in range(shelf.own, len(shelf.brand)) if stock[site, sku] > 0]
        leaves = unit(key(int(chances.rival), i, week)) < share
        sku = favourite(week, i, site, rivals, tastes, mind, shelf, luck, brand_loyalty) if leaves else -1
        offers.append(site * len(shelf.brand) + sku if sku >= 0 else -1)
    return np.array(offers, np.int32)
