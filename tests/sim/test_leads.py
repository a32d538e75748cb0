"""Leads in whole markets: metrics by hand, the closed form, and what knowledge, stock-outs and rivals do to them."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from channellab.agents.leads import Origin, Outcome, expected
from channellab.scenarios.errors import BadInput
from channellab.scenarios.files import load
from channellab.sim import metrics, state
from channellab.sim.leads import pipeline, territories
from channellab.sim.ledger import Account, Group
from channellab.sim.market import Market
from channellab.sim.rules import COMPILED

Played = Callable[[str], Market]
LIVELY = str(Path(__file__).parents[1] / "guards" / "lively" / "lively.toml")
STREET = ("online.shops=[]", "policy.online.routing=false", "policy.online.pickup=false")
OFF = ("leads.share=0.0", "leads.media=0.0", "leads.referral=0.0")
CALM = """
[run]
warmup = 0
weeks = 6
seed = 5
reporting_factor = 10.0
[network]
regions = "single"
sites_per_district = 2
sites_per_area = 2
[logistics]
freight_per_unit_km = 0.0
drop_cost = 0.0
[consumers]
count = 60
outlets_considered = 1
rest_weeks = 100
season_amplitude = 0.0
demand = {gumbel_scale = 0.0}
awareness = {initial = 0.5, imitation = 0.0, advertising_effect = 0.0, forgetting = 0.0}
segments = [{name = "all", need = 1.0, price_sensitivity = 0.2, price_sensitivity_spread = 0.0, taste_spread = 0.0}]
[[products]]
name = "Stove"
list_price = 10.0
ex_factory_price = 6.0
unit_cost = 4.0
appeal = 10.0
[[rivals]]
name = "Rival"
lead_days = 1.0
products = [{name = "Other stove", list_price = 7.0, ex_factory_price = 4.0, appeal = 8.0}]
[manufacturer]
stock = {rule = "base_stock", level = 500}
[distributors]
per_region = 0
[retailers]
formats = [{name = "shop", service = 0.0, knowledge = 0.5}]
quality_spread = 0.0
local_lead_days = 1.0
[policy.funds]
district_support = 0.0
"""
"""Plant and two shops. Those who know the brand want it in the first week; the others buy the rival's at once."""

SHORT = """
[retailers.stock]
rule = "base_stock"
level = 4
[leads]
share = 1.0
speed_gain = 0.4
stock_out_loss = 0.0
stages = [
    {name = "contact", days = 5.0, conversion = 1.0, cost = 0.25},
    {name = "quote", days = 10.0, conversion = 1.0, cost = 0.5},
]
"""
"""Four units a shop and week. At knowledge 0.5 the stages take 0.8 of their days: 4 and 8."""


def aware_by_shop(market: Market) -> list[int]:
    """How many consumers knew the brand from the start, by the shop they go to."""
    aware = market.consumers.mind.aware.astype(bool)
    return np.bincount(market.consumers.tastes.candidates[aware, 0], minlength=2).tolist()


def test_cycle_and_costs_by_hand(played: Played) -> None:
    """Leads of the first week arise on day 7, are quoted on day 11 and ready on day 19, in the third week.

    Of those at a shop four order then, after 12 days; for the others the shop orders units, so they do a week later.
    """
    market = played(CALM + SHORT)
    found, shops = metrics.summary(market), aware_by_shop(market)
    people = sum(shops)
    assert min(shops) > 8
    assert found["leads_created"] == pytest.approx(people / 6 * 52 * 10)
    queue = [12.0 if place < 4 else 19.0 for leads in shops for place in range(leads)]
    assert market.leads.open.count == 0
    assert found["lead_conversion"] == 1.0
    assert found["sales_cycle_days"] == pytest.approx(np.mean(queue))
    assert found["units_sold"] == pytest.approx(len(queue) / 6 * 52 * 10)
    assert found["fill_rate"] == 0.0, "nobody wishes for the brand on the spot"
    spent = market.record.flows[Account.LEADS]
    assert spent[Group.RETAILERS, Group.LANDLORDS] == pytest.approx(people * 0.75)
    assert spent.sum() == pytest.approx(people * 0.75)


