"""Numbers kept week by week, for as many weeks as somebody still needs them."""

from dataclasses import dataclass, field

import numpy as np

from channellab.scenarios.arrays import Flags, Floats, Ints

ROOM = 16
"""Weeks for which there is room at least."""


@dataclass
class Weekly:
    """Arrays of numbers, one for each of W weeks.

    New weeks come at the end of a block with room for more, and old ones go at its beginning, so that few weeks copy
    anything.

    Attributes:
        block: (C, ...) numbers. weeks: (C,) numbers of the weeks, rising.
        first, last: those that count are the places from ``first`` to before ``last``.
    """

    block: Floats = field(default_factory=lambda: np.empty((0, 0)))
    weeks: Ints = field(default_factory=lambda: np.empty(0, np.int64))
    first: int = 0
    last: int = 0

    @property
    def lines(self) -> Floats:
        """(W, ...) the numbers of the weeks that count."""
        return self.block[self.first : self.last]

    @property
    def week(self) -> Ints:
        """(W,) their weeks."""
        return self.weeks[self.first : self.last]

    def add(self, week: int, line: Floats) -> None:
        """Adds a week."""
        if self.last == len(self.block):
            self._make_room(line.shape)
        self.block[self.last], self.weeks[self.last] = line, week
        self.last += 1

    def keep(self, which: Flags) -> None:
        """Forgets all weeks but those (W,) flagged."""
        first = int(which.argmax()) if which.any() else which.size
        if not which[first:].all():
            lines, weeks = self.lines[which], self.week[which]
            first = which.size - weeks.size
            self.lines[first:], self.week[first:] = lines, weeks
        self.first += first

    def put_back(self, week: Ints, lines: Floats) -> None:
        """Replaces all by saved weeks."""
        self.block, self.weeks, self.first, self.last = lines.copy(), week.copy(), 0, week.size

    def _make_room(self, line: tuple[int, ...]) -> None:
        count = self.last - self.first
        block, weeks = np.empty((max(2 * count, ROOM), *line)), np.empty(max(2 * count, ROOM), np.int64)
        if count:
            block[:count], weeks[:count] = self.lines, self.week
        self.block, self.weeks, self.first, self.last = block, weeks, 0, count
