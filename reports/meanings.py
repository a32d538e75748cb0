"""What settings mean, in the language of whoever reads it.

Settings carry their meaning in English, in the schema. As in gettext, that sentence is the key of its translation: a
meaning that many tables share is translated once, and one that changes asks for a new translation.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from channellab.reports.language import LANGUAGES, words


def meaning(english: str, lang: str) -> str:
    """A meaning; one of a setting that another package brings stays as it is.

    >>> meaning("Steps by rising threshold, at rising rates.", "zh")
    '按起点由低到高排列的各档，折扣逐档提高。'
    """
    return meanings(lang).get(english, english)


def with_unit(english: str, unit: str, lang: str, currency: str) -> str:
    """A meaning with its unit, in English as scenario files have it.

    Args:
        currency: its code, or as people write it; empty if it is not known.

    >>> with_unit("Weeks for which they are.", "weeks", "zh", "CNY"), with_unit("Rental.", "money/week", "en", "CNY")
    ('下架持续的周数。（周）', 'Rental. (money/week)')
    """
    told = meaning(english, lang)
    if not unit:
        return told
    say = words(lang)
    money = say.currency(currency) if currency else say("units.unknown_money")
    shown = unit if lang == LANGUAGES[0] else say.unit(unit, money)
    return say("report.meaning_unit", meaning=told, unit=shown)


@cache
def meanings(lang: str) -> Mapping[str, str]:
    """By English meaning, that in another language; empty for English."""
    if lang not in LANGUAGES[1:]:
        return {}
    text = files("channellab.reports").joinpath("words", f"meanings_{lang}.toml").read_text(encoding="utf-8")
    return {english: other for table in tomllib.loads(text).values() for english, other in table.items()}