def test_who_is_lost_goes_to_the_rival(played: Played) -> None:
    """Nobody comes through the quote: all are lost in the third week, and fetch the rival's goods there and then."""
    nobody = SHORT.replace("days = 10.0, conversion = 1.0", "days = 10.0, conversion = 0.0").replace(
        "level = 4", "level = 99"
    )
    loyal, faithless = (played(CALM + nobody + f"lost_to_rival = {share}").record for share in (0.0, 1.0))
    assert loyal.numbers["leads_won"] == faithless.numbers["leads_won"] == [0.0] * 6
    lost = faithless.numbers["leads_closed"]
    assert lost[2] > 0
    assert [week for week, number in enumerate(lost, 1) if number] == [3]
    more = [int(one[1] - other[1]) for one, other in zip(faithless.sku_units, loyal.sku_units, strict=True)]
    assert more == [0, 0, int(lost[2]), 0, 0, 0]
    # Those who stay have need again at once, and ask again.
    assert loyal.numbers["leads_created"][2] == lost[2]


def test_media_bring_leads_to_the_territory_and_are_paid_for_it(played: Played) -> None:
    market = played(
        CALM.replace("stock = {rule", "advertising = 2.0\nstock = {rule")
        + SHORT.replace("share = 1.0", "share = 0.0\nmedia = 50.0\nmedia_cost = 3.0")
        + "[layout]\ncore = 'exclusive'\nexclusive = 0.5\npotential = 'exclusive'\nedge = 'exclusive'\n"
    )
    brought = market.record.numbers["leads_created"]
    aware = int(market.consumers.mind.aware.sum())
    owner = int(np.flatnonzero(market.retailers.authorised)[0])
    assert market.retailers.authorised.sum() == 1
    assert brought[0] == aware
    assert (market.leads.open.outlet == owner).all()
    assert (market.leads.open.origin == Origin.MEDIA).all()
    assert market.record.flows[Account.LEADS, Group.MANUFACTURER, Group.MEDIA] == pytest.approx(3.0 * sum(brought))
    assert ((market.leads.open.created >= 0) & (market.leads.open.created < 42)).all()


def test_an_area_belongs_to_the_partner_picked_first() -> None:
    authorised = np.array([False, True, True, False, False, False], np.bool_)
    assert territories(authorised, np.array([0, 2, 1, 0, 1, 2], np.int32), 3).tolist() == [2, -1]


def test_a_pipeline_does_as_its_closed_form_says() -> None:
    """Where goods are never short, cycle and conversion at constant knowledge are those of the formulas."""
    ample = tuple(f"{tier}.stock.level=99999" for tier in ("retailers", "online", "distributors", "manufacturer"))
    ample += tuple(f"{tier}.stock.rule=base_stock" for tier in ("retailers", "online", "distributors", "manufacturer"))
    known = ("retailers.formats.0.knowledge=0.6", "retailers.formats.1.knowledge=0.6", *STREET)
    stages = "leads.stages=[{name='a', days=3.0, conversion=0.8}, {name='b', days=8.5}, {name='c', conversion=0.7}]"
    scenario = load(
        LIVELY, (*ample, *known, stages, "consumers.count=4000", "leads.share=0.7", "manufacturer.plants=[]")
    ).scenario
    scenario = scenario.model_copy(update={"leads": scenario.leads.model_copy(update={"capacity": None})})
    outcomes: list[int] = []
    days: list[float] = []
    market: Market

    def watched(week: int, *args: Any) -> Any:
        created, born = market.leads.open.created.copy(), args[3]
        outcome = COMPILED.advance(week, *args)
        old = born <= 10
        outcomes.extend(outcome[old & (outcome != Outcome.OPEN)].tolist())
        days.extend((args[5] - created)[old & (outcome == Outcome.WON)].tolist())
        return outcome

    market = Market(scenario, rules=replace(COMPILED, advance=watched))
    market.play(16)
    market.close()
    right = expected(pipeline(scenario.leads), 0.6)
    share, error = (
        np.mean(np.array(outcomes) == Outcome.WON),
        np.sqrt(right.conversion * (1 - right.conversion) / len(outcomes)),
    )
    assert len(outcomes) > 3000
    assert abs(share - right.conversion) <= 4 * error
    assert np.allclose(days, right.days)


