"""What settings and metrics mean is told in Chinese as well."""

import re

import pytest

from channellab.notebook import Scenario as Notebook
from channellab.reports.kinds.common import key_meaning
from channellab.reports.meanings import meaning, meanings, with_unit
from channellab.scenarios.keys import all_keys, fields_at
from channellab.scenarios.metrics import CATALOGUE
from channellab.scenarios.settings import Scenario

SETTINGS = {
    field.description: key for key in all_keys(Scenario) if (field := fields_at(Scenario, key[:-1])[str(key[-1])])
}
UNITS = {
    str(extra.get("unit"))
    for key in all_keys(Scenario)
    if isinstance(extra := fields_at(Scenario, key[:-1])[str(key[-1])].json_schema_extra, dict) and extra.get("unit")
}


def test_every_setting_and_metric_has_a_meaning_in_chinese_and_nothing_else_has() -> None:
    known = {text for text in SETTINGS if text} | {metric.definition for metric in CATALOGUE.values()}
    assert len(known) > 500
    assert known == meanings("zh").keys()


def test_meanings_are_chinese_that_the_font_can_show() -> None:
    for english, chinese in meanings("zh").items():
        assert re.search("[\u4e00-\u9fff]", chinese), english
        assert chinese.endswith("。"), chinese
        chinese.encode("gb2312")


def test_no_two_meanings_are_the_same_in_chinese() -> None:
    found = list(meanings("zh").values())
    assert len({*found}) == len(found)


@pytest.mark.parametrize("unit", sorted(UNITS))
def test_units_are_told_in_chinese(unit: str) -> None:
    told = with_unit("", unit, "zh", "CNY")
    assert not re.search("[a-z]{2}", told.replace("SKU", "")), told
    assert "{" not in told


def test_reports_and_notebooks_tell_them() -> None:
    assert key_meaning("products.0.list_price", "zh", "元") == "建议零售价。（元/件）"
    assert key_meaning("products.0.list_price", "en", "CNY") == "Recommended retail price. (money/unit)"
    assert key_meaning("products.0.list_price", "zh") == "建议零售价。（货币单位/件）"
    scenario = Notebook.read("bilateral-monopoly")
    assert "# weeks; 测量周数。" in scenario.to_toml("zh")
    assert "# weeks; Measured weeks." in scenario.to_toml()


def test_what_another_package_brings_stays_as_it_is() -> None:
    assert meaning("A setting of a plan of one's own.", "zh") == "A setting of a plan of one's own."
