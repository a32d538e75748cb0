"""The timetable: what holds when, where and for whom; and every way to contradict oneself."""

from typing import Any, Self

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import model_validator

from channellab.scenarios import timetable
from channellab.scenarios.errors import BadInput
from channellab.scenarios.keys import frozen
from channellab.scenarios.settings import Scenario

REGIONS = ("BJ", "SH", "GS")
ROLES = ("core", "core", "edge")
DISCOUNT, ADVICE, CORE = "policy.price.ex_factory_discount", "policy.price.recommended_discount", "layout.core"


def scenario(*entries: dict[str, Any]) -> Scenario:
    formats = ({"name": "chain", "share": 0.5}, {"name": "corner", "share": 0.5})
    table = {"products": ({"name": "A"},), "retailers": {"formats": formats}, "timetable": entries}
    return Scenario.model_validate(frozen(table))


def entry(weeks: tuple[int, int], key: str = DISCOUNT, value: Any = 0.1, **rest: Any) -> dict[str, Any]:
    return {"weeks": weeks, "set": {key: value}, **rest}


def check(*entries: dict[str, Any]) -> None:
    timetable.check(scenario(*entries), REGIONS, ROLES, "mine.toml")


def complaint(*entries: dict[str, Any]) -> str:
    with pytest.raises(BadInput) as caught:
        check(*entries)
    return str(caught.value)


def discount(market: Scenario, week: int, region: str = "BJ", role: str = "core", group: str = "chain") -> float:
    return timetable.effective(market, week, region, role, group).policy.price.ex_factory_discount


# What holds


def test_without_entries_the_scenario_holds() -> None:
    market = scenario()
    terms = timetable.effective(market, 1, "BJ", "core", "chain")
    assert terms == timetable.Terms(market.policy, market.layout)
    assert timetable.active_entries(market, 1) == ()


def test_entries_hold_from_first_to_last_week_and_not_in_the_warm_up() -> None:
    market = scenario(entry((1, 2)), entry((4, 9), value=0.2))
    assert [discount(market, week) for week in (-3, 0, 1, 2, 3, 4, 9, 10)] == [0, 0, 0.1, 0.1, 0, 0.2, 0.2, 0]
    assert [timetable.active_entries(market, week) for week in (0, 2, 3, 9)] == [(), (0,), (), (1,)]


def test_entries_hold_in_their_regions_and_roles() -> None:
    market = scenario(entry((1, 2), where=["core"]), entry((3, 4), where=["GS", "SH"]))
    places = list(zip(REGIONS, ROLES, strict=True))
    assert [discount(market, 1, *place) for place in places] == [0.1, 0.1, 0]
    assert [discount(market, 3, *place) for place in places] == [0, 0.1, 0.1]


def test_entries_hold_for_their_groups() -> None:
    market = scenario(entry((1, 2), who=["corner", "distributors"]))
    assert [discount(market, 1, group=group) for group in timetable.groups(market)] == [0, 0.1, 0.1]
    assert timetable.groups(market) == ("chain", "corner", "distributors")


def test_entries_change_only_what_they_name() -> None:
    market = scenario(entry((1, 2)), entry((1, 2), CORE, "selective"), entry((1, 2), ADVICE, 0.3))
    terms = timetable.effective(market, 1, "BJ", "core", "chain")
    assert (terms.policy.price.ex_factory_discount, terms.policy.price.recommended_discount) == (0.1, 0.3)
    assert (terms.layout.core, terms.layout.potential) == ("selective", "intensive")
    assert terms.policy.funds == market.policy.funds


def test_equal_terms_are_one_object() -> None:
    market = scenario(entry((1, 9), where=["core"]))
    beijing, shanghai = (timetable.effective(market, 1, region, "core", "chain") for region in ("BJ", "SH"))
    assert beijing is shanghai
    assert timetable.effective(market, 5, "BJ", "core", "corner") is beijing
    assert hash(beijing) != hash(timetable.effective(market, 1, "GS", "edge", "chain"))


