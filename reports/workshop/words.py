"""The page's words in English and Chinese: its own catalogue, and from the reports' what both need."""

import re
import tomllib
from functools import cache
from importlib.resources import files

from channellab.reports.language import LANGUAGES, Lang, flat, metric_unit, words
from channellab.reports.meanings import meaning
from channellab.scenarios.errors import BadInput
from channellab.scenarios.metrics import CATALOGUE
from channellab.sim.metrics import WEEKLY

_SHARED = ("units.", "roles.", "currencies.", "number.", "metric_groups.", "incentives.plans.", "list.")
"""Sections of the reports' catalogue that the page uses as they are."""


@cache
def page_words(lang: str) -> dict[str, str]:
    """By dotted key, every sentence that the page shows; titles of metrics under ``metrics.``.

    Raises:
        BadInput: the lab does not speak the language.
    """
    if lang not in LANGUAGES:
        raise BadInput("language", "", f"is {lang!r}, allowed are {' and '.join(LANGUAGES)}")
    text = files("channellab.reports.workshop").joinpath("words", f"{lang}.toml").read_text(encoding="utf-8")
    own = dict(flat(tomllib.loads(text)))
    shared = {key: text for key, text in words(lang).sentences.items() if key.startswith(_SHARED)}
    titles = {f"metrics.{name}": {"en": m.title_en, "zh": m.title_zh}[lang] for name, m in CATALOGUE.items()}
    return {**shared, **titles, **own}


def asked_for(header: str) -> Lang:
    """The language that a browser asks for (``Accept-Language``); the first of ours, English if there is none.

    >>> asked_for("fr-CH, zh-CN;q=0.9, en;q=0.8"), asked_for("*")
    ('zh', 'en')
    """
    names = [re.split(r"[-;]", each.strip().lower())[0] for each in header.split(",")]
    return next((lang for name in names for lang in LANGUAGES if name == lang), LANGUAGES[0])


def metric_facts() -> dict[str, dict[str, object]]:
    """By metric, what the page needs to draw it: unit as told, direction, group, and whether it exists by the week."""
    return {
        name: {
            "unit": metric_unit(name),
            "weekly_unit": metric_unit(name, weekly=True),
            "direction": metric.direction,
            "group": metric.group,
            "weekly": name in WEEKLY,
            "definition": metric.definition,
            "definition_zh": meaning(metric.definition, "zh"),
        }
        for name, metric in CATALOGUE.items()
    }
