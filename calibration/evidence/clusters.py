"""DIF5: news that travels from friend to friend in clusters peaks later and lower than in fully mixed company."""

from collections.abc import Sequence

import numpy as np

from channellab.calibration.evidence.finding import Experiment, Finding, Weeks, found, last, replicate
from channellab.scenarios.arrays import Floats
from channellab.scenarios.files import Loaded, load

INNOVATION, IMITATION = 0.001, 0.08
"""Hazards a week: those of 0.0065 and 0.52 a year, eight times as fast, so that a market is soon played out."""
SPAN = 7
"""Weeks over which adoption is counted, to quieten luck."""
SOCIETIES = {
    "mixed": 'mixing="full"',
    "ring": 'mixing="network", friends=6, rewiring=0.0, long_ties=0.0',
    "rewired": 'mixing="network", friends=20, rewiring=1.0, long_ties=0.0',
}
THEORY = "theory, sign only; Watts & Strogatz 1998 for the network"
INPUTS = (
    "consumers.society: friends, rewiring and long_ties. Nothing else is written in: what a consumer hears is the "
    'share of friends who talk, times consumers.awareness.imitation. With mixing = "full" the effect is zero.'
)
WHERE = (
    "bass-diffusion with 3,000 consumers over 150 weeks, innovation 0.001 and imitation 0.08 a week; a ring of 6 "
    "friends without ties elsewhere, 20 friends anywhere in the district, and everybody mixed"
)


def experiment(seeds: Sequence[int]) -> list[Finding]:
    """When and how high adoption peaks on a ring, on a rewired network with more friends, and in mixed company."""
    rows = {name: replicate(market(name), peak, seeds) for name in SOCIETIES}
    late, high = (rows["ring"][:, n] / rows["mixed"][:, n] - 1.0 for n in (0, 1))
    nearer = np.abs(rows["ring"] - rows["mixed"]) - np.abs(rows["rewired"] - rows["mixed"])
    return [
        _finding("Change of the week of fastest adoption on a ring of friends.", late, ("later (> 0)", 0.0, None)),
        _finding("Change of the fastest adoption on a ring of friends.", high, ("lower (< 0)", None, 0.0)),
        _finding(
            "Gap to mixed company in the fastest adoption (share of consumers in 7 weeks): that of the ring less that "
            "of a rewired network with more friends.",
            nearer[:, 1],
            ("rewiring and more friends lead back to the mixed limit (> 0)", 0.0, None),
        ),
    ]


def _finding(words: str, values: Floats, published: tuple[str, float | None, float | None]) -> Finding:
    return found(
        "DIF5",
        words,
        values,
        published=f"{published[0]}; {THEORY}",
        low=published[1],
        high=published[2],
        inputs=INPUTS,
        scenario=WHERE,
    )


def market(society: str) -> Loaded:
    """The market in one of the societies."""
    words = (
        f"consumers.society={{{SOCIETIES[society]}}}",
        f"consumers.awareness.innovation={INNOVATION}",
        f"consumers.awareness.imitation={IMITATION}",
    )
    return load("bass-diffusion", (*words, "consumers.count=3000", "run.weeks=150"))


def peak(weeks: Weeks) -> list[float]:
    """Week of fastest adoption, and the share of consumers who adopt within `SPAN` weeks around it."""
    playing = last(weeks)
    adopted = np.array([0.0, *playing.record.numbers["adopted"]]) / playing.consumers.count
    gained = adopted[SPAN:] - adopted[:-SPAN]
    return [float(np.argmax(gained)) + SPAN / 2, float(gained.max())]


FINDINGS: dict[str, Experiment] = {"DIF5": experiment}
