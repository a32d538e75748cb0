"""A market that replays a history is its reference twin, and a witness follows what it plays back."""

from pathlib import Path
from typing import Any

import pytest

from channellab.scenarios.files import load
from channellab.scenarios.fitted_market import write_market
from channellab.scenarios.metrics import CATALOGUE
from channellab.scenarios.synthetic import synthetic_tables
from channellab.sim import metrics
from channellab.sim.market import region_table
from channellab.sim.rules import COMPILED

from .cases import Case
from .compare import difference
from .figures import figures, week_by_week
from .photo import agree, photo
from .rules import TWIN
from .sums import check_sums
from .witness import Witness

WEEKS = 14
EMPTY = ("retailers.stock.safety_factor=0.0", "consumers.stock_out.wait=0.3", "consumers.stock_out.leave=0.3")
TIERS = ("distributors.per_region=1", "distributors.price.rule=markup", "retailers.formats.0.price.rule=markup")
VARIANTS: dict[str, tuple[str, ...]] = {
    "the history alone": ("run.weeks=14",),
    "empty shelves": (*EMPTY, "run.weeks=12", "run.warmup=2", "retailers.local_lead_days=9.0"),
    "nobody chooses again": (*EMPTY, "run.weeks=14", "consumers.stock_out.rounds=0"),
    "policies that move prices": (
        *("run.weeks=14", "retailers.stock.safety_factor=2.0", "policy.price.kind=banded", "policy.price.band=0.25"),
        'timetable=[{weeks=[4, 9], set={"policy.price.recommended_discount"=0.1}}]',
        'policy.promotion.events=[{name="sale", weeks=[7, 8], discount=0.2, display=0.5}]',
    ),
    "a tier more, and a discount that passes through it": (
        *TIERS,
        *("run.weeks=14", "consumers.demand.beyond=whole", "consumers.demand.first_week=15"),
        'timetable=[{weeks=[3, 14], set={"policy.price.ex_factory_discount"=0.1}}]',
    ),
    "another year": ("run.weeks=14", "consumers.demand.first_week=18", "policy.development.rate=0.05"),
}


def variant(name: str, folder: Path) -> Case:
    """A market of three shops and six items that replays twenty weeks and more."""
    path = write_market(folder, synthetic_tables(outlets=3, items=3, weeks=22, seed=len(name)))
    scenario = load(str(path), VARIANTS[name]).scenario
    leavers: Any = (("retailers", 0, 9),) if name == "empty shelves" else ()
    return Case(len(name), scenario, region_table(scenario, folder), _leavers(leavers))


def _leavers(rows: Any) -> Any:
    return tuple((week, name, row) for name, row, week in rows)


@pytest.mark.parametrize("name", VARIANTS)
def test_the_compiled_market_is_the_twin(name: str, tmp_path: Path) -> None:
    small = variant(name, tmp_path)
    ours, twins = small.market(COMPILED), small.market(TWIN)
    found = difference(ours, twins)
    while not found and ours.week < WEEKS:
        small.step(ours)
        small.step(twins)
        found = difference(ours, twins)
    assert found == ""
    ours.close()
    twins.close()


@pytest.mark.parametrize("name", VARIANTS)
def test_a_witness_comes_to_the_same_market(name: str, tmp_path: Path) -> None:
    small = variant(name, tmp_path)
    market = small.market(COMPILED)
    witness = Witness(small, market)
    assert witness.history is not None
    opening = photo(market)
    witness.terms.was, witness.terms.rebates = opening, witness.rebates
    witness.history.check_lists(opening)
    witness.history.check_forecasts(opening, witness.terms.shelf)
    for _ in range(WEEKS):
        witness.week()
    check_sums(witness.diary, market)
    expected, found = figures(witness.diary), metrics.summary(market)
    assert list(expected) == list(found) == list(CATALOGUE)
    for metric, value in expected.items():
        agree(metric, WEEKS, value, found[metric])
    for metric, series in metrics.weekly(market).items():
        agree(metric, WEEKS, week_by_week(witness.diary, metric), series.tolist())
    market.close()


def test_what_they_vary_happens(tmp_path: Path) -> None:
    seen: set[str] = set()
    for number, name in enumerate(VARIANTS):
        small = variant(name, tmp_path / str(number))
        market = small.market(COMPILED)
        for _ in range(WEEKS):
            small.step(market)
            shops = market.retailers
            seen |= {"an item was new"} if (shops.on_order[:, 2] > 0).any() else set()
            seen |= {"somebody began to wait"} if shops.waiting.any() else set()
            seen |= {"who waited was served"} if shops.fetched.any() else set()
            seen |= {"somebody took another item"} if (shops.sold - shops.fetched - shops.served).any() else set()
            seen |= {"a policy moved a price"} if market.replay and (market.replay.ratio != 1.0).any() else set()
        market.close()
    assert len(seen) == 5, seen
