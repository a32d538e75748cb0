"""How diverted goods are found and what becomes of a partner whose contract ends, worked out with pencil and paper.

The market is that of the tests of diversion: five units a week go from the west to the east, worth 50 there.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

from channellab.scenarios.errors import BadInput
from channellab.scenarios.files import load
from channellab.sim import metrics, state
from channellab.sim.chain import SELLERS
from channellab.sim.ledger import Account
from channellab.sim.market import Market

from .test_diversion import MARKET, STRICT, UNITS

Play = Callable[..., Market]
WEST, EAST = 0, 1


def market_of(tmp_path: Path, protection: str, *overrides: str) -> Market:
    path = tmp_path / "market.toml"
    path.write_text(MARKET.replace("detection = 1.0\n", STRICT + protection))
    return Market(load(str(path), overrides).scenario)


@pytest.fixture
def play(tmp_path: Path) -> Play:
    def played(protection: str, *overrides: str, weeks: int = 3) -> Market:
        market = market_of(tmp_path, protection, *overrides)
        market.play(weeks)
        market.close()
        return market

    return played


def numbers(market: Market, name: str) -> list[float]:
    return market.record.numbers[name]


def test_who_scans_finds_goods_later(play: Play) -> None:
    """Scanned for sure, the case of the first week ends on day ten, in the second week."""
    market = play("scan_rate = 1.0\nscan_days = 10.0\n")
    assert numbers(market, "found_by_scans") == numbers(market, "found_by_any") == [1, 1, 1]
    assert market.partners.caught[market.distributors.party].tolist() == [2, 0]
    assert metrics.summary(market)["detected_by_scans"] == 1.0
    assert metrics.summary(market)["detected_by_codes"] == 0.0
    assert metrics.summary(market)["policing_cost"] == 0.0


def test_only_members_scan(play: Play) -> None:
    """There are none."""
    assert numbers(play("member_scan_rate = 1.0\n"), "found_by_scans") == [0, 0, 0]


def test_alarms_come_of_shipments(play: Play) -> None:
    """The discount holds in weeks 3 to 6, when the west ships 15 units instead of 10, and the east 5.

    In week 3 that is half more than usual; later it is part of what is usual. In week 7 the east ships 10 units again,
    half more than the mean of two tens and four fives: an innocent is accused.
    """
    entry = 'timetable=[{weeks=[3, 6], where=["WEST"], set={"policy.price.ex_factory_discount"=0.3333333333333333}}]'
    market = play("anomaly_threshold = 0.4\nhistory_weeks = 20\n", entry, "run.weeks=8", weeks=8)
    assert numbers(market, "diverted_units") == [0, 0, UNITS, UNITS, UNITS, UNITS, 0, 0]
    assert numbers(market, "found_by_anomaly") == [0, 0, 1, 0, 0, 0, 0, 0]
    assert numbers(market, "false_accusations") == [0, 0, 0, 0, 0, 0, 1, 0]
    # Two distributors for eight weeks.
    assert metrics.summary(market)["false_accusations"] == 52 / 16
    assert metrics.summary(market)["detection_rate"] == 1 / 4
    usual = market.partners.usual_shipments[market.distributors.party]
    assert usual == pytest.approx([(4 * 15 + 4 * 10) / 8, (4 * 5 + 4 * 10) / 8])


def test_a_short_memory_forgets_what_was_usual(play: Play) -> None:
    market = play("anomaly_threshold = 0.4\nhistory_weeks = 1\n")
    assert market.partners.usual_shipments[market.distributors.party].tolist() == [15, 5]


def test_audits_find_goods_and_are_resented_where_there_are_none(play: Play) -> None:
    market = play("audits = 1.0\naudit_finds = 1.0\naudit_cost = 7.0\n", "conflict.from_audit=0.25")
    assert numbers(market, "audits") == [2, 2, 2]
    assert numbers(market, "found_by_audits") == [1, 1, 1]
    assert metrics.summary(market)["policing_cost"] == 52 * 2 * 7.0
    assert market.grey.searched[market.distributors.party].tolist() == [False, True]
    # The east's distributor resents half of its orders lost and the audit, the newest week with a weight of 0.2.
    resented = market.partners.resentment[market.distributors.party]
    felt = 0.0
    for _ in range(3):
        felt += 0.2 * (0.5 - felt)
    assert resented[EAST] == pytest.approx(felt), "no more than the half of which it is content"
    assert play("audits = 1.0\naudit_finds = 0.0\n").partners.caught.sum() == 0


def test_no_more_are_audited_than_there_are(play: Play) -> None:
    assert numbers(play("audits = 9.0\n"), "audits") == [2, 2, 2]


def test_half_an_audit_is_one_every_other_week(play: Play) -> None:
    audits = sum(numbers(play("audits = 0.5\n", "run.weeks=100", weeks=100), "audits"))
    assert audits == pytest.approx(100, abs=20)


def test_suspects_are_audited_first(tmp_path: Path) -> None:
    """Of two distributors in each region only the first has buyers; in week 3 it also sells to the east.

    Once it is caught its colleague does, who has no past in week 4, so that nothing of it can be unusual yet.
    """
    protection = 'audits = 1.0\naudit_target = "suspects"\naudit_finds = 1.0\n'
    entry = 'timetable=[{weeks=[3, 6], where=["WEST"], set={"policy.price.ex_factory_discount"=0.3333333333333333}}]'
    market = market_of(tmp_path, protection, "distributors.per_region=2", "diversion.pressure=0.0", entry)
    market.play(6)
    market.close()
    assert numbers(market, "offences") == [0, 0, 1, 1, 1, 1]
    assert numbers(market, "found_by_audits") == [0, 0, 1, 0, 1, 1]
    assert market.grey.searched[market.distributors.party].tolist()[:2] == [False, False]


ENDS = "scan_rate = 1.0\nscan_days = 1.0\ndamages_cases = 1\ndeposit = 30.0\n"


def test_the_second_case_ends_the_contract(tmp_path: Path) -> None:
    """Damages for both cases; on Monday of week 3 the west's distributor is gone and the brand supplies its shop."""
    market = market_of(tmp_path, ENDS)
    distributors, shops = market.distributors, market.retailers
    party = int(distributors.party[WEST])
    market.play(2)
    assert market.partners.exited[party] == 2
    assert distributors.active[WEST]
    assert SELLERS[shops.supplier_tier[WEST]] == "distributors"
    left = distributors.stock[WEST].copy()
    owed = shops.owed[WEST].copy()
    market.step()
    assert not distributors.active[WEST]
    assert SELLERS[shops.supplier_tier[WEST]] == "plants"
    assert SELLERS[shops.supplier_tier[EAST]] == "distributors"
    assert left.any()
    assert market.books["distributors"].scrapped[WEST].tolist() == left.tolist()
    assert shops.purchase_price[WEST, 0] == pytest.approx(6.0), "ex factory, with the discount of the west"
    # The plant delivers what the shop orders in week 3 and what it was owed.
    assert market.ledger.entries[Account.EX_FACTORY, shops.party[WEST]] < 0.0
    assert (shops.owed[WEST] <= owed).all()
    assert market.ledger.entries[Account.DEPOSITS, party] == 30.0
    assert market.ledger.entries[Account.PENALTIES, party] == 0.0
    assert numbers(market, "diverted_units") == [UNITS, UNITS, 0]
    assert numbers(market, "exits") == [0, 1, 0]
    assert metrics.summary(market)["partner_exit_rate"] == pytest.approx(52 / (4 + 4 + 3))
    assert market.record.goods_imbalance == 0
    assert market.record.money_imbalance <= 1e-9
    market.close()


