"""A witness of the opinion leaders: who they are, who follows them, who is hired, and what the brand pays them."""

import math
from collections.abc import Iterator
from typing import Any

from channellab.agents.draws import Stream
from channellab.scenarios.regions import RegionTable
from channellab.scenarios.settings import Scenario
from channellab.sim.ledger import Account, Group

from .chain import rows
from .draws import uniform
from .photo import agree
from .terms import Terms

TIERS = ("head", "mid", "ordinary")
Payment = tuple[Account, int, int, float]
"""Account, payer, payee and amount."""


class Leaders:
    """The KOLs of a scenario and a seed."""

    def __init__(self, scenario: Scenario, table: RegionTable, seed: int, opening: Any) -> None:
        self.scenario, self.table, self.seed = scenario, table, seed
        self.settings = scenario.kols
        self.terms = Terms(scenario, table, seed)
        self.received = [0.0] * self.settings.count
        areas = scenario.network.sites_per_district // scenario.network.sites_per_area
        self.district = [area // areas for area in opening.area]
        self.friends = opening.friends

    # The world

    def check_world(self, opening: Any) -> None:
        """Asserts that homes, followers, tiers and fees are those of the witness."""
        kols = opening.kols
        homes = [self.home(k) for k in rows(kols)]
        agree("homes", 0, homes, kols.district)
        agree("home regions", 0, [int(self.table.district_region[home]) for home in homes], kols.region)
        followers = [self.followers(k, home) for k, home in enumerate(homes)]
        agree("followers", 0, [len(people) for people in followers], kols.followers)
        first = 0
        for k, people in enumerate(followers):
            found = opening.audience.follower[opening.audience.start[k] : opening.audience.start[k + 1]]
            agree(f"followers of {k}", 0, people, found)
            agree(f"first tie of {k}", 0, first, opening.audience.start[k])
            first += len(people)
        tiers = self.tiers([len(people) for people in followers])
        agree("tiers", 0, tiers, kols.tier)
        agree("ranks", 0, [self.rank(k, tiers) for k in rows(kols)], kols.rank)
        fees = [self.settings.fee * len(people) ** self.settings.fee_power for people in followers]
        agree("fees", 0, fees, kols.fee)
        agree("shops of posts", 0, [self.shop(k, "social") for k in rows(kols)], kols.social_shop)
        agree("shops of livestreams", 0, [self.shop(k, "livestream") for k in rows(kols)], kols.stream_shop)

    def home(self, k: int) -> int:
        """The home of a KOL is that of a consumer drawn by lot."""
        return self.district[int(uniform(self.seed, Stream.KOL_HOME, k) * len(self.district))]

    def size(self, k: int) -> float:
        """Followers wanted: Pareto's law between two ends, at the KOL's quantile."""
        law, people = self.settings.followers, len(self.district)
        low, high = law.smallest**-law.exponent, law.largest**-law.exponent
        at = low - uniform(self.seed, Stream.KOL_SIZE, k) * (low - high)
        return float(at ** (-1.0 / law.exponent) * people)

    def followers(self, k: int, home: int) -> list[int]:
        """Consumers who follow: at home by themselves or after a friend, elsewhere by themselves."""
        law, everybody = self.settings.followers, range(len(self.district))
        at_home = {i for i in everybody if self.district[i] == home}
        wanted, people = self.size(k), len(everybody)
        near = max(min(law.near * wanted / len(at_home), law.near_most), wanted / people)
        away = max(wanted - near * len(at_home), 0.0) / max(people - len(at_home), 1)
        circle = law.circle if any(self.friends) else 0.0
        keen = {i for i in at_home if uniform(self.seed, Stream.FOLLOW, k, i) < near * (1.0 - circle)}
        told = {i for i in at_home - keen if circle and any(friend in keen for friend in self.friends[i])}
        chance = circle * near * len(at_home) / max(len(told), 1)
        after = {i for i in told if uniform(self.seed, Stream.FOLLOW_FRIEND, k, i) < chance}
        strangers = {i for i in everybody if self.district[i] != home}
        far = {i for i in strangers if uniform(self.seed, Stream.FOLLOW, k, i) < away}
        return sorted(keen | after | far)

    def tiers(self, followers: list[int]) -> list[int]:
        """By rank of followers: the first are head, the next mid, the rest ordinary."""
        order = sorted(range(len(followers)), key=lambda k: (-followers[k], k))
        head = math.floor(self.settings.head * len(followers) + 0.5)
        upper = math.floor((self.settings.head + self.settings.mid) * len(followers) + 0.5)
        place = {k: n for n, k in enumerate(order)}
        return [0 if place[k] < head else 1 if place[k] < upper else 2 for k in range(len(followers))]

    def rank(self, k: int, tiers: list[int]) -> int:
        """How many of the same tier come before a KOL by lot."""
        lots = [(uniform(self.seed, Stream.KOL_RANK, j), j) for j in range(len(tiers)) if tiers[j] == tiers[k]]
        return sum(lot < (uniform(self.seed, Stream.KOL_RANK, k), k) for lot in lots)

    def shop(self, k: int, kind: str) -> int:
        """The online shop of a kind that a KOL sells through, -1 = none."""
        shops = [n for n, shop in enumerate(self.scenario.online.shops) if shop.kind == kind]
        return shops[k % len(shops)] if shops else -1

    # The week

    def check(self, now: Any) -> None:
        """Asserts that those are hired whom the policy says, post as often, and have got what they earned."""
        kols, brand = now.kols, now.manufacturers.active[0]
        for k in rows(kols):
            hired = self.hired(now, k)
            if kols.active[k]:
                agree(f"hired {k}", now.week, int(hired), int(kols.hired[k]))
            at_work = hired and kols.active[k] and brand
            lot = uniform(self.seed, Stream.KOL_POST, k, now.week)
            posts = math.floor(self.of("posts", now, k) + lot) if at_work else 0
            agree(f"posts of {k}", now.week, posts, kols.posts[k])
            agree(f"livestreams of {k}", now.week, int(at_work and self.goes_live(now, k)), kols.streams[k])
        for _, _, payee, amount in payments(self.scenario, now):
            if payee in kols.party:
                self.received[kols.party.index(payee)] += amount
        agree("received", now.week, self.received, kols.received)

    def of(self, key: str, now: Any, k: int) -> Any:
        """A key of the KOL policy at the home of a KOL."""
        return self.terms.in_force(f"policy.kols.{key}", now.measured, now.kols.region[k], "kols")

    def hired(self, now: Any, k: int) -> bool:
        """Whether a KOL is among those of its tier whom the brand hires."""
        kols = now.kols
        members = sum(tier == kols.tier[k] for tier in kols.tier)
        share = self.of(TIERS[kols.tier[k]], now, k)
        return bool(kols.rank[k] < math.ceil(share * members - 1e-9))

    def goes_live(self, now: Any, k: int) -> bool:
        """Whether it is a week of livestreams, and there is a shop for it."""
        weeks = self.of("stream_weeks", now, k)
        return bool(weeks and (now.measured - 1) % weeks == 0 and self.shop(k, "livestream") >= 0)

    def event_prices(self, now: Any, asked: list[list[float]]) -> list[list[float]]:
        """What online shops ask in the week: livestream shops less the largest discount of their hosts."""
        paid = [list(row) for row in asked]
        for shop, row in enumerate(paid):
            hosts = [k for k in rows(now.kols) if now.kols.streams[k] and now.kols.stream_shop[k] == shop]
            discount = max((self.of("event_discount", now, k) for k in hosts), default=0.0)
            for sku in range(len(self.scenario.products)):
                row[sku] *= 1.0 - discount
        return paid


def payments(scenario: Scenario, now: Any) -> Iterator[Payment]:
    """What the brand pays this week for posts and livestreams, for sales to viewers, and for friends who bought."""
    kols, maker = now.kols, now.manufacturers.party[0]
    own, first = len(scenario.products), len(now.retailers.party) + len(now.stores.party)
    takings = [
        sum(units * price for units, price in zip(sold[:own], now.counter_price[first + n][:own], strict=True))
        for n, sold in enumerate(now.online.sold)
    ]
    for k, party in enumerate(kols.party):
        appearances = kols.posts[k] + scenario.kols.stream_fee * kols.streams[k]
        yield Account.KOL_FEES, maker, party, kols.fee[k] * appearances
        yield Account.REFERRAL, maker, int(Group.HOUSEHOLDS), kols.reward[k] * kols.rewarded[k]
        for shops, viewers in ((kols.social_shop, kols.engaged), (kols.stream_shop, kols.viewers)):
            hosts = [j for j in rows(kols) if shops[j] == shops[k] >= 0]
            seen = sum(viewers[j] for j in hosts)
            if seen and now.manufacturers.active[0]:
                sold_by_k = takings[shops[k]] * viewers[k] / seen
                yield Account.KOL_COMMISSION, maker, party, kols.commission[k] * sold_by_k


def numbers(now: Any, flows: list[Any]) -> dict[str, float]:
    """What is written down about KOLs each week."""
    kinds = (Account.KOL_FEES, Account.KOL_COMMISSION, Account.REFERRAL)
    return {
        "kol_cost": sum(flow.amount for flow in flows if flow.account in kinds),
        "post_followers": sum(posts * people for posts, people in zip(now.kols.posts, now.kols.followers, strict=True)),
        "engaged": sum(now.kols.engaged),
    }
