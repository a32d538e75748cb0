"""The page's words in English and Chinese: its own catalogue, and from the reports' what both need."""

import tomllib
from functools import cache
from importlib.resources import files

from channellab.reports.language import LANGUAGES, flat, metric_unit, words
from channellab.scenarios.errors import BadInput
from channellab.scenarios.metrics import CATALOGUE
from channellab.sim.metrics import WEEKLY

_SHARED = ("units.", "roles.", "currencies.", "number.", "metric_groups.", "incentives.plans.")
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
        }
        for name, metric in CATALOGUE.items()
    }
