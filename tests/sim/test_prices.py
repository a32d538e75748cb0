"""Prices that outlets set for themselves, week by week, against figures worked out on paper."""

from collections.abc import Callable
from pathlib import Path
from statistics import fmean, pstdev

import numpy as np
import pytest

from channellab.scenarios.errors import BadInput
from channellab.scenarios.files import load
from channellab.scenarios.policies.prices import Moments, Pricers, best_price, estimated_elasticity, learn
from channellab.sim import metrics
from channellab.sim.market import Market

Played = Callable[[str], Market]

STREET = """
[run]
warmup = 0
weeks = {weeks}
[network]
regions = "single"
sites_per_district = {sites}
sites_per_area = {sites}
[consumers]
count = 10
outlets_considered = 1
demand = {{source = "declared", law = "constant", mean = 2.0}}
[[products]]
name = "Tea"
list_price = 10.0
distributor_price = 7.0
ex_factory_price = 6.0
unit_cost = 4.0
[retailers]
local_lead_days = 1.0
stock = {{rule = "base_stock", level = 20}}
formats = [{formats}]
{more}
"""


def street(formats: str, sites: int = 2, weeks: int = 12, more: str = "") -> str:
    return STREET.format(formats=formats, sites=sites, weeks=weeks, more=more)


def prices(text: str, folder: Path) -> list[list[float]]:
    """Prices at the counter, week by week and shop by shop."""
    path = folder / "market.toml"
    path.write_text(text)
    market = Market(load(str(path)).scenario)
    seen = []
    for _ in range(market.scenario.run.weeks):
        market.step()
        seen.append(market.counter_price[:, 0].tolist())
    market.close()
    return seen


def test_two_who_undercut_each_other_go_down_to_their_floor(tmp_path: Path) -> None:
    rule = 'price = {rule = "undercut", undercut = 0.1, floor_margin = 0.1}'
    found = prices(street(f'{{name = "shop", {rule}}}', weeks=5), tmp_path)
    # 10, 9, 8.1, then 7.29, which is less than the purchase price of 7 with a margin of a tenth.
    assert np.array(found) == pytest.approx(np.repeat([[10.0], [9.0], [8.1], [7.7], [7.7]], 2, axis=1))


def test_nobody_to_undercut_leaves_the_list_price(tmp_path: Path) -> None:
    rule = 'price = {rule = "undercut", undercut = 0.1}, price_spread = 0.1'
    found = prices(street(f'{{name = "shop", {rule}}}', sites=1, weeks=4), tmp_path)
    assert len({price for (price,) in found}) == 1
    assert found[0][0] != 10.0


def test_online_shops_undercut_each_other_and_not_the_street(played: Played) -> None:
    online = """
        [online]
        lead_days = 1.0
        shops = [{name = "Mall", price = {rule = "undercut", undercut = 0.2}}, {name = "Deal", discount = 0.3}]
        """
    text = street('{name = "shop", price = {rule = "markup", markup = 0.0}}', weeks=3, more=online)
    market = played(text.replace('demand = {source = "declared", law = "constant", mean = 2.0}', ""))
    # 7 on the street, 10 x .7 at Deal: 7 x .8 is below the cost of 6 x 1.05.
    assert market.online.price[:, 0] == pytest.approx([6.3, 7.0])


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        ('kind = "free"', [7.7, 12.6]),
        ('kind = "uniform"', [10.0, 10.0]),
        ('kind = "uniform"\nrecommended_discount = 0.2', [8.0, 8.0]),
        ('kind = "banded"', [9.0, 11.0]),
        ('kind = "banded"\nband = 0.25', [7.7, 12.5]),
        ('kind = "banded"\nband = 0.95', [7.7, 12.6]),
    ],
)
def test_policy_holds_prices_to_the_recommended_one(policy: str, expected: list[float], played: Played) -> None:
    formats = """
        {name = "low", share = 0.5, price = {rule = "markup", markup = 0.1}},
        {name = "high", share = 0.5, price = {rule = "markup", markup = 0.8}}"""
    market = played(street(formats, sites=4, weeks=2, more=f"[policy.price]\n{policy}"))
    assert sorted(set(market.retailers.format.tolist())) == [0, 1]
    assert market.retailers.price[:, 0] == pytest.approx(np.array(expected)[market.retailers.format])