def test_a_colleague_takes_over(play: Play) -> None:
    market = play(
        ENDS, "distributors.per_region=2", "diversion.pressure=0.0", "policy.protection.damages_cases=0", weeks=2
    )
    row = market.retailers.supplier[WEST]
    assert SELLERS[market.retailers.supplier_tier[WEST]] == "distributors"
    assert market.distributors.region[row] == market.retailers.region[WEST]
    assert row != WEST
    assert market.distributors.active[row]


def test_who_has_left_is_not_hired_again(play: Play) -> None:
    """No layout gives it work, and nothing else happens to it."""
    entry = 'timetable=[{weeks=[1, 9], where=["WEST"], set={"policy.price.ex_factory_discount"=0.3333333333333333}}'
    entry += ', {weeks=[5, 6], set={"layout.supply.core"="direct", "layout.supply.potential"="direct"}}]'
    market = play(ENDS, entry, "run.weeks=9", weeks=9)
    west = market.distributors.party[WEST]
    assert not market.distributors.contracted[WEST]
    assert market.distributors.stock[WEST].sum() == 0
    assert market.partners.exited[west] == 2
    assert market.partners.caught[west] == 2
    assert market.partners.deposit[west] == 0.0


@pytest.mark.parametrize("week", [1, 2, 3])
def test_a_market_saved_around_an_exit_goes_on_as_if_it_had_not_been(week: int, play: Play, tmp_path: Path) -> None:
    saved, whole = play(ENDS, weeks=week), play(ENDS, weeks=6)
    saved.save(tmp_path / "saved.npz")
    for market in (Market.load(tmp_path / "saved.npz"), saved):
        market.play(6 - week)
        market.close()
        one, other = state.dump(market), state.dump(whole)
        assert [name for name in one if one[name].tobytes() != other[name].tobytes()] == []


