"""Opinion leaders: who follows them, who is hired, what they do to consumers and shops, and what it costs."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from channellab.agents.kernels.influence import Manner, platform_push, social_proof
from channellab.agents.kols import Kol, hired
from channellab.scenarios.errors import BadInput
from channellab.scenarios.files import load
from channellab.scenarios.settings.kols import FollowerSettings, KolSettings
from channellab.sim import metrics
from channellab.sim.audience import chances, sizes, tiers
from channellab.sim.market import Market

Played = Callable[[str], Market]
TEXT = """
[run]
warmup = 0
weeks = 4
seed = 5
[network]
regions = "single"
sites_per_district = 2
sites_per_area = 2
[consumers]
count = 40
outlets_considered = 1
income_effect = 0.0
season_amplitude = 0.0
demand = {gumbel_scale = 0.0}
awareness = {initial = 0.0, imitation = 0.0, advertising_effect = 0.0, forgetting = 0.0}
memory = {outlet_loyalty = 0.0, channel_habit = 0.0}
[consumers.society]
mixing = "full"
[[consumers.segments]]
name = "all"
need = 1.0
online_preference = 20.0
online_spread = 0.0
price_sensitivity = 0.2
price_sensitivity_spread = 0.0
taste_spread = 0.0
[[products]]
name = "Tea"
list_price = 10.0
appeal = 10.0
[manufacturer]
stock = {rule = "base_stock", level = 1000}
[distributors]
per_region = 0
[online]
lead_days = 1.0
stock = {rule = "base_stock", level = 200}
shops = [{name = "Stream", kind = "livestream"}]
[retailers]
local_lead_days = 1.0
quality_spread = 0.0
stock = {rule = "base_stock", level = 200}
[kols]
count = 2
head = 0.5
fee = 0.5
fee_power = 1.0
stream_fee = 3.0
push = 1.0
engage = 0.5
proof_gain = 0.0
watch = 1.0
followers = {smallest = 1.0, largest = 1.0}
trust = {base = 1.0, fatigue = 0.0, broken_promise = 0.0}
[policy.kols]
head = 1.0
posts = 2.0
stream_weeks = 2
event_discount = 0.2
commission = 0.1
"""
"""Forty people who follow two KOLs, of whom one is hired: two posts a week, a livestream every other week.