def test_policy_binds_only_whom_it_names_and_who_carries_the_brand(played: Played) -> None:
    formats = """
        {name = "low", share = 0.5, service = 0.5, price = {rule = "markup", markup = 0.1}},
        {name = "high", share = 0.5, service = 0.5, price = {rule = "markup", markup = 0.8}}"""
    entry = '[[timetable]]\nweeks = [1, 9]\nwho = ["high"]\nset = {"policy.price.kind" = "uniform"}'
    market = played(street(formats, sites=8, weeks=2, more=f"[layout]\nintensive = 0.75\n{entry}"))
    shops = market.retailers
    held = (shops.format == 1) & shops.authorised
    assert 0 < held.sum() < (shops.format == 1).sum()
    assert shops.price[held, 0] == pytest.approx(10.0)
    assert shops.price[(shops.format == 1) & ~held, 0] == pytest.approx(12.6)
    assert shops.price[shops.format == 0, 0] == pytest.approx(7.7)


CHAINS = """
    {name = "key", share = 0.5, chains = 2, chain_spread = 0.1, price_spread = 0.02},
    {name = "chain", share = 0.3, chains = 3, chain_spread = 0.2},
    {name = "independent", share = 0.2, price_spread = 0.3}"""


def test_dispersion_within_and_between_chains_by_hand(played: Played) -> None:
    market = played(street(CHAINS, sites=24, weeks=3))
    shops = market.retailers
    assert (shops.held[:, 0] > 0).all()
    chain, price = shops.chain.tolist(), market.counter_price[:, 0].tolist()
    of = {number: [p for c, p in zip(chain, price, strict=True) if c == number] for number in set(chain) - {-1}}
    assert sorted(of) == [0, 1, 256, 257, 258]
    within = [pstdev(asked) / fmean(asked) for asked in of.values() if len(asked) > 1]
    means = [fmean(asked) for asked in of.values()]
    found = metrics.summary(market)
    assert found["dispersion_within_chains"] == pytest.approx(fmean(within), abs=1e-6)
    assert found["dispersion_between_chains"] == pytest.approx(pstdev(means) / fmean(means))
    assert found["price_dispersion"] == pytest.approx(pstdev(price) / fmean(price))
    assert [pstdev(of[number]) < 1e-9 for number in (256, 257, 258)] == [True] * 3


def test_shops_stay_with_their_chain_when_there_are_more_sites_or_formats(played: Played) -> None:
    few, many = (played(street(CHAINS, sites=sites, weeks=1)).retailers for sites in (12, 24))
    assert few.chain.tolist() == many.chain[:12].tolist()
    assert few.price_factor.tolist() == many.price_factor[:12].tolist()


def test_a_chain_prices_as_one_in_a_region(played: Played) -> None:
    formats = '{name = "chain", chains = 2, price = {rule = "margin_optimal", experiment = 0.05}}'
    market = played(street(formats, sites=12, weeks=6))
    assert market.pricing.size.sum() == 12
    assert market.pricing.key.size == 2
    for chain in (0, 1):
        assert len(set(market.retailers.price[market.retailers.chain == chain, 0].tolist())) == 1


HOW = Pricers(*(np.array([[value]]) for value in (2.0, 1.0, 0.1, 0.5, 0.1, 0.5)))
"""Elasticity 2 believed, with a spread of 1; a tenth for the newest week; half-way a week; floor 10 %, bounds 50 %."""


def moments(*weeks: tuple[float, float]) -> Moments:
    seen = Moments(*(np.zeros((1, 1)) for _ in Moments._fields))
    for price, units in weeks:
        seen = learn(HOW, seen, np.array([[price]]), np.array([[units]]))
    return seen


