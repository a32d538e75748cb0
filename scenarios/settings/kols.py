"""Opinion leaders: how many follow them, what they can do for a brand in a week, and what trust does."""

from typing import Self

from pydantic import model_validator

from channellab.scenarios.settings.base import Settings, setting, table


class FollowerSettings(Settings):
    """Who follows an opinion leader: a heavy-tailed number of people, near home and anywhere."""

    smallest: float = setting(0.0005, "Followers of the smallest KOL, as a share of consumers.", unit="1", gt=0, le=1)
    largest: float = setting(0.1, "Followers of the largest KOL, as a share of consumers.", unit="1", gt=0, le=1)
    exponent: float = setting(
        1.0,
        "Exponent of the bounded Pareto law of followers between these; small = more large KOLs.",
        unit="1",
        source="Zipf's law",
        gt=0,
        le=10,
    )
    near: float = setting(
        0.8, "Share of followers who live in the KOL's home district, as far as it has people.", unit="1", ge=0, le=1
    )
    near_most: float = setting(
        0.5, "Largest share of the people of the home district who follow for being near.", unit="1", ge=0, le=1
    )
    circle: float = setting(
        0.5, "Share of the followers at home who follow because a friend does.", unit="1", ge=0, le=1
    )

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.smallest > self.largest:
            raise ValueError(f"smallest is {self.smallest}, allowed are values up to largest ({self.largest})")
        return self


class TrustSettings(Settings):
    """How a follower's trust in a KOL, from 0 to 1, is won and lost."""

    base: float = setting(0.25, "Trust at the start, and to which it fades.", unit="0..1", ge=0, le=1)
    fade: float = setting(0.02, "Share of the way back to the base in a week.", unit="1/week", ge=0, le=1)
    answered: float = setting(0.2, "Step of trust towards 1 when the KOL answers a follower.", unit="1", ge=0, le=1)
    kept_promise: float = setting(
        0.2,
        "Step towards 1 when a purchase after an endorsement leaves a buyer who tells good things.",
        unit="1",
        ge=0,
        le=1,
    )
    broken_promise: float = setting(0.4, "Share of trust lost when that buyer tells bad things.", unit="1", ge=0, le=1)
    tolerated: float = setting(
        1.0, "Recent paid posts a week that followers put up with.", unit="posts/week", ge=0, le=100
    )
    fatigue: float = setting(
        0.05, "Share of trust lost at each paid post seen, per recent post a week beyond these.", unit="1", ge=0, le=1
    )
    recent_kept: float = setting(
        0.7, "Weight of the past weeks in the recent number of paid posts.", unit="1/week", ge=0, lt=1
    )


class KolSettings(Settings):
    """Opinion leaders and what their posts do; a head, mid or ordinary KOL is one of a rank, and behaves like all."""

    count: int = setting(0, "Number of KOLs; 0 = none.", unit="KOLs", ge=0, le=10_000)
    head: float = setting(0.05, "Share of KOLs called head: those with most followers.", unit="1", ge=0, le=1)
    mid: float = setting(
        0.25, "Share of KOLs called mid: the next in rank; the rest are ordinary.", unit="1", ge=0, le=1
    )
    fee: float = setting(
        0.7,
        "Fee of a post by a KOL with one follower; with 500 followers it is then about 70 yuan per thousand.",
        unit="money/post",
        ge=0,
    )
    fee_power: float = setting(
        0.63,
        "Power of followers with which the fee of a post grows.",
        unit="1",
        source="macro costs 18 times nano (Beichert et al. 2024), taken as a hundredfold of followers",
        ge=0,
        le=2,
    )
    stream_fee: float = setting(3.0, "Fee of a livestream, in fees of a post.", unit="posts", ge=0, le=1000)
    replies: int = setting(
        20,
        "Followers whom a KOL can answer in a week, the same for all.",
        unit="followers/week",
        source="assumption; that replies carry trust: Beichert et al. 2024",
        ge=0,
        le=10**9,
    )
    push: float = setting(0.2, "Share of followers to whom the platform shows a post.", unit="1", ge=0, le=1)
    push_gain: float = setting(0.3, "Most that engagement with the last post adds to that share.", unit="1", ge=0, le=1)
    push_half: float = setting(
        0.1, "Engagement per viewer of the last post at which half of that is added.", unit="1", gt=0, le=1
    )
    engage: float = setting(
        0.4, "Probability that a follower who sees a post engages with it, at full trust.", unit="1", ge=0, le=1
    )
    proof_gain: float = setting(
        1.0, "Most by which social proof raises that probability, as a share of it.", unit="1", ge=0, le=20
    )
    proof_half: float = setting(
        50.0, "Followers engaged with the last post at which half of that is reached.", unit="followers", gt=0, le=1e9
    )
    watch: float = setting(
        0.3, "Probability that a follower who is shown a livestream watches it, at full trust.", unit="1", ge=0, le=1
    )
    endorsement: float = setting(
        1.5, "Utility towards the brand of one endorsement at full trust.", unit="utility", ge=0, le=20
    )
    endorsement_kept: float = setting(
        0.7, "Share of an endorsement that is left a week later.", unit="1/week", ge=0, lt=1
    )
    share: float = setting(
        0.05, "Probability that an engaged follower passes a post on to a friend.", unit="1", ge=0, le=1
    )
    share_gain: float = setting(0.2, "Most that a reward for referrals adds to that probability.", unit="1", ge=0, le=1)
    share_half: float = setting(5.0, "Reward at which half of that is added.", unit="money/buyer", gt=0)
    referral_weeks: int = setting(
        4, "Weeks within which a referred friend's first purchase counts.", unit="weeks", ge=1, le=520
    )
    followers: FollowerSettings = table(FollowerSettings, "Who follows them.")
    trust: TrustSettings = table(TrustSettings, "How trust moves.")

    @model_validator(mode="after")
    def _pyramid(self) -> Self:
        if self.head + self.mid > 1 + 1e-12:
            raise ValueError(f"head + mid is {self.head + self.mid:g}, allowed are values up to 1")
        return self


class KolPolicySettings(Settings):
    """What the brand asks of opinion leaders, and pays; in force by the home region of a KOL."""

    head: float = setting(0.0, "Share of head KOLs hired.", unit="1", ge=0, le=1)
    mid: float = setting(0.0, "Share of mid KOLs hired.", unit="1", ge=0, le=1)
    ordinary: float = setting(0.0, "Share of ordinary KOLs hired.", unit="1", ge=0, le=1)
    posts: float = setting(
        1.0,
        "Paid posts of a hired KOL; a fraction is rounded up in that share of weeks.",
        unit="posts/week",
        ge=0,
        le=50,
    )
    stream_weeks: int = setting(
        0,
        "Weeks from one livestream of the hired KOLs to the next; 0 = none, as without a livestream shop.",
        unit="weeks",
        ge=0,
        le=520,
    )
    event_discount: float = setting(
        0.15, "Discount of livestream shops on own goods in a week of livestreams.", unit="1", ge=0, le=0.95
    )
    commission: float = setting(
        0.1,
        "Share of what social and livestream shops take for own goods in weeks with viewers, split among their hosts.",
        unit="1",
        ge=0,
        le=1,
    )
    reward: float = setting(
        0.0, "Reward for a follower whose friend buys the brand for the first time.", unit="money/buyer", ge=0
    )