All watch the livestream and then buy online for 8 instead of in a shop for 10. Nobody knew the brand before.
"""


def market_of(text: str, tmp_path: Any, *overrides: str) -> Market:
    path = tmp_path / "market.toml"
    path.write_text(text)
    return Market(load(str(path), overrides).scenario)


def test_costs_and_engagement_by_hand(tmp_path: Any) -> None:
    market = market_of(TEXT, tmp_path)
    engaged, revenue = 0, []
    for week in (1, 2, 3, 4):
        market.step()
        engaged += int(market.kols.engaged.sum())
        revenue.append(market.record.numbers["revenue"][-1])
        assert market.kols.posts.tolist() == [2 * bool(hired) for hired in market.kols.hired]
        assert market.kols.viewers.sum() == (40 if week in (1, 3) else 0)
    market.close()
    assert revenue == [40 * 8.0, 40 * 10.0, 40 * 8.0, 40 * 10.0]
    post = 0.5 * 40
    cost = 4 * 2 * post + 2 * 3.0 * post + 0.1 * (320.0 + 320.0)
    found = metrics.summary(market)
    assert found["kol_cost_rate"] == pytest.approx(cost / 1440.0)
    assert found["engagement_rate"] == pytest.approx(engaged / (4 * 2 * 40))
    assert 0 < engaged < 4 * 2 * 40
    assert market.kols.received.sum() == pytest.approx(cost)
    assert found["awareness"] == 1.0


def test_a_livestream_shop_sells_dearer_when_nobody_is_live(tmp_path: Any) -> None:
    market = market_of(TEXT, tmp_path)
    asked, sold = [], []
    for _ in range(4):
        market.step()
        asked.append(market.counter_price[-1, 0])
        sold.append(int(market.online.sold.sum()))
    market.close()
    assert asked == [8.0, 10.0, 8.0, 10.0]
    assert sold == [40, 0, 40, 0]


def test_commission_is_split_among_hosts_by_viewers(tmp_path: Any) -> None:
    market = market_of(TEXT, tmp_path, "policy.kols.mid=1.0", "kols.mid=0.5", "kols.watch=0.6")
    market.step()
    market.close()
    viewers = market.kols.viewers
    assert (viewers > 0).all()
    takings = float(market.online.sold.sum()) * 8.0
    fees = 0.5 * 40 * (2 + 3.0)
    assert market.kols.received.tolist() == pytest.approx([fees + 0.1 * takings * v / viewers.sum() for v in viewers])


def test_no_engagement_no_awareness(tmp_path: Any) -> None:
    market = market_of(TEXT, tmp_path, "kols.engage=0.0", "kols.watch=0.0")
    market.play(4)
    market.close()
    found = metrics.summary(market)
    assert (found["engagement_rate"], found["awareness"], found["revenue"], found["kol_cost_rate"]) == (0, 0, 0, 0)
    assert not market.consumers.mind.endorsement.any()


def test_referred_friends_earn_a_reward_once(tmp_path: Any) -> None:
    ring = ("consumers.society.mixing=network", "consumers.society.friends=2", "consumers.society.rewiring=0.0")
    few = ("kols.followers.smallest=0.1", "kols.followers.largest=0.1", "kols.share=1.0", "policy.kols.stream_weeks=0")
    market = market_of(TEXT, tmp_path, *ring, *few, "consumers.society.long_ties=0.0", "policy.kols.reward=1.5")
    rewards = 0
    for _ in range(4):
        market.step()
        rewards += int(market.kols.rewarded.sum())
        assert market.ledger.flow.sum() > 0
    market.close()
    mind, followers = market.consumers.mind, set(market.kols.audience.follower.tolist())
    friends = [i for i in range(40) if mind.aware[i] and i not in followers]
    assert friends, "nobody was told"
    assert len(friends) <= rewards <= int(mind.aware.sum())
    assert (market.kols.audience.trust <= 1.0).all()


# The pyramid


def kols_of(*overrides: str) -> Any:
    few = ("network.district_count=31", "consumers.count=3000", "kols.followers.smallest=0.005")
    market = Market(load("base", (*few, *overrides)).scenario)
    market.close()
    return market.kols


def test_another_kol_changes_nobodys_followers_or_home() -> None:
    few, more = kols_of("kols.count=12"), kols_of("kols.count=13")
    ties = few.audience.start[-1]
    assert ties > 100
    assert more.audience.start[:13].tolist() == few.audience.start.tolist()
    assert more.audience.follower[:ties].tolist() == few.audience.follower.tolist()
    assert more.district[:12].tolist() == few.district.tolist()
    assert more.fee[:12].tolist() == few.fee.tolist()


def test_tiers_are_ranges_of_followers() -> None:
    followers = np.array([5, 90, 20, 7, 90, 30, 6, 40, 8, 9])
    assert tiers(KolSettings(head=0.1, mid=0.3), followers).tolist() == [2, 0, 2, 2, 1, 1, 2, 1, 2, 2]


def test_followers_are_heavy_tailed_between_their_ends() -> None:
    law = FollowerSettings(smallest=0.001, largest=0.5, exponent=1.0)
    assert sizes(law, np.array([0.0, 1.0])).tolist() == pytest.approx([0.001, 0.5])
    # Half of the KOLs have less than (L^-1 + H^-1)^-1 x 2.
    assert sizes(law, np.array([0.5]))[0] == pytest.approx(2.0 / (1000.0 + 2.0))


def test_as_many_follow_as_wanted_and_most_of_the_small_are_near() -> None:
    law = FollowerSettings(near=0.8, near_most=0.5)
    wanted, people = np.array([20.0, 4000.0]), np.array([100.0, 100.0])
    home, away = chances(law, wanted, people, 10_000)
    assert (home * people + away * (10_000 - people)).tolist() == pytest.approx(wanted.tolist())
    assert home.tolist() == pytest.approx([0.16, 0.5])


@pytest.mark.slow
def test_followers_are_as_many_as_wanted_and_know_each_other() -> None:
    # Where nearly all follow because a friend does, circles run out of friends before the number is full.
    loose, tight = (kols_of("kols.count=300", f"kols.followers.circle={circle}") for circle in (0.0, 0.5))
    assert loose.followers.sum() == pytest.approx(tight.followers.sum(), rel=0.05)
    mean = sizes(FollowerSettings(smallest=0.005), (np.arange(1000) + 0.5) / 1000).mean() * 3000
    assert tight.followers.mean() == pytest.approx(mean, rel=0.25)


def test_memory_is_a_few_bytes_per_consumer() -> None:
    kols = kols_of("kols.count=200", "consumers.count=10000", "kols.followers.smallest=0.0005")
    held = [kols.audience.follower, kols.audience.trust, kols.audience.start, *kols.traces]
    assert sum(array.nbytes for array in held) <= 24 * 10_000


def test_a_larger_share_keeps_those_hired_for_less() -> None:
    rank, members = np.arange(30, dtype=np.int32), np.full(30, 30)
    picked = [hired(rank, members, np.full(30, share)) for share in (0.0, 0.1, 0.11, 1.0)]
    assert [flags.sum() for flags in picked] == [0, 3, 4, 30]
    assert all((more | ~fewer).all() for fewer, more in pairwise(picked))


def test_a_market_has_its_kols_as_agents(tmp_path: Any) -> None:
    market = market_of(TEXT, tmp_path)
    agents = list(market.agents_by_type[Kol])
    assert [agent.followers for agent in agents] == [40, 40]
    busy = next(agent for agent in agents if agent.hired)
    market.step()
    assert busy.posts == 2
    assert busy.received == pytest.approx(busy.cash)
    busy.remove()
    market.step()
    market.close()
    assert market.kols.posts.sum() == 0
    assert market.record.money_imbalance < 1e-9


# Behaviour by formula


def a_manner(**changes: float) -> Manner:
    return Manner(**(dict.fromkeys(Manner._fields, 0.0) | changes))  # type: ignore[arg-type]  # one field is whole


def test_push_and_proof_have_their_half_values() -> None:
    manner = a_manner(push=0.2, push_gain=0.4, push_half=0.1, proof_gain=2.0, proof_half=50.0)
    assert [platform_push(manner, e) for e in (0.0, 0.1)] == pytest.approx([0.2, 0.4])
    assert [social_proof(manner, likes) for likes in (0, 50, 150)] == pytest.approx([1.0, 2.0, 2.5])


def test_replies_are_limited_and_raise_trust(tmp_path: Any) -> None:
    calm = ("kols.trust.base=0.4", "kols.trust.fade=0.0", "kols.trust.kept_promise=0.0", "kols.endorsement=0.0")
    few, many = (
        market_of(TEXT, tmp_path, *calm, "policy.kols.stream_weeks=0", f"kols.replies={replies}") for replies in (3, 99)
    )
    for market in (few, many):
        market.step()
        market.close()
    assert few.kols.answered.max() == 3
    assert many.kols.answered.max() == many.kols.engaged.max() > 3
    assert few.kols.engaged.tolist() == many.kols.engaged.tolist()
    assert (few.kols.audience.trust > 0.4).sum() <= 3 < (many.kols.audience.trust > 0.4).sum()


def test_too_many_paid_posts_tire_followers(tmp_path: Any) -> None:
    calm = ("kols.replies=0", "kols.trust.fade=0.0", "kols.trust.kept_promise=0.0", "policy.kols.stream_weeks=0")
    tired = ("kols.trust.fatigue=0.5", "kols.trust.tolerated=0.1", "kols.trust.recent_kept=0.0")
    fresh, worn = market_of(TEXT, tmp_path, *calm), market_of(TEXT, tmp_path, *calm, *tired)
    for market in (fresh, worn):
        market.play(3)
        market.close()
    assert fresh.kols.audience.trust.min() == 1.0
    assert worn.kols.audience.trust.min() < 0.1


# Bad input


@pytest.mark.parametrize(
    ("overrides", "words"),
    [
        ("kols.head=0.9", "head + mid is 1.15, allowed are values up to 1"),
        ("kols.followers.smallest=0.2", "smallest is 0.2, allowed are values up to largest (0.1)"),
        ("kols.count=-1", "kols.count"),
        ("policy.kols.head=1.5", "policy.kols.head"),
        ("policy.kols.heads=0.5", "the nearest"),
    ],
)
def test_bad_input_is_told_in_one_sentence(overrides: str, words: str) -> None:
    with pytest.raises(BadInput) as error:
        load("base", (overrides,))
    assert words in str(error.value)


def test_the_pyramid_is_checked() -> None:
    with pytest.raises(ValidationError, match="head \\+ mid"):
        KolSettings(head=0.6, mid=0.6)


def test_a_timetable_hires_by_week_and_place(tmp_path: Any) -> None:
    change = 'timetable=[{weeks=[2, 3], who=["kols"], set={"policy.kols.head"=0.0}}]'
    market = market_of(TEXT, tmp_path, change)
    posts = []
    for _ in range(4):
        market.step()
        posts.append(int(market.kols.posts.sum()))
    market.close()
    assert posts == [2, 0, 0, 2]
    with pytest.raises(BadInput, match="nobody whom policy"):
        market_of(TEXT, tmp_path, change.replace("kols", "shop", 1))
