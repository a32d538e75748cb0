"""Draws the consumers of a world: where they live, what they like, which outlets they consider."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy.special import ndtri

from channellab.agents.compiled import kernel
from channellab.agents.consumers import (
    Bytes,
    ConsumerColumns,
    Float32,
    Mind,
    Segments,
    Tastes,
)
from channellab.agents.draws import Stream, uniforms
from channellab.scenarios.arrays import Floats, Index, Ints
from channellab.scenarios.settings.consumers import ConsumerSettings
from channellab.scenarios.settings.online import OnlineShopSettings
from channellab.sim.society import small_world

MOST_SHOPS = 64
"""Numbers set aside for the online shops in the draws of a consumer."""
MOST_SITES = 4096
"""Numbers set aside for the sites of a district in the draws of a consumer."""
CHUNK = 65_536


class Places(NamedTuple):
    """What the population must know of where it lives.

    Attributes:
        weight: (D,) population of the districts. income: (D,) income over the national mean.
        areas: shopping areas in a district. sites: sites in an area. side: side of an area, in km.
        site_x, site_y: (O,) coordinates of the sites in their area, in km.
        store_x, store_y: (W,) coordinates of the candidate own stores, equally many in each area. first_store: number
            of the first of them among all outlets.
        neighbour: (D,) nearest other district by road, -1 = none. neighbour_km: (D,) kilometres of road to it.
        popularity: (S,) weights of the online shops, 0 where only those who watch a shop look at it.
    """

    weight: Ints
    income: Floats
    areas: int
    sites: int
    side: float
    site_x: Floats
    site_y: Floats
    store_x: Floats
    store_y: Floats
    first_store: int
    neighbour: Ints
    neighbour_km: Floats
    popularity: Floats


class Elsewhere(NamedTuple):
    """Outlets that consumers consider beyond their shopping area: one reason to go farther.

    Attributes:
        outlets: (N, f) numbers among all outlets, -1 = none. burden: (N, f) utility lost on the way.
    """

    outlets: Index
    burden: Float32


def popularity(shop: OnlineShopSettings) -> float:
    """Weight of an online shop among those that consumers always look at."""
    return 0.0 if shop.kind in ("social", "livestream") else shop.popularity


def shares_to_counts(total: int, weights: Floats) -> Ints:
    """Splits ``total`` in proportion to ``weights``: rounded down, the rest to the largest remainders."""
    exact = total * weights / weights.sum()
    counts = np.floor(exact).astype(np.int64)
    order = np.argsort(counts - exact, kind="stable")
    counts[order[: total - counts.sum()]] += 1
    return np.asarray(counts, np.int64)


@kernel
def _nearest(
    area: Ints, x: Floats, y: Floats, site_x: Floats, site_y: Floats, sites: int, considered: int
) -> tuple[Bytes, Float32]:
    candidates = np.empty((area.size, considered), np.uint8)
    distance = np.empty((area.size, considered), np.float32)
    squared, order = np.empty(sites), np.empty(considered, np.int64)
    for i in range(area.size):
        first = area[i] * sites
        for s in range(sites):
            squared[s] = (x[i] - site_x[first + s]) ** 2 + (y[i] - site_y[first + s]) ** 2
            # Where it belongs among the nearest so far; of equals the first comes first.
            place = min(s, considered)
            while place > 0 and squared[s] < squared[order[place - 1]]:
                if place < considered:
                    order[place] = order[place - 1]
                place -= 1
            if place < considered:
                order[place] = s
        for c in range(considered):
            candidates[i, c] = order[c]
            distance[i, c] = np.sqrt(squared[order[c]])
    return candidates, distance


def _normal(seed: int, stream: Stream, who: Ints) -> Floats:
    return np.asarray(ndtri(np.clip(uniforms(seed, stream, who), 1e-12, 1 - 1e-12)))


def _segment(settings: ConsumerSettings, seed: int, who: Ints) -> Bytes:
    edges = np.cumsum([segment.share for segment in settings.segments])[:-1]
    return np.searchsorted(edges, uniforms(seed, Stream.SEGMENT, who), side="right").astype(np.uint8)


def _sensitivity(settings: ConsumerSettings, seed: int, who: Ints, segment: Bytes, income: Floats) -> Float32:
    median = np.array([s.price_sensitivity for s in settings.segments])[segment]
    spread = np.array([s.price_sensitivity_spread for s in settings.segments])[segment]
    drawn = median * np.exp(spread * _normal(seed, Stream.PRICE_SENSITIVITY, who))
    return (drawn * income**-settings.income_effect).astype(np.float32)


def _tastes(settings: ConsumerSettings, seed: int, area: Ints, income: Floats, places: Places) -> Tastes:
    who = np.arange(area.size)
    segment = _segment(settings, seed, who)
    spread = np.array([s.taste_spread for s in settings.segments])[segment]
    demand = settings.demand
    width = demand.reservation_high - demand.reservation_low
    x, y = (uniforms(seed, stream, who) * places.side for stream in (Stream.HOME_X, Stream.HOME_Y))
    candidates, distance = _nearest(
        area,
        x,
        y,
        places.site_x,
        places.site_y,
        places.sites,
        settings.outlets_considered,
    )
    burden = np.array([s.travel_burden for s in settings.segments])[segment]
    reasons = [_own_stores(places, area, x, y, burden), _neighbours(settings, seed, places, area, segment)]
    far = joined(area.size, reasons)
    return Tastes(
        area=area.astype(np.int32),
        segment=segment,
        candidates=candidates,
        distance=distance,
        far=far.outlets,
        far_burden=far.burden,
        online=_online(settings, seed, who, places.popularity),
        online_taste=_online_taste(settings, seed, who, segment),
        price_sensitivity=_sensitivity(settings, seed, who, segment, income),
        taste=(spread * _normal(seed, Stream.TASTE, who)).astype(np.float32),
        reservation=(demand.reservation_low + width * uniforms(seed, Stream.RESERVATION, who)).astype(np.float32),
    )


def _own_stores(places: Places, area: Ints, x: Floats, y: Floats, burden: Floats) -> Elsewhere:
    """The brand's own stores of the shopping area, all of which its people consider."""
    areas = places.site_x.size // places.sites
    per_area = places.store_x.size // areas
    store = area[:, None] * per_area + np.arange(per_area)
    km = np.hypot(places.store_x[store] - x[:, None], places.store_y[store] - y[:, None])
    outlets = np.asarray(places.first_store + store, np.int32)
    return Elsewhere(outlets, np.asarray(burden[:, None] * km, np.float32))


