"""A result as a report tells it: which scenarios there are, what people call them, and what is clear about them."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import pandas as pd

from channellab.reports.charts.network_text import names
from channellab.reports.folder import Difference, Document, Folder, Interval
from channellab.reports.language import LANGUAGES, metric_unit, words
from channellab.reports.quantities import with_interval
from channellab.scenarios.files import Loaded
from channellab.scenarios.metrics import CATALOGUE

CLEAR = 0.05
"""A difference is called one if its p value after Holm's correction within its family is below this."""
_LONGEST = 40
"""Letters of a scenario's name in charts and tables."""

Verdict = Literal["better", "worse", "differs", "unclear", "same"]
Wording = Verdict | Literal["alone"]


@dataclass(frozen=True)
class Told:
    """A result and the language it is told in."""

    folder: Folder
    lang: str

    @property
    def document(self) -> Document:
        """The result's document."""
        return self.folder.document

    @cached_property
    def labels(self) -> dict[str, str]:
        """By scenario, its name for people, different for all."""
        return labels({name: self.folder.scenarios.get(name) for name in self.document.scenarios}, self.lang)

    @cached_property
    def currency(self) -> str:
        """Of the scenarios, as people write it; unknown without their files."""
        found = {loaded.scenario.run.currency for loaded in self.folder.scenarios.values()}
        if len(found) == 1:
            return words(self.lang).currency(found.pop())
        return words(self.lang)("units.unknown_money")

    def unit(self, metric: str) -> str:
        """A metric's unit in words."""
        return words(self.lang).unit(metric_unit(metric), self.currency)

    def money_a_year(self) -> str:
        """The unit of yearly sums of money."""
        return words(self.lang).unit("money/year", self.currency)

    def mean(self, metric: str, scenario: str) -> Interval:
        """A metric of a scenario."""
        return self.document.metrics[metric].scenarios[scenario]

    def difference(self, metric: str, scenario: str) -> Difference:
        """What a scenario other than the baseline changes."""
        return self.document.metrics[metric].differences[scenario]

    def family(self, metric: str) -> list[str]:
        """The metrics whose differences are judged together with this one's: the primary ones, or all others."""
        primary = self.document.primary
        return [name for name in self.document.metrics if (name in primary) == (metric in primary)]

    def tests(self, metric: str) -> int:
        """Differences that Holm's correction of a metric's is over."""
        return len(self.family(metric)) * len(self.document.others)

    def shown(self, metric: str, scenario: str) -> str:
        """A metric of a scenario with half its interval."""
        found = self.mean(metric, scenario)
        return with_interval(found.mean, found.ci95, metric_unit(metric), self.lang)

    def tables(self, name: str) -> Mapping[str, pd.DataFrame]:
        """By label, the table of each scenario."""
        return {label: self.folder.of(name, scenario) for scenario, label in self.labels.items()}

    def region_names(self) -> list[str]:
        """What the regions are called."""
        return names(self.folder.of("regions", self.document.scenarios[0]), self.lang)


def labels(scenarios: Mapping[str, Loaded | None], lang: str) -> dict[str, str]:
    """By scenario, its title if it has one that no other has, shortened; else its name."""
    titles = {name: full_title(name, loaded, lang) for name, loaded in scenarios.items()}
    shown = {
        name: title if len(title) <= _LONGEST else f"{title[: _LONGEST - 1].rstrip()}…"
        for name, title in titles.items()
    }
    twice = {title for title in shown.values() if list(shown.values()).count(title) > 1}
    return {name: name if title in twice else title for name, title in shown.items()}


def verdict(metric: str, difference: Difference) -> Verdict:
    """What may be said of a difference: a direction only where it is clear, and where the brand has one."""
    if difference.mean == 0 and difference.ci95 == (0, 0):
        return "same"
    if not difference.p_holm < CLEAR:
        return "unclear"
    direction = CATALOGUE[metric].direction
    if direction == "none":
        return "differs"
    return "better" if (difference.mean > 0) == (direction == "up") else "worse"


def wording(metric: str, difference: Difference) -> Wording:
    """The verdict for people: of what is not clear, whether it would be if nothing else were looked at."""
    kind = verdict(metric, difference)
    return "alone" if kind == "unclear" and alone_clear(difference) else kind


def alone_clear(difference: Difference) -> bool:
    """Whether its own interval leaves out zero."""
    low, high = difference.ci95
    return low > 0 or high < 0


def full_title(name: str, loaded: Loaded | None, lang: str) -> str:
    """A scenario's title, or its name if it has none in the language."""
    if loaded is None:
        return name
    title = loaded.scenario.title
    return {"en": title.en, "zh": title.zh or title.en}[words(lang).lang].strip() or name


def about(loaded: Loaded | None, lang: str) -> dict[str, str]:
    """What a scenario is for, ``about``, and the language of that, ``about_lang``: English if there is no other."""
    told = {} if loaded is None else loaded.scenario.about.model_dump()
    spoken = lang if told.get(lang) else LANGUAGES[0]
    return {"about": told.get(spoken, "").strip(), "about_lang": spoken}
