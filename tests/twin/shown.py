"""In which of the twenty markets an error shows, as it was found last: that market is tried first.

What `shown.toml` says decides how long the search takes, never what it finds. Where dials were added and the markets
dealt anew, ``NOTE_SHOWN=1 pytest -n0 tests/twin`` writes it again.
"""

import json
import os
import tomllib
from functools import cache
from pathlib import Path

from .cases import COUNT

FILE = Path(__file__).with_name("shown.toml")


@cache
def _noted() -> dict[str, int]:
    return tomllib.loads(FILE.read_text("utf-8"))


def likely_first(error: str) -> list[int]:
    """All markets, first the one in which the error was found last."""
    return sorted(range(COUNT), key=lambda number: (number != _noted().get(error), number))


def note(error: str, number: int) -> None:
    """Remembers the market that showed an error, where that is asked for."""
    if os.environ.get("NOTE_SHOWN"):
        _noted()[error] = number
        lines = [f"{json.dumps(name)} = {found}\n" for name, found in sorted(_noted().items())]
        FILE.write_text("".join(lines), "utf-8")