def test_entries_that_change_something_are_told_from_those_that_do_not() -> None:
    table = (*(entry((n, n), value=0.0) for n in (1, 2)), entry((4, 5)), entry((8, 9), where=["GS"], who=["corner"]))
    market = scenario(*table, entry((5, 6), ADVICE, 0.0))
    assert [week for week in range(-2, 14) if timetable.changed(market, week, REGIONS, ROLES)] == [4, 6, 8, 10]


def test_the_scenario_is_not_touched() -> None:
    market = scenario(entry((1, 2), CORE, "exclusive"))
    before = market.model_dump()
    timetable.effective(market, 1, "BJ", "core", "chain")
    assert market.model_dump() == before


_weeks = st.tuples(st.integers(1, 12), st.integers(0, 6)).map(lambda pair: (pair[0], pair[0] + pair[1]))
_entries = st.builds(
    entry,
    _weeks,
    st.sampled_from([DISCOUNT, ADVICE]),
    st.sampled_from([0.1, 0.2]),
    where=st.lists(st.sampled_from([*REGIONS, "core", "edge"]), max_size=2),
    who=st.sampled_from([[], ["chain", "distributors"], ["corner", "distributors"], ["distributors", "corner"]]),
)


@given(st.lists(_entries, max_size=4))
def test_a_checked_timetable_never_sets_a_key_twice(entries: list[dict[str, Any]]) -> None:
    """Brute force over every week, region and group agrees with the check."""
    market = scenario(*entries)
    twice = any(
        len(keys) > len(set(keys))
        for week in range(1, 20)
        for region, role in zip(REGIONS, ROLES, strict=True)
        for group in timetable.groups(market)
        if (keys := [key for key, _ in timetable._changes(market, week, region, role, group)])
    )
    if twice:
        assert "allowed is one entry at a time" in complaint(*entries)
    else:
        check(*entries)


# What is wrong


KEY = "mine.toml: timetable.0.set."
TYPO = DISCOUNT.replace("policy", "polcy")
ERRORS = [
    ({"key": f"{DISCOUNT}s"}, f'{KEY}"{DISCOUNT}s" is unknown; the nearest known key is {DISCOUNT}'),
    (
        {"key": TYPO},
        f'{KEY}"{TYPO}" cannot change by week, allowed are keys under policy and layout; the nearest known key is '
        f"{DISCOUNT}",
    ),
    ({"key": "run.weeks"}, f'{KEY}"run.weeks" cannot change by week, allowed are keys under policy and layout'),
    ({"key": "policy..x"}, f'{KEY}"policy..x" is no key, allowed are names joined by dots'),
    ({"key": ""}, f'{KEY}"" is no key, allowed are names joined by dots'),
    ({"key": "policy.price.x"}, f'{KEY}"policy.price.x" is unknown; known keys here are ex_factory_discount, recomm'),
    ({"key": "policy.price"}, f'{KEY}"policy.price" is 0.1, allowed is a table'),
    ({"key": "policy.price", "value": {}}, f'{KEY}"policy.price" is a table, allowed is one value for each key'),
    ({"value": 1.7}, f'{KEY}"{DISCOUNT}" is 1.7, allowed are values up to 0.95'),
    ({"value": "much"}, f"{KEY}\"{DISCOUNT}\" is 'much', allowed is a number"),
    ({"value": True}, f'{KEY}"{DISCOUNT}" is true, allowed is a number'),
    ({"value": [0.1]}, f'{KEY}"{DISCOUNT}" is a list, allowed is a number'),
    ({"key": CORE, "value": "dense"}, f"{KEY}\"{CORE}\" is 'dense', allowed are 'intensive', 'selective' or"),
    ({"who": ["chains"]}, "mine.toml: timetable.0.who.0 is 'chains', the nearest known name is 'chain'"),
    ({"who": ["chain", "?"]}, "mine.toml: timetable.0.who.1 is '?', allowed are chain, corner, distributors"),
    ({"where": ["cor"]}, "mine.toml: timetable.0.where.0 is 'cor', the nearest known name is 'core'"),
    ({"where": ["core", "XX"]}, "mine.toml: timetable.0.where.1 is 'XX', allowed are core, potential, edge, BJ, SH, G"),
    (
        {"key": CORE, "value": "selective", "who": ["chain"]},
        "mine.toml: timetable.0.who stands beside layout.core, but a layout holds for everybody; allowed is an entry",
    ),
]


