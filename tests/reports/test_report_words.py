"""Both languages say the same things, and everything that can be asked for has words."""

import string

import pytest

from channellab.reports.language import LANGUAGES, READ_AS, MissingWords, metric_title, metric_unit, words
from channellab.scenarios.errors import BadInput
from channellab.scenarios.metrics import CATALOGUE
from channellab.scenarios.regions import ROLES


def placeholders(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}


def test_languages_have_the_same_keys_and_placeholders() -> None:
    english, chinese = words("en").sentences, words("zh").sentences
    assert set(english) == set(chinese)
    assert {key: placeholders(text) for key, text in english.items()} == {
        key: placeholders(text) for key, text in chinese.items()
    }


def test_missing_key_names_language_and_nearest_key() -> None:
    with pytest.raises(MissingWords, match=r"zh\.toml has no words for 'network\.titel'; nearest is 'network\.title'"):
        words("zh")("network.titel")


def test_placeholder_without_value_is_named() -> None:
    with pytest.raises(MissingWords, match=r"en\.toml: 'demo\.wrote' needs a value for 'path'"):
        words("en")("demo.wrote")


def test_unknown_language_is_bad_input() -> None:
    with pytest.raises(BadInput, match="language: is 'fr', allowed are en and zh"):
        words("fr")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_metric_unit_and_role_has_words(lang: str) -> None:
    for name in CATALOGUE:
        assert metric_title(name, lang)
        for weekly in (False, True):
            assert f"units.{metric_unit(name, weekly)}" in words(lang).sentences
    assert all(words(lang)(f"roles.{role}") for role in ROLES)


def test_metrics_told_in_another_way_are_in_the_catalogue() -> None:
    assert {CATALOGUE[name].unit for name in READ_AS} == {"1"}


def test_weekly_values_of_a_yearly_metric_are_told_by_the_week() -> None:
    assert metric_unit("channel_profit") == "money/year"
    assert metric_unit("channel_profit", weekly=True) == "money/week"
    assert metric_unit("fill_rate", weekly=True) == "1"


def test_unknown_metric_names_the_nearest() -> None:
    with pytest.raises(BadInput, match="fil_rate is not in the catalogue of metrics; nearest is 'fill_rate'"):
        metric_title("fil_rate", "en")


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ({"A": 3, "B": 3}, "3 runs of each scenario"),
        ({"A": 3, "B": 1}, "A: 3 runs, B: one run"),
        ({"A": 5}, "A: 5 runs"),
    ],
)
def test_numbers_of_runs_in_words(counts: dict[str, int], said: str) -> None:
    assert words("en").runs(counts) == said