def test_moments_are_plain_ones_at_first() -> None:
    seen = moments((10.0, 8.0), (12.0, 4.0), (11.0, 3.0))
    # Changes of 2 and -1 in price, of -4 and -1 in units.
    expected = [3, 11, 5, 11, 3, (4 + 1) / 2, (16 + 1) / 2, (-8 + 1) / 2]
    assert [float(value[0, 0]) for value in seen] == pytest.approx(expected)


def test_a_week_without_shops_teaches_nothing() -> None:
    assert moments((10.0, 8.0), (np.nan, np.nan), (12.0, 4.0)) == moments((10.0, 8.0), (12.0, 4.0))


def test_a_price_that_has_not_varied_leaves_the_belief() -> None:
    for seen in (moments((10.0, 8.0), (10.0, 4.0)), moments(*[(p, 0.0) for p in (9.0, 11.0, 10.0)])):
        assert estimated_elasticity(HOW, seen) == 2.0


def test_an_exact_line_is_trusted_wholly() -> None:
    # 30 - 2 p: at the mean price of 10 the elasticity is 2 x 10 / 10 = 2, at 12 it is 4.
    seen = moments(*[(price, 30 - 2 * price) for price in (11.0, 12.0, 13.0)])
    assert estimated_elasticity(HOW, seen) == pytest.approx(4.0)


def test_noise_is_weighed_against_the_belief_by_hand() -> None:
    weeks = [(9.0, 12.0), (11.0, 10.0), (9.0, 10.0), (11.0, 8.0)]
    # Means 10 and 10. Price moves by 2, -2, 2 and units by -2, 0, -2: mean squares 4 and 8/3, mean product -8/3. The
    # slope -2/3 is an elasticity of 2/3; about the line lie 8/3 - 16/9 = 8/9. Three changes less one: a squared error
    # of 8/9 x 100 / (2 x 4 x 100) = 1/9 against 1, so that nine tenths are believed.
    assert estimated_elasticity(HOW, moments(*weeks)) == pytest.approx(2.0 + 0.9 * (2 / 3 - 2.0))


def test_the_best_price_by_hand() -> None:
    seen = moments(*[(price, 30 - 2 * price) for price in (11.0, 12.0, 13.0)])
    start, paid, before = (np.array([[value]]) for value in (10.0, 5.0, 12.0))
    # Choke price 15: best is (15 + 5) / 2 = 10, and half the way from 12 is 11.
    assert best_price(HOW, seen, before, start, paid) == pytest.approx(11.0)
    assert best_price(HOW, seen, before, 0.7 * start, paid) == pytest.approx(10.5)  # at most 7 x 1.5
    assert best_price(HOW, seen, before, start, 2.8 * paid) == pytest.approx(15.0)  # the floor is 15.4, the bound 15
    assert best_price(HOW, moments(), before, start, paid) == 10.0


@pytest.mark.parametrize(
    ("override", "words"),
    [
        ("policy.price.kind=loose", "policy.price.kind"),
        ("policy.price.band=1.5", "policy.price.band"),
        ("retailers.formats.0.chains=-1", "retailers.formats.0.chains"),
        ("retailers.formats.0.chain_spread=-0.1", "retailers.formats.0.chain_spread"),
        ("retailers.formats.0.price.rule=cheapest", "retailers.formats.0.price.rule"),
        ("retailers.formats.0.price.elasticity=0.0", "retailers.formats.0.price.elasticity"),
        ("retailers.formats.0.price.adjustment=0.0", "retailers.formats.0.price.adjustment"),
        ("distributors.price.rule=undercut", "distributors.price.rule"),
        ("manufacturer.price.rule=margin_optimal", "manufacturer.price.rule"),
        ("distributors.price.floor_margin=0.1", "distributors.price.floor_margin"),
        ('timetable=[{weeks=[1, 2], who=["distributors"], set={"policy.price.kind"="uniform"}}]', "timetable.0.who"),
    ],
)
def test_bad_input_is_named(override: str, words: str) -> None:
    with pytest.raises(BadInput) as caught:
        load("base", (override,))
    assert words in str(caught.value)