@pytest.mark.parametrize(("wrong", "sentence"), ERRORS)
def test_a_wrong_entry_is_explained(wrong: dict[str, Any], sentence: str) -> None:
    assert complaint(entry((1, 2), **wrong)).startswith(sentence)


def test_the_key_at_fault_is_named_among_several() -> None:
    both = {"weeks": (1, 2), "set": {DISCOUNT: 0.1, ADVICE: 3, CORE: "selective"}}
    assert complaint(both).startswith(f'{KEY}"{ADVICE}" is 3')


def test_keys_are_checked_without_regions() -> None:
    timetable.check_keys(scenario(entry((1, 2), where=["anywhere"]), entry((1, 2))), "mine.toml")


def test_overlapping_entries_are_named_both() -> None:
    first, second = entry((1, 9), where=["core"], who=["chain", "distributors"]), entry((9, 12), where=["SH"])
    assert complaint(entry((20, 21)), first, second) == (
        "mine.toml: timetable.2 sets policy.price.ex_factory_discount in weeks 9 to 9 in region SH for 'chain', "
        "as timetable.1 does; allowed is one entry at a time"
    )


@pytest.mark.parametrize(
    "second",
    [
        entry((10, 12)),
        entry((5, 6), where=["edge"]),
        entry((5, 6), where=["GS"]),
        entry((5, 6), ADVICE),
        entry((500, 600)),
    ],
)
def test_entries_that_never_meet_are_fine(second: dict[str, Any]) -> None:
    check(entry((1, 9), where=["core"], who=["chain", "distributors"]), second)


def test_entries_of_different_groups_never_meet() -> None:
    check(entry((1, 9), ADVICE, who=["chain"]), entry((5, 6), ADVICE, who=["corner"]))


@pytest.mark.parametrize(
    ("key", "who", "allowed"),
    [
        (DISCOUNT, ["chain"], "distributors"),
        (ADVICE, ["distributors"], "chain, corner"),
        ("policy.returns.share", ["chain"], "distributors"),
    ],
)
def test_an_entry_must_concern_somebody(key: str, who: list[str], allowed: str) -> None:
    assert complaint(entry((1, 2), key, who=who)) == (
        f"mine.toml: timetable.0.who has nobody whom {key} concerns, allowed are {allowed}"
    )


def test_a_role_without_regions_meets_nobody() -> None:
    check(entry((1, 9), where=["potential"]), entry((1, 9), where=["core"]))


def test_entries_that_only_together_break_a_rule_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    class OneDiscount(timetable._Steered):
        @model_validator(mode="after")
        def _one(self) -> Self:
            price = self.policy.price
            if price.ex_factory_discount and price.recommended_discount:
                raise ValueError(f"{ADVICE} is {price.recommended_discount}, allowed is 0 beside a discount ex factory")
            return self

    monkeypatch.setattr(timetable, "_Steered", OneDiscount)
    timetable._terms.cache_clear()
    apart = [entry((1, 4), where=["core"]), entry((1, 9), ADVICE, where=["edge"])]
    check(*apart)
    assert complaint(*apart, entry((3, 5), ADVICE, where=["SH"])) == (
        f"mine.toml: timetable.0 and timetable.2 together break {ADVICE} in week 3: "
        "it is 0.1, allowed is 0 beside a discount ex factory"
    )


def test_online_shops_are_of_no_place() -> None:
    table = scenario(entry((1, 2), ADVICE, where=["core"], who=["chain", "online"])).model_dump()
    table["online"]["shops"] = ({"name": "Mall"},)
    with pytest.raises(BadInput) as caught:
        timetable.check_keys(Scenario.model_validate(frozen(table)), "mine.toml")
    assert str(caught.value) == (
        f"mine.toml: timetable.0.where cannot single out places for 'online', whom {ADVICE} concerns everywhere; "
        "allowed is none"
    )
