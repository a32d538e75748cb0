"""Words in English and Chinese: one catalogue for everything people see."""

import difflib
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal, get_args

from channellab.scenarios.errors import BadInput
from channellab.scenarios.metrics import CATALOGUE, Metric

Lang = Literal["en", "zh"]
LANGUAGES: tuple[Lang, ...] = get_args(Lang)

READ_AS = {
    **dict.fromkeys(("bullwhip_ratio", "bullwhip_distributors", "bullwhip_plants"), "ratio"),
    **dict.fromkeys(("nps", "word_of_mouth"), "score"),
}
"""Metrics without a unit are rates and told in percent, save these: 1.6 times as wild, 34 points."""


class MissingWords(LookupError):
    """A key that the catalogue of words does not have, or a placeholder without a value."""


@dataclass(frozen=True)
class Words:
    """The words of one language.

    Attributes:
        lang: the language.
        sentences: dotted key -> sentence with ``{placeholders}``.
    """

    lang: Lang
    sentences: Mapping[str, str]

    def __call__(self, key: str, **values: object) -> str:
        """The sentence of a key with its placeholders filled in.

        >>> words("en")("runs.many", label="Selective", n=3)
        'Selective: 3 runs'
        """
        if key not in self.sentences:
            raise MissingWords(f"{self.lang}.toml has no words for {key!r}{_nearest(key, self.sentences)}")
        try:
            return self.sentences[key].format(**values)
        except KeyError as absent:
            raise MissingWords(f"{self.lang}.toml: {key!r} needs a value for {absent}") from None

    def several(self, items: list[str]) -> str:
        """A list in one line, as the language separates its items."""
        return self("list.separator").join(items)

    def listed(self, items: list[str]) -> str:
        """A list as a sentence has it.

        >>> words("en").listed(["A", "B", "C"])
        'A, B and C'
        """
        if len(items) < 2:
            return "".join(items)
        return self("list.last", first=self.several(items[:-1]), last=items[-1])

    def runs(self, counts: Mapping[str, int]) -> str:
        """How many runs each scenario had, e.g. ``Selective: 3 runs``."""
        if len(counts) > 1 and len({*counts.values()}) == 1 and max(counts.values()) > 1:
            return self("runs.each", n=max(counts.values()))
        return self.several(
            [self("runs.one" if n == 1 else "runs.many", label=label, n=n) for label, n in counts.items()]
        )

    def named(self, section: str, name: str) -> str:
        """What a section calls something; what it does not know stands as it is, without underscores.

        >>> words("en").named("groups", "retailers"), words("en").named("groups", "space_ports")
        ('Retailers', 'Space ports')
        """
        plain = name.replace("_", " ")
        return self.sentences.get(f"{section}.{name}", plain[:1].upper() + plain[1:])

    def currency(self, code: str) -> str:
        """A currency as people write it behind a number.

        >>> words("zh").currency("CNY"), words("zh").currency("USD")
        ('元', 'USD')
        """
        return self.sentences.get(f"currencies.{code}", code)

    def unit(self, unit: str, currency: str) -> str:
        """A unit as people say it; one that the catalogue does not know stands as it is."""
        key = f"units.{unit}"
        return self(key, currency=currency) if key in self.sentences else unit


@cache
def words(lang: str) -> Words:
    """The words of a language.

    Raises:
        BadInput: the lab does not speak it.
    """
    for known in LANGUAGES:
        if lang == known:
            text = files("channellab.reports").joinpath("words", f"{known}.toml").read_text(encoding="utf-8")
            return Words(known, dict(flat(tomllib.loads(text))))
    raise BadInput("language", "", f"is {lang!r}, allowed are {' and '.join(LANGUAGES)}")


def of_locale(settings: Mapping[str, str]) -> str:
    """The language of who runs this, by the variables of POSIX that name a locale; English if they name none of ours.

    >>> of_locale({"LANG": "zh_CN.UTF-8"}), of_locale({"LC_ALL": "C.UTF-8", "LANG": "zh_CN"}), of_locale({})
    ('zh', 'en', 'en')
    """
    named = next((settings[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if settings.get(name)), "")
    return next((lang for lang in LANGUAGES if re.split(r"[_.@-]", named.lower())[0] == lang), LANGUAGES[0])


def metric_title(name: str, lang: str) -> str:
    """A metric's title in a language.

    Raises:
        BadInput: the catalogue of metrics does not have it.
    """
    metric = _metric(name)
    return {"en": metric.title_en, "zh": metric.title_zh}[words(lang).lang]


def metric_unit(name: str, weekly: bool = False) -> str:
    """What a metric is told in: its unit in the catalogue, or for some that have none ``ratio`` or ``score``.

    Args:
        name: of the metric.
        weekly: whether its values are those of single weeks, which count by the week what the metric counts by the
            year.

    Raises:
        BadInput: the catalogue of metrics does not have it.
    """
    unit = READ_AS.get(name, _metric(name).unit)
    return f"{unit.removesuffix('/year')}/week" if weekly and unit.endswith("/year") else unit


def _metric(name: str) -> Metric:
    if name not in CATALOGUE:
        raise BadInput("metrics", name, f"is not in the catalogue of metrics{_nearest(name, CATALOGUE)}")
    return CATALOGUE[name]


def flat(tree: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Dotted keys and sentences of a catalogue."""
    for key, value in tree.items():
        if isinstance(value, dict):
            yield from flat(value, f"{prefix}{key}.")
        else:
            yield prefix + key, str(value)


def _nearest(key: str, known: Mapping[str, object]) -> str:
    close = difflib.get_close_matches(key, known, n=1)
    return f"; nearest is {close[0]!r}" if close else ""
