"""Opinion leaders (KOLs): how many follow them, what they were hired for, and how their last posts went."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from channellab.agents.columns import Column, Firm, Table, state
from channellab.agents.consumers import Float32
from channellab.scenarios.arrays import Flags, Floats, Index, Ints

TIERS = ("head", "mid", "ordinary")
"""Names for ranges of followers, in the order of rank; nobody behaves differently for being called one of them."""


class Audience(NamedTuple):
    """Who follows whom: followers of KOL k are ``follower[start[k]:start[k + 1]]``, and T ties in all.

    Attributes:
        start: (K + 1,) first tie of each KOL, then their number. follower: (T,) consumers, in order.
        trust: (T,) 0..1, the follower's trust in the KOL.
    """

    start: npt.NDArray[np.int64]
    follower: Index
    trust: Float32


class Traces(NamedTuple):
    """What endorsements leave with N consumers, beside the utility; no rows in a market without KOLs.

    Attributes:
        endorser: (N,) tie of the last endorsement that still counts, -1 = none.
        referrer: (N,) KOL whose post a friend passed on, -1 = none. referred_until: (N,) week until which that counts.
    """

    endorser: Index
    referrer: npt.NDArray[np.int16]
    referred_until: npt.NDArray[np.int16]


@dataclass(kw_only=True)
class KolColumns(Table):
    """Columns of K opinion leaders.

    Attributes:
        party: (K,) index in the ledger. district, region: (K,) home.
        followers: (K,) followers. tier: (K,) row of `TIERS`. rank: (K,) place in the tier when the brand hires.
        fee: (K,) money for a post. replies: (K,) followers the KOL can answer in a week.
        social_shop, stream_shop: (K,) online shop through which the KOL's posts, or livestreams, sell; -1 = none.
        active: (K,) False once the KOL has left. hired: (K,) True while the brand pays for posts.
        post_rate, stream_weeks, event_discount, commission, reward: (K,) terms in force at home.
        posts, streams: (K,) paid posts, and livestreams, of this week.
        shown, engaged, answered: (K,) posts seen, engaged with, and followers answered this week.
        viewers: (K,) followers who watched the livestream. referred: (K,) friends whom a post was passed on to.
        rewarded: (K,) of those, now and before, who first bought the brand this week.
        engagement: (K,) engaged per post seen at the last post. likes: (K,) engaged with it.
        recent: (K,) recent paid posts a week. received: (K,) money received from the brand since the start.
        audience, traces: followers and their trust, and what endorsements leave with consumers.
    """

    party: Index
    district: Index
    region: Index
    followers: Ints
    tier: npt.NDArray[np.int8]
    rank: Index
    fee: Floats
    replies: Ints
    social_shop: Index
    stream_shop: Index
    audience: Audience
    traces: Traces
    active: Flags = state()
    hired: Flags = state()
    post_rate: Floats = state()
    stream_weeks: Ints = state()
    event_discount: Floats = state()
    commission: Floats = state()
    reward: Floats = state()
    posts: Ints = state()
    streams: Ints = state()
    shown: Ints = state()
    engaged: Ints = state()
    answered: Ints = state()
    viewers: Ints = state()
    referred: Ints = state()
    rewarded: Ints = state()
    engagement: Floats = state()
    likes: Ints = state()
    recent: Floats = state()
    received: Floats = state()

    def state_columns(self) -> Iterator[tuple[str, npt.NDArray[Any]]]:
        """Names and arrays of what is saved: the KOLs' columns, their followers' trust, and the traces."""
        yield from super().state_columns()
        yield "trust", self.audience.trust
        yield from self.traces._asdict().items()

    @property
    def count(self) -> int:
        """Number of KOLs."""
        return int(self.party.size)


class Kol(Firm):
    """An opinion leader."""

    table = "kols"
    followers = Column("followers")
    tier = Column("tier")
    region = Column("region")
    district = Column("district")
    fee = Column("fee")
    replies = Column("replies")
    hired = Column("hired")
    posts = Column("posts")
    engaged = Column("engaged")
    viewers = Column("viewers")
    received = Column("received")

    def remove(self) -> None:
        """Leaves the market: no more posts; followers keep what they heard."""
        self.hired = False
        super().remove()


def hired(rank: Index, members: Ints, share: Floats) -> Flags:
    """Which KOLs a brand hires that wants a share of each tier; a larger share keeps those of a smaller.

    Args:
        rank: (K,) place of the KOL in its tier, from 0. members: (K,) KOLs in that tier.
        share: (K,) share of the tier that is wanted where the KOL lives; a fraction of a KOL counts as one.
    """
    # The small term keeps shares such as 0.1 x 30 from hiring one too many.
    return rank < np.ceil(share * members - 1e-9)
