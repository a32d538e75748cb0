"""Cases of diversion and of false accusation: who is said to have done what to whom, and in which order they count."""

from typing import NamedTuple

PAIR = 2**32
"""Draws about two parties are keyed by both of their identities."""
NOBODY = -1
"""Instead of a party: who is falsely accused has harmed no one."""


class Case(NamedTuple):
    """A case against a partner.

    Attributes:
        offender: party that is accused. victim: party sold into, or `NOBODY`.
        region: where the goods went; that of the accused where there were none.
        value: of the goods, at the local price. ends: day on which it ends, or ended. week: of the offence.
        guilty: whether goods were diverted at all.
    """

    offender: int
    victim: int
    region: int
    value: float
    ends: float
    week: int
    guilty: bool

    @property
    def parties(self) -> list[int]:
        """Who is concerned."""
        return [self.offender] if self.victim == NOBODY else [self.offender, self.victim]

    @property
    def wronged(self) -> int:
        """Whom a wrong ruling harms: who was sold into, or who is innocent."""
        return self.victim if self.guilty else self.offender


class Identities(dict[int, int]):
    """Identity in the draws of each party with a territory; that of nobody is beyond all of them."""

    def __missing__(self, party: int) -> int:
        return PAIR - 1

    def pair(self, case: Case) -> int:
        """Identity of accused and victim together."""
        return self[case.offender] * PAIR + self[case.victim]

    def turn(self, case: Case) -> tuple[float, int, int, float]:
        """Place of a case among those of a week: each is a step up the ladder of penalties, so their order counts."""
        return case.ends, self[case.offender], self[case.victim], case.value
