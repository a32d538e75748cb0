"""Refusals in the language of whoever reads them.

Errors are raised with a sentence in English, far from where people see it and in folders that know no languages. As in
gettext, that sentence is the key of its translation; its values are found again by its pattern, and those that are
phrases themselves (``values up to 1``) are translated in turn. So no place that refuses has to change, whatever is not
in the catalogue stays English, and a test that reads the source finds every sentence without a translation.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from channellab.reports.language import LANGUAGES
from channellab.scenarios.errors import BadInput

_PLACE = re.compile(r"\{(\w+)\}")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_LATIN = re.compile(r"""[A-Za-z0-9'"\[({-]""")
_ENGLISH = re.compile(r"\b[a-z]+ [a-z]+\b")
_LONGEST = 2000
"""Letters of a sentence that is still looked up; none of ours is near it."""
_KEY_WORDS = 6
"""Words that what stands for a key has at most, as in ``row 3 (and 2 more)``."""


def told(problem: Exception | str, lang: str) -> str:
    """An error, or its sentence, on one line.

    >>> told(BadInput("workshop", "consumers.count", "is 300000, allowed here are values up to 250000"), "zh")
    '工作坊：consumers.count 为 300000，此处最多 250000'
    >>> told("layouts.toml: run.weeks is 0, allowed are values from 1", "zh")
    'layouts.toml：run.weeks 为 0，须为不小于 1 的值'
    """
    text = " ".join(str(problem).split())
    if lang not in LANGUAGES[1:] or len(text) > _LONGEST:
        return text
    book = _book(lang)
    if isinstance(problem, BadInput):
        return book.refusal(problem.where, problem.key, " ".join(problem.problem.split()))
    return book.whole(text)


@dataclass(frozen=True)
class _Rule:
    """A sentence with ``{values}``.

    Attributes:
        pattern: of the English. other: how the other language says it. letters: of the English that are no values.
        begins: whether it begins with a word of its own and not with a value.
    """

    pattern: re.Pattern[str]
    other: str
    letters: int
    begins: bool

    @classmethod
    def of(cls, english: str, other: str) -> "_Rule":
        pieces = _PLACE.split(english)
        pattern = "".join(f"(?P<{each}>.+?)" if odd else re.escape(each) for odd, each in _alternating(pieces))
        return cls(re.compile(pattern, re.DOTALL), other, sum(map(len, pieces[::2])), bool(pieces[0]))

    def values(self, text: str) -> dict[str, str] | None:
        """The values of a sentence; None if it is another one."""
        found = self.pattern.fullmatch(text)
        return found.groupdict() if found else None


class _Book:
    """The catalogue of a language."""

    def __init__(self, sections: Mapping[str, Mapping[str, str]]) -> None:
        self.names, self.sentences, self.joints, self.phrases = (
            [_Rule.of(*row) for row in sections[name].items()] for name in ("names", "sentences", "joints", "phrases")
        )
        for rules in (self.names, self.sentences, self.phrases):
            rules.sort(key=lambda rule: -rule.letters)

    def refusal(self, where: str, key: str, problem: str) -> str:
        """A refusal of which the parts are known."""
        own, told = self._parted(problem)
        of = _filled("{key} {told}", {"key": self._named(" ".join(filter(None, (key, own)))), "told": told})
        return _filled("{where}：{of}", {"where": self._named(where), "of": of.lstrip()})

    def whole(self, text: str) -> str:
        """A sentence of which nothing is known: as it stands, or made of file, key and problem."""
        for rule in self.sentences:
            values = rule.values(text)
            if values is not None and ": " not in next(iter(values.values()), ""):
                return self._translated(rule, values)
        where, colon, rest = text.partition(": ")
        known = colon and (self._parted(rest)[0] or self.said(rest) is not None)
        return self.refusal(where, "", rest) if known else text

    def _parted(self, problem: str) -> tuple[str, str]:
        """The key that a problem may begin with, and the rest of it in the other language."""
        words = problem.split(" ")
        for size in range(min(_KEY_WORDS, len(words))):
            told = self.said(" ".join(words[size:]), begins=True)
            if told is not None:
                return " ".join(words[:size]), told
        return "", self.said(problem) or problem

    def said(self, text: str, begins: bool = False) -> str | None:
        """A problem or a phrase in the other language; None if it is not known.

        Args:
            begins: whether it must begin with a word of the catalogue.
        """
        for rule in self.sentences:
            values = rule.values(text) if rule.begins or not begins else None
            if values is not None:
                return self._translated(rule, values)
        for rule in self.joints:
            values = rule.values(text)
            if values is not None and self.said(values["a"], begins=True) is not None:
                return self._translated(rule, values)
        for rule in self.phrases:
            values = rule.values(text) if rule.begins or not begins else None
            # What begins with a value, such as ``{n} to {m}``, might else take an unknown sentence apart.
            if values is not None and (rule.begins or not any(map(_ENGLISH.search, values.values()))):
                return self._translated(rule, values)
        return None

    def _translated(self, rule: _Rule, values: Mapping[str, str]) -> str:
        return _filled(rule.other, {name: self.said(value) or value for name, value in values.items()})

    def _named(self, name: str) -> str:
        for rule in self.names:
            values = rule.values(name)
            if values is not None:
                return _filled(rule.other, values)
        return name


@cache
def _book(lang: str) -> _Book:
    text = files("channellab.reports").joinpath("words", f"refusals_{lang}.toml").read_text(encoding="utf-8")
    return _Book(tomllib.loads(text))


def _filled(template: str, values: Mapping[str, str]) -> str:
    """A sentence with its values; a blank parts Chinese from Latin letters, quotes and numbers, and nothing else."""
    text = ""
    for odd, piece in _alternating(_PLACE.split(template)):
        piece = values[piece] if odd else piece
        if not text or not piece:
            text += piece
            continue
        left, right = text.rstrip(" "), piece.lstrip(" ")
        if left and right and (_HAN.match(left[-1]) or _HAN.match(right[0])):
            pair = left[-1], right[0]
            text = left + (" " if any(map(_LATIN.match, pair)) or pair[0] in ")]}" else "") + right
        else:
            text += piece
    return text


def _alternating(pieces: list[str]) -> Iterator[tuple[bool, str]]:
    """Pieces of a split template: literal text, name of a value, literal text, ..."""
    return ((number % 2 == 1, piece) for number, piece in enumerate(pieces))