def test_a_case_below_what_the_partner_brings_is_overlooked(play: Play) -> None:
    strict, lenient = (play(f"detection = 1.0\ntolerance = {share}\n") for share in (0.0, 1.0))
    assert strict.partners.caught.sum() > lenient.partners.caught.sum() == 0
    assert strict.partners.attempts.sum() == lenient.partners.attempts.sum()


def test_two_ways_make_one_case(play: Play) -> None:
    """Found at once by codes and by an audit, a consignment is one case, which ends when the first way says so."""
    market = play("detection = 1.0\naudits = 1.0\naudit_finds = 1.0\ntrace_days = 30.0\n")
    assert numbers(market, "found_by_codes") == numbers(market, "found_by_audits") == [1, 1, 1]
    assert market.partners.caught[market.distributors.party[WEST]] == 3
    assert not market.grey.cases


@pytest.mark.parametrize(
    ("override", "message"),
    [
        (
            "policy.protection.deduction=9.0",
            "policy.protection.damages is 3, allowed are values from deduction (9), the step before",
        ),
        (
            "policy.protection={damages_cases=0, stop_weeks=2, detection=0.5}",
            "policy.protection.stop_weeks is 2, but damages_cases is 0 and the first case with damages",
        ),
        (
            "policy.protection={stop_weeks=2, detection=0.0}",
            "policy.protection.stop_weeks is 2, but nothing is ever found; give detection, scan_rate,",
        ),
        (
            "policy.protection={damages_cases=3, detection=0.0}",
            "policy.protection.damages_cases is 3, but nothing is ever found; give detection, scan_rate,",
        ),
        ("policy.protection.anomaly_threshold=0.0", "policy.protection.anomaly_threshold is 0.0, allowed are values"),
        ("policy.protection.audit_target=all", "policy.protection.audit_target is 'all', allowed are"),
    ],
)
def test_bad_input_is_named(override: str, message: str) -> None:
    with pytest.raises(BadInput) as error:
        load("base", (override,))
    assert message in str(error.value).replace(": ", " ")


def test_what_is_refused_is_one_sentence() -> None:
    with pytest.raises(BadInput) as error:
        load("base", ("policy.protection={stop_weeks=2, detection=0.0}",))
    assert "\n" not in str(error.value)