def _neighbours(settings: ConsumerSettings, seed: int, places: Places, area: Ints, segment: Bytes) -> Elsewhere:
    """The outlets of the nearest other district that win a lot which each consumer draws for each of them."""
    wanted, sites = settings.neighbour_outlets, places.areas * places.sites
    outlets = np.full((area.size, wanted), -1, np.int32)
    for first in range(0, area.size if wanted else 0, CHUNK):
        rows = np.arange(first, min(first + CHUNK, area.size))
        lot = uniforms(seed, Stream.NEIGHBOUR_OUTLET, rows[:, None] * MOST_SITES + np.arange(sites))
        district = places.neighbour[area[rows] // places.areas][:, None]
        chosen = district * sites + np.argsort(lot, axis=1, kind="stable")[:, :wanted]
        outlets[rows] = np.where(district >= 0, chosen, -1)
    burden = np.array([s.neighbour_burden for s in settings.segments])[segment]
    way = burden * places.neighbour_km[area // places.areas]
    return Elsewhere(outlets, np.repeat(way.astype(np.float32)[:, None], wanted, axis=1))


def joined(count: int, reasons: Sequence[Elsewhere]) -> Elsewhere:
    """The outlets of all reasons side by side, (N, F) for ``count`` consumers."""
    nowhere = Elsewhere(np.empty((count, 0), np.int32), np.empty((count, 0), np.float32))
    outlets, burden = zip(nowhere, *reasons, strict=True)
    return Elsewhere(np.concatenate(outlets, axis=1), np.concatenate(burden, axis=1))


def _online(settings: ConsumerSettings, seed: int, who: Ints, popularity: Floats) -> Bytes:
    """(N, E) online shops that each consumer looks at, drawn by popularity without replacement.

    Each shop gets a keyed exponential waiting time with its popularity as rate, and the first E win (Efraimidis &
    Spirakis 2006), so a new shop never reshuffles the others.
    """
    open_to_all = popularity > 0
    shops, looked_at = popularity.size, min(settings.online_considered, int(open_to_all.sum()))
    chosen = np.empty((who.size, looked_at), np.uint8)
    for first in range(0, who.size if looked_at else 0, CHUNK):
        rows = who[first : first + CHUNK]
        draw = uniforms(seed, Stream.ONLINE_SHOP, rows[:, None] * MOST_SHOPS + np.arange(shops))
        clock = np.where(open_to_all, -np.log1p(-draw) / np.where(open_to_all, popularity, 1.0), np.inf)
        chosen[first : first + CHUNK] = np.argsort(clock, axis=1, kind="stable")[:, :looked_at]
    return chosen


def _online_taste(settings: ConsumerSettings, seed: int, who: Ints, segment: Bytes) -> Float32:
    mean = np.array([s.online_preference for s in settings.segments])[segment]
    spread = np.array([s.online_spread for s in settings.segments])[segment]
    return np.asarray(mean + spread * _normal(seed, Stream.ONLINE_TASTE, who), np.float32)


def _mind(settings: ConsumerSettings, seed: int, count: int) -> Mind:
    aware = uniforms(seed, Stream.AWARE, np.arange(count)) < settings.awareness.initial
    return Mind(
        aware=aware.astype(np.uint8),
        talks=np.zeros(count, np.int8),
        adopted=np.full(count, -1, np.int16),
        repeated=np.zeros(count, np.uint8),
        rest_until=np.zeros(count, np.int32),
        waiting_for=np.full(count, -1, np.int32),
        waited=np.zeros(count, np.int16),
        gain=np.zeros(count, np.float32),
        loyalty=np.zeros(count, np.float32),
        last_brand=np.full(count, -1, np.int8),
        last_site=np.full(count, -1, np.int32),
        last_sku=np.full(count, -1, np.int8),
        online_habit=np.zeros(count, np.float32),
        satisfaction=np.full(count, settings.memory.initial_satisfaction, np.float32),
        endorsement=np.zeros(count, np.float32),
        watching=np.full(count, -1, np.int16),
        lead=np.zeros(count, np.uint8),
        member=np.zeros(count, np.uint8),
        points=np.zeros(count, np.float32),
        this_year=np.zeros(count, np.uint8),
        last_year=np.zeros(count, np.uint8),
        favour=np.zeros(count, np.float32),
        subscribed=np.full(count, -1, np.int32),
    )


def draw_population(settings: ConsumerSettings, seed: int, places: Places) -> ConsumerColumns:
    """The consumers of a world, in order of district and, within it, of shopping area."""
    per_district = shares_to_counts(settings.count, places.weight.astype(np.float64))
    per_area = np.concatenate([shares_to_counts(int(n), np.ones(places.areas)) for n in per_district])
    area = np.repeat(np.arange(per_area.size), per_area)
    tastes = _tastes(settings, seed, area, np.repeat(places.income, per_district), places)
    start = np.concatenate([[0], np.cumsum(per_district)])
    return ConsumerColumns(
        tastes=tastes,
        mind=_mind(settings, seed, settings.count),
        segments=Segments(
            need=np.array([s.need for s in settings.segments]),
            service_preference=np.array([s.service_preference for s in settings.segments]),
            delivery_burden=np.array([s.delivery_burden for s in settings.segments]),
            travel_burden=np.array([s.travel_burden for s in settings.segments]),
        ),
        friends=small_world(settings.society, start, seed),
    )
