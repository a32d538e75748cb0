"""Settings have names, and values are told as people say them, in both languages."""

import re

import pytest

from channellab.reports.language import LANGUAGES
from channellab.reports.lever_names import is_share, lever_name, lever_names, lever_value
from channellab.reports.workshop.levers import levers
from channellab.scenarios.files import load


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("market", ["every-policy", "grey-market", "double-eleven"])
def test_every_lever_has_a_name_of_its_own(market: str, lang: str) -> None:
    keys = [lever.key for lever in levers(load(market).scenario)]
    names = lever_names(keys, lang)
    assert len({*names.values()}) == len(keys) > 50
    called_by_key = [key for key, name in names.items() if name == key]
    assert len(called_by_key) < len(keys) / 10
    if lang == "zh":
        english = [name for key, name in names.items() if key not in called_by_key and not re.search("[一-鿿]", name)]
        assert not english


@pytest.mark.parametrize(
    ("key", "value", "english", "chinese"),
    [
        ("policy.rebate.tiers.1.rate", 0.0617, "6.17 %", "6.17%"),
        ("policy.price.ex_factory_discount", 0.05, "5 %", "5%"),
        ("policy.protection.detection", 1.0, "100 %", "100%"),
        ("policy.protection.damages", 3.0, "3", "3"),
        ("policy.rebate.launch.points", 2.0, "2", "2"),
        ("policy.rebate.target.growth", 1.1, "1.1", "1.1"),
        ("policy.rebate.tiers.1.from_purchases", 1_512_000.0, "1,512,000", "1,512,000"),
        ("policy.funds.district_support", 45.125, "45.12", "45.12"),
        ("policy.promotion.notice_days", 30, "30", "30"),
        ("layout.core", "exclusive", "exclusive", "独家"),
        ("policy.protection.territories", True, "on", "开"),
        ("timetable.0.set", {"run.weeks": 3}, '{"run.weeks" = 3}', '{"run.weeks" = 3}'),
    ],
)
def test_values(key: str, value: object, english: str, chinese: str) -> None:
    assert [lever_value(key, value, lang) for lang in LANGUAGES] == [english, chinese]


def test_settings_that_are_no_levers_are_called_by_their_meaning_or_key() -> None:
    assert lever_name("products.0.list_price", "en") == "list price"
    assert lever_name("products.0.list_price", "zh") == "建议零售价"
    assert lever_name("consumers.season_amplitude", "en") == "season amplitude"
    assert not is_share("consumers.no_such_setting")


def test_settings_of_one_name_are_told_by_their_keys() -> None:
    keys = ["products.0.unit_cost", "products.1.unit_cost", "run.weeks"]
    assert lever_names(keys, "en") == {**{key: key for key in keys[:2]}, "run.weeks": "run weeks"}