SMALL = ("run.warmup=8", "run.weeks=40")


def durables(seed: int, *overrides: str) -> dict[str, float]:
    market = Market(load("durables", (*SMALL, *overrides)).scenario, seed=seed)
    market.play(48)
    market.close()
    assert market.record.goods_imbalance == 0
    assert market.record.money_imbalance <= 1e-9
    return metrics.summary(market)


def by_seed(*overrides: str) -> list[dict[str, float]]:
    return [durables(seed, *overrides) for seed in (1, 2, 3, 4)]


def differences(name: str, one: list[dict[str, float]], other: list[dict[str, float]]) -> tuple[float, float]:
    """Mean of the paired differences, other less one, and its standard error."""
    paired = np.array([after[name] - before[name] for before, after in zip(one, other, strict=True)])
    return float(paired.mean()), float(paired.std(ddof=1) / np.sqrt(paired.size))


@pytest.mark.slow
def test_knowledge_shortens_the_cycle_and_wins_more_leads() -> None:
    plain, trained = by_seed(), by_seed(*(f"retailers.formats.{n}.knowledge=0.95" for n in range(3)))
    shorter, error = differences("sales_cycle_days", plain, trained)
    assert shorter < -4 * error
    better, error = differences("lead_conversion", plain, trained)
    assert better > 4 * error


@pytest.mark.slow
def test_knowledge_without_effect_changes_nothing() -> None:
    off = ("leads.speed_gain=0.0", "leads.conversion_gain=0.0")
    assert durables(1, *off) == durables(1, *off, *(f"retailers.formats.{n}.knowledge=0.95" for n in range(3)))


@pytest.mark.slow
def test_stock_outs_win_fewer_leads() -> None:
    plain, short = by_seed(), by_seed("retailers.stock.safety_factor=0.4")
    fewer, error = differences("lead_conversion", plain, short)
    assert fewer < -4 * error


def test_a_partner_orders_for_a_lead_that_finds_no_unit(played: Played) -> None:
    """Shops that expect no sales keep no stock; each orders for those who are ready in the third week."""
    empty = SHORT.replace('rule = "base_stock"\nlevel = 4', 'rule = "base_stock"\nlevel = 0')
    market = played(CALM + empty)
    people = sum(aware_by_shop(market))
    assert market.record.numbers["leads_won"] == [0, 0, 0, people, 0, 0]
    assert metrics.summary(market)["sales_cycle_days"] == pytest.approx(12.0 + 7.0)


@pytest.mark.slow
def test_rest_of_the_market_is_as_before_where_there_are_no_leads() -> None:
    none = durables(1, *OFF)
    assert none["leads_created"] == none["lead_conversion"] == none["sales_cycle_days"] == 0.0
    assert none == durables(1, *OFF, "leads.capacity=1", "leads.stock_out_loss=1.0", "leads.lost_to_rival=1.0")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("leads.share=1.5", "leads.share is 1.5, allowed are values up to 1"),
        ("leads.stages=[]", "leads.stages has 0 entries, allowed are at least 1"),
        ('leads.stages=[{name="a"}, {name="a"}]', "leads.stages name 'a' twice, allowed are different names"),
        ('leads.stages=[{name="a", days=-1.0}]', "leads.stages.0.days is -1.0, allowed are values from 0"),
        ("leads.capacity=0", "leads.capacity is 0, allowed are values from 1"),
        ("retailers.formats.0.knowledge=2.0", "retailers.formats.0.knowledge is 2.0, allowed are values up to 1"),
    ],
)
def test_bad_leads_are_answered_in_one_sentence(change: str, words: str) -> None:
    with pytest.raises(BadInput) as error:
        load(LIVELY, (change,))
    assert words in str(error.value)


def test_leads_go_on_from_a_file(tmp_path: Path) -> None:
    market = Market(load(LIVELY, ("leads.share=0.8",)).scenario)
    market.play(6)
    assert market.leads.open.count > 0
    market.save(tmp_path / "saved.npz")
    other = Market.load(tmp_path / "saved.npz")
    for one in (market, other):
        one.play(5)
        one.close()
    expected, found = state.dump(market), state.dump(other)
    assert [name for name in expected if expected[name].tobytes() != found[name].tobytes()] == []
