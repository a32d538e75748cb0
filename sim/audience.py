"""Draws the opinion leaders of a world: how many follow each, where they live, and who the followers are.

Everything of a KOL is keyed by its number, so that another one changes neither followers nor home of the others; only
its place in the pyramid may move, which is a name for a range of followers.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from channellab.agents.consumers import ConsumerColumns, Friends
from channellab.agents.draws import Stream, stream_key, uniforms
from channellab.agents.kernels.following import follow
from channellab.agents.kols import TIERS, Audience, KolColumns, Traces
from channellab.scenarios.arrays import Floats, Index, Ints
from channellab.scenarios.regions import RegionTable
from channellab.scenarios.settings import Scenario
from channellab.scenarios.settings.kols import FollowerSettings, KolSettings
from channellab.sim.firms import parties


def kols(scenario: Scenario, table: RegionTable, consumers: ConsumerColumns, seed: int, first: int) -> KolColumns:
    """The opinion leaders and their followers.

    Args:
        first: party of the first KOL.
    """
    settings, who = scenario.kols, np.arange(scenario.kols.count)
    areas = scenario.network.sites_per_district // scenario.network.sites_per_area
    start = np.searchsorted(consumers.tastes.area, np.arange(len(table.district_ids) + 1) * areas)
    home = (uniforms(seed, Stream.KOL_HOME, who) * consumers.count).astype(np.int64)
    district = (np.searchsorted(start, home, side="right") - 1).astype(np.int32)
    wanted = sizes(settings.followers, uniforms(seed, Stream.KOL_SIZE, who)) * consumers.count
    audience = draw_followers(settings, wanted, district, start, consumers.friends, seed)
    followers = np.diff(audience.start)
    tier = tiers(settings, followers)
    return KolColumns(
        party=parties(first, settings.count),
        district=district,
        region=table.district_region[district].astype(np.int32),
        followers=followers,
        tier=tier,
        rank=_ranks(tier, uniforms(seed, Stream.KOL_RANK, who)),
        fee=settings.fee * followers.astype(np.float64) ** settings.fee_power,
        replies=np.full(settings.count, settings.replies, np.int64),
        social_shop=_shops(scenario, "social", who),
        stream_shop=_shops(scenario, "livestream", who),
        audience=audience,
        traces=_traces(consumers.count if settings.count else 0),
        active=np.ones(settings.count, np.bool_),
        hired=np.zeros(settings.count, np.bool_),
        **_empty(settings.count),
    )


_MONEY = ("post_rate", "event_discount", "commission", "reward", "engagement", "recent", "received")
_COUNTS = (
    *("stream_weeks", "posts", "streams", "shown", "engaged", "answered"),
    *("viewers", "referred", "rewarded", "likes"),
)


def _empty(count: int) -> dict[str, Any]:
    """Columns that the weeks fill."""
    money: dict[str, Any] = {name: np.zeros(count) for name in _MONEY}
    return money | {name: np.zeros(count, np.int64) for name in _COUNTS}


def sizes(settings: FollowerSettings, quantile: Floats) -> Floats:
    """Followers wanted as a share of consumers: quantiles of the bounded Pareto law."""
    low, high = settings.smallest**-settings.exponent, settings.largest**-settings.exponent
    return np.asarray((low - quantile * (low - high)) ** (-1.0 / settings.exponent))


def tiers(settings: KolSettings, followers: Ints) -> npt.NDArray[np.int8]:
    """The tier of each KOL by rank of followers, the first in number among equals."""
    count = followers.size
    place = np.empty(count, np.int64)
    place[np.argsort(-followers, kind="stable")] = np.arange(count)
    edges = np.floor(np.cumsum([settings.head, settings.mid]) * count + 0.5)
    return np.searchsorted(edges, place, side="right").astype(np.int8)


def _ranks(tier: npt.NDArray[np.int8], lot: Floats) -> Index:
    """Place of each KOL in its tier when the brand hires: by lot, so that a larger share keeps those of a smaller."""
    rank = np.empty(tier.size, np.int32)
    for number in range(len(TIERS)):
        members = np.flatnonzero(tier == number)
        rank[members[np.argsort(lot[members], kind="stable")]] = np.arange(members.size)
    return rank


def _shops(scenario: Scenario, kind: str, who: Ints) -> Index:
    """The online shop of a kind that each KOL sells through: the KOLs are dealt out among them."""
    rows = [row for row, shop in enumerate(scenario.online.shops) if shop.kind == kind]
    return np.array([rows[number % len(rows)] if rows else -1 for number in who], np.int32)


def _traces(count: int) -> Traces:
    return Traces(
        endorser=np.full(count, -1, np.int32),
        referrer=np.full(count, -1, np.int16),
        referred_until=np.zeros(count, np.int16),
    )


def chances(settings: FollowerSettings, wanted: Floats, people: Floats, total: int) -> tuple[Floats, Floats]:
    """Probability of following each KOL at home and elsewhere, so that as many follow as wanted.

    At home it is what ``near`` asks for, at most ``near_most``, and at least what it would be if home did not matter.

    Args:
        wanted: (K,) followers. people: (K,) consumers in the home district. total: consumers.
    """
    even = wanted / total
    home = np.maximum(np.minimum(settings.near * wanted / people, settings.near_most), even)
    return home, np.maximum(wanted - home * people, 0.0) / np.maximum(total - people, 1.0)


def draw_followers(
    settings: KolSettings, wanted: Floats, district: Index, start: Ints, friends: Friends, seed: int
) -> Audience:
    """The followers of all KOLs.

    Args:
        wanted: (K,) expected followers. district: (K,) home. start: (D + 1,) first consumer of each district.
    """
    people = np.diff(start)[district].astype(np.float64)
    home, away = chances(settings.followers, wanted, people, int(start[-1]))
    ties, follower = follow(
        start[district],
        start[district + 1],
        home,
        away,
        settings.followers.circle if friends.indices.size else 0.0,
        friends,
        stream_key(seed, Stream.FOLLOW),
        stream_key(seed, Stream.FOLLOW_FRIEND),
    )
    return Audience(ties, follower, np.full(follower.size, settings.trust.base, np.float32))
