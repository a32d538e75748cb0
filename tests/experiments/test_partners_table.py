"""The table of partners says of each what the market knows of it."""

from pathlib import Path

import pytest

from channellab.experiments.play import play
from channellab.scenarios.files import load
from channellab.scenarios.metrics import WEEKS_PER_YEAR
from channellab.sim.goodwill import partners_of
from channellab.sim.market import Market

LIVELY = str(Path(__file__).parents[1] / "guards" / "lively" / "lively.toml")


def test_partners_are_told_as_the_market_has_them() -> None:
    loaded = load(LIVELY)
    run = play(loaded, 7)
    table, settings = run.partners, loaded.scenario.run
    market = Market(loaded.scenario, seed=7)
    market.play(settings.warmup + settings.weeks)
    member = partners_of(market)
    assert len(table) == member.sum() > 10
    assert table["partner"].is_unique
    assert set(table["region"]) <= set(run.regions["region"])
    last = run.weekly["partner_satisfaction"].iloc[-1]
    assert table["satisfaction"].mean() == pytest.approx(last)
    assert table["attempts"].sum() == market.partners.attempts[member].sum() > 0
    assert table["caught"].sum() == market.partners.caught[member].sum() > 0
    per_year = settings.reporting_factor * WEEKS_PER_YEAR / settings.weeks
    assert table["units_received"].sum() == pytest.approx(market.record.partner_units[member].sum() * per_year)
    assert table["units_received"].max() > 0
