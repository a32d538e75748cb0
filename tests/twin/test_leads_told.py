"""The rules of leads are told what the scenario and the shelves say."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from channellab.sim.market import Market
from channellab.sim.rules import COMPILED

from .cases import COUNT, WEEKS, Case, case
from .chain import outlets
from .photo import agree, photo


@pytest.mark.parametrize("number", range(COUNT))
def test_partners_and_those_who_bring_leads_are_told_what_the_scenario_says(number: int, tmp_path: Path) -> None:
    small = case(number, tmp_path)
    told: set[str] = set()

    def arise(week: int, *args: Any) -> Any:
        check_sources(small, market, args[9])
        check_territories(small, market, args[8].tolist())
        told.add("arise")
        return COMPILED.arise(week, *args)

    def advance(week: int, *args: Any) -> Any:
        check_pipeline(small, args[6])
        check_counter(market, args[7])
        told.add("advance")
        return COMPILED.advance(week, *args)

    market = small.market(replace(COMPILED, arise=arise, advance=advance))
    for _ in range(WEEKS):
        small.step(market)
    market.close()
    leads = small.scenario.leads
    chosen = small.scenario.consumers.demand.source == "choice"
    assert ("advance" in told) is (chosen and max(leads.share, leads.media, leads.kol, leads.referral) > 0)
    assert ("arise" in told) is (chosen and max(leads.media, leads.kol, leads.referral) > 0)


def check_sources(small: Case, market: Market, hazards: Any) -> None:
    """Media work as much as the brand spends; opinion leaders and friends as the scenario says."""
    settings, spend = small.scenario.leads, small.scenario.manufacturer.advertising
    media = settings.media * spend * bool(market.manufacturers.active[0])
    agree("sources", market.week, [media, settings.kol, settings.referral], list(hazards[:3]))
    assert hazards.mixed is (small.scenario.consumers.society.mixing == "full")


def check_territories(small: Case, market: Market, territory: list[int]) -> None:
    """An area belongs to the authorised shop that the layout opened first."""
    now, sites = photo(market).retailers, small.scenario.network.sites_per_area
    for area, owner in enumerate(territory):
        here = [o for o, place in enumerate(now.area) if place == area and now.authorised[o]]
        shops = len(now.party)
        stores = [shops + n for n, place in enumerate(market.stores.area) if place == area and market.stores.open[n]]
        assert owner == (min(here, key=lambda o: now.rank[o]) if here else min(stores, default=-1))
        assert len([o for o, place in enumerate(now.area) if place == area]) == sites


def check_pipeline(small: Case, pipeline: Any) -> None:
    """Days, conversions and the effects of knowledge."""
    settings = small.scenario.leads
    assert pipeline.days.tolist() == [stage.days for stage in settings.stages]
    assert pipeline.conversion.tolist() == [stage.conversion for stage in settings.stages]
    assert (pipeline.speed_gain, pipeline.conversion_gain) == (settings.speed_gain, settings.conversion_gain)
    assert pipeline.capacity == (-1 if settings.capacity is None else settings.capacity)
    assert pipeline.stock_out_loss == settings.stock_out_loss


def check_counter(market: Market, counter: Any) -> None:
    """What partners know, who is there, whom the brand supplies, and which units nobody waits for."""
    now, own = photo(market), market.goods.own
    assert counter.knowledge.tolist() == outlets(now, "knowledge")
    assert counter.there.tolist() == outlets(now, "active")
    shops = zip(now.retailers.carries, now.retailers.listed, strict=True)
    supplied = [
        *([carry and show for carry, show in zip(carries, listed[:own], strict=True)] for carries, listed in shops),
        *([on and made for made in row] for on, row in zip(now.stores.open, now.stores.assigned, strict=True)),
        *now.online.assigned,
    ]
    brand = now.manufacturers.active[0]
    assert counter.restocked.tolist() == [[on and brand for on in row] for row in supplied]
    free = [
        [max(units - waits, 0) for units, waits in zip(stock[:own], waiting[:own], strict=True)]
        for stock, waiting in zip(outlets(now, "stock"), outlets(now, "waiting"), strict=True)
    ]
    assert counter.free.tolist() == free
