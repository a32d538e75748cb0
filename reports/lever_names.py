"""What settings and values are called: names of the workshop's catalogue, shares in per cent, choices in words."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic.fields import FieldInfo

from channellab.reports.language import LANGUAGES, words
from channellab.reports.meanings import meaning
from channellab.reports.workshop.words import page_words
from channellab.scenarios.keys import fields_at, split
from channellab.scenarios.settings import Scenario
from channellab.scenarios.show import toml_value

_NAMED = ("layout", "policy")
"""Tables whose settings have names of their own."""
_LONGEST = 16
"""Characters of a meaning that may stand for a name."""
_MOST_SHARE = 5.0
"""What may exceed this, or never falls below 1, is how many times something is, and not told in per cent."""


def lever_name(key: str, lang: str) -> str:
    """A setting in few words.

    >>> lever_name("policy.rebate.tiers.1.rate", "en"), lever_name("policy.rebate.tiers.1.rate", "zh")
    ('Rebate, second step', '返利第二档')
    >>> lever_name("policy.rebate.growth.rate", "en"), lever_name("products.0.unit_cost", "en")
    ('Growth over the baseline: Rate', 'unit cost')
    """
    page, parts = page_words(lang), split(key)
    if (own := page.get(f"levers.{key}")) is not None:
        return own
    name = page.get(f"fields.{parts[-1]}") if parts[0] in _NAMED else None
    if name is None:
        return _by_meaning(parts, lang) or _by_key(parts)
    if step := next((int(part) + 1 for part in parts if part.isdecimal()), 0):
        name = page["control.step"].format(field=name, number=step)
    plan = f"incentives.plans.{parts[2]}" if parts[1] == "rebate" and len(parts) > 3 else ""
    table = next((page[word] for word in (plan, f"tables.{'.'.join(parts[:3])}") if word in page), None)
    return name if table is None else page["control.of_table"].format(table=table, field=name)


def lever_names(keys: Sequence[str], lang: str) -> dict[str, str]:
    """By key, its name, different for all."""
    short = {key: lever_name(key, lang) for key in keys}
    twice = {name for name in short.values() if list(short.values()).count(name) > 1}
    return {key: key if name in twice else name for key, name in short.items()}


def lever_value(key: str, value: Any, lang: str) -> str:
    """A setting's value as people read it.

    >>> lever_value("policy.rebate.tiers.1.rate", 0.0617, "en"), lever_value("policy.protection.damages", 3.0, "en")
    ('6.17 %', '3')
    >>> lever_value("policy.rebate.tiers.1.from_purchases", 1.5e6, "zh"), lever_value("layout.core", "selective", "zh")
    ('1,500,000', '选择性')
    """
    page = page_words(lang)
    if isinstance(value, bool):
        return page[f"choices.{'on' if value else 'off'}"]
    if isinstance(value, str):
        return page.get(f"choices.{split(key)[-1]}_{value}", page.get(f"choices.{value}", value))
    if isinstance(value, int | float):
        if is_share(key):
            return words(lang)("number.percent", value=f"{100.0 * value:.4g}")
        return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"
    return toml_value(value)


def is_share(key: str) -> bool:
    """Whether a setting is a part of something, and so told in per cent."""
    field = _field(split(key))
    extra = None if field is None else field.json_schema_extra
    if field is None or not isinstance(extra, dict) or extra.get("unit") != "1":
        return False
    bounds: Mapping[str, float] = {
        name: getattr(each, name) for each in field.metadata for name in ("ge", "gt", "le") if hasattr(each, name)
    }
    return bounds.get("le", 2 * _MOST_SHARE) <= _MOST_SHARE and bounds.get("ge", 0.0) < 1.0


def _field(parts: tuple[str, ...]) -> FieldInfo | None:
    try:
        return fields_at(Scenario, parts[:-1]).get(parts[-1])
    except (KeyError, AttributeError, TypeError):
        return None


def _by_meaning(parts: tuple[str, ...], lang: str) -> str:
    """In other languages than that of the keys: the meaning up to its first stop, if that is short."""
    field = _field(parts)
    if lang == LANGUAGES[0] or field is None or not field.description:
        return ""
    told = re.split("[，；。：（]", meaning(field.description, lang))[0]
    return told if len(told) <= _LONGEST else ""


def _by_key(parts: tuple[str, ...]) -> str:
    """The last of the names that is no number, with the one before where that says little."""
    names = [part for part in parts if not part.isdecimal()]
    short = len(names[-1]) < 8 and len(names) > 1
    return " ".join(names[-2:] if short else names[-1:]).replace("_", " ")
