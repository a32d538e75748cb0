"""What is vectorised outside the rules agrees with the witness: worlds, terms, goods, money, records, metrics."""

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from channellab.scenarios.metrics import CATALOGUE
from channellab.scenarios.settings.products import SkuSettings
from channellab.sim import metrics
from channellab.sim.market import Market
from channellab.sim.rules import COMPILED

from .cases import COUNT, WEEKS, Case, case
from .chain import OUTLETS, outlets
from .development import displays
from .draws import BITS, GOLDEN
from .figures import figures, week_by_week
from .goods import sells
from .handover import delivery_days
from .leaders import Leaders
from .people import People
from .photo import agree, photo
from .sums import check_sums
from .terms import Terms
from .witness import Witness
from .world import World

SLOTS_OF_A_BRAND = 32
"""Numbers kept for the SKUs of a brand."""


@pytest.mark.parametrize("number", range(COUNT))
def test_a_world_is_drawn_as_declared(number: int, tmp_path: Path) -> None:
    small = case(number, tmp_path)
    market = small.market(COMPILED)
    People(small.scenario, small.table, small.seed).check(market)
    World(small.scenario, small.table, small.seed).check(photo(market))
    Leaders(small.scenario, small.table, small.seed, photo(market)).check_world(photo(market))
    market.close()


@pytest.mark.parametrize("number", range(COUNT))
def test_weeks_and_metrics_are_what_the_witness_counts(number: int, tmp_path: Path) -> None:
    check_run(case(number, tmp_path))


@pytest.mark.slow
def test_so_they_are_in_many_more_markets(tmp_path: Path) -> None:
    for number in range(COUNT, COUNT + 60):
        check_run(case(number, tmp_path))


def check_run(small: Case) -> None:
    """Plays a market under the eyes of the witness, who then works out sums and metrics."""
    market = small.market(COMPILED)
    witness = Witness(small, market)
    for _ in range(WEEKS):
        witness.week()
    check_sums(witness.diary, market)
    expected, found = figures(witness.diary), metrics.summary(market)
    assert list(expected) == list(found) == list(CATALOGUE)
    for name, value in expected.items():
        agree(name, WEEKS, value, found[name])
    for name, series in metrics.weekly(market).items():
        agree(name, WEEKS, week_by_week(witness.diary, name), series.tolist())
    market.close()


@pytest.mark.parametrize("number", range(COUNT))
def test_shoppers_and_listeners_are_told_what_the_scenario_says(number: int, tmp_path: Path) -> None:
    small = case(number, tmp_path)
    told: list[str] = []

    def hear(week: int, *args: Any) -> None:
        check_hazards(small, market, args)
        told.append("media")
        COMPILED.hear(week, *args)

    def in_need(week: int, season: float, *args: Any) -> Any:
        check_season(small, market, season)
        told.append("season")
        return COMPILED.in_need(week, season, *args)

    def shop(week: int, coming: Any, *args: Any) -> Any:
        check_shelf(small, market, args[3])
        check_behaviour(small, args[2], args[5])
        told.append("shelf")
        return COMPILED.shop(week, coming, *args)

    market = small.market(replace(COMPILED, hear=hear, in_need=in_need, shop=shop))
    for _ in range(WEEKS):
        small.step(market)
    chosen = small.scenario.consumers.demand.source == "choice"
    assert told == ["media", "season", "shelf"] * WEEKS if chosen else ["media"] * WEEKS
    market.close()


def check_hazards(small: Case, market: Market, args: Any) -> None:
    """What media and talk do, and that everybody hears everybody only where the scenario says so."""
    awareness, spend = small.scenario.consumers.awareness, small.scenario.manufacturer.advertising
    media = awareness.advertising_effect * spend * market.manufacturers.active[0]
    told = (awareness.innovation + media, awareness.imitation, awareness.forgetting)
    agree("hazards", market.week, told, args[4:7])
    assert args[7] is (small.scenario.consumers.society.mixing == "full")


def check_season(small: Case, market: Market, season: float) -> None:
    """Need of the week over its mean."""
    consumers = small.scenario.consumers
    turn = 2 * math.pi * (market.measured_week - 1 - consumers.season_peak) / 52
    agree("season", market.week, 1 + consumers.season_amplitude * math.cos(turn), season)


def check_shelf(small: Case, market: Market, shelf: Any) -> None:
    """Utility before price and service of every offer that is listed, and prices as last set."""
    now = photo(market)
    skus: list[tuple[SkuSettings, bool]] = [(sku, True) for sku in small.scenario.products]
    skus += [
        (sku, bool(market.rivals.active[row]))
        for row, rival in enumerate(small.scenario.rivals)
        for sku in rival.products
    ]
    own, calendar = len(small.scenario.products), Terms(small.scenario, small.table, small.seed).calendar
    local = displays(small.scenario, now)
    places = [(name, row) for name in OUTLETS for row in range(len(getattr(now, name).party))]
    for o, (stock, quality, active) in enumerate(
        zip(outlets(now, "stock"), outlets(now, "quality"), outlets(now, "active"), strict=True)
    ):
        for k, (sku, lives) in enumerate(skus):
            # What an outlet does not carry any more is sold out; the brand's own online shops never had rivals' goods.
            name, row = places[o]
            carried = sells(name, getattr(now, name), row, k, own)
            down = k < own and outlets(now, "taken_down")[o] >= market.week
            listed = active and ((lives and carried) or stock[k] > 0) and not down
            display = calendar.display(now, name, row) + local.get((name, row), 0.0) if k < own else 0.0
            resents = now.partners.resentment[now.retailers.party[row]] if name == "retailers" and k < own else 0.0
            held_back = (
                small.scenario.conflict.push_withheld
                * resents
                * (name == "retailers" and now.retailers.authorised[row])
            )
            value = sku.appeal + quality + display - held_back if listed else -math.inf
            agree(f"utility of {o}, {k}", market.week, value, float(shelf.utility[o, k]))
    agree("shelf prices", market.week, market.counter_price.tolist(), shelf.price.tolist())
    assert shelf.first_online == len(now.retailers.party) + len(now.stores.party)
    brands = [small.scenario.products, *(rival.products for rival in small.scenario.rivals)]
    luck = [brand * SLOTS_OF_A_BRAND + n for brand, products in enumerate(brands) for n in range(len(products))]
    agree("luck of the SKUs", market.week, [n * GOLDEN % BITS for n in luck], shelf.sku_key.tolist(), exactly=True)
    days = delivery_days(small.scenario, now.online)
    groups = [shop.group_size if shop.kind == "group_buying" else 1 for shop in small.scenario.online.shops]
    agree("sizes of groups", market.week, groups, shelf.group_size.tolist())
    agree("days of delivery", market.week, days, shelf.delivery.tolist())


def check_behaviour(small: Case, segments: Any, habits: Any) -> None:
    """Shoppers behave as the settings of the same names say."""
    consumers = small.scenario.consumers
    tables = (consumers.memory, consumers.stock_out, consumers.awareness, consumers)
    assert habits.advice == small.scenario.leads.share
    for name, value in habits._asdict().items():
        if name == "advice":
            continue
        assert value == next(getattr(table, name) for table in tables if name in type(table).model_fields), name
    for name, column in segments._asdict().items():
        assert column.tolist() == [getattr(segment, name) for segment in consumers.segments], name
