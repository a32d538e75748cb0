"""Gates on the books: in every ready scenario, money and goods are accounted for."""

from collections.abc import Sequence

from channellab.calibration.evidence.finding import Finding
from channellab.experiments.play import play
from channellab.experiments.replicate import changed
from channellab.scenarios.files import load

WEEKS = 8
MONEY = 1e-9
"""Largest gap in the books, as a share of the money that has moved, that rounding explains."""


def books(name: str, seeds: Sequence[int]) -> list[Finding]:
    """Largest gaps in the books of a scenario over its warm-up and some weeks; one seed is enough for an identity."""
    loaded = load(name)
    run = play(changed(loaded, None, min(WEEKS, loaded.scenario.run.weeks)), seeds[0])
    gaps = {"money": (run.money_imbalance, MONEY), "goods": (float(run.goods_imbalance), 0.0)}
    return [
        Finding(
            "BOOKS",
            f"Largest gap in the books of {what}.",
            "1" if what == "money" else "units",
            gap,
            gap,
            gap,
            1,
            "0, but for rounding; double entry" if what == "money" else "0, exactly; counted twice",
            -allowed,
            allowed,
            "",
            name,
        )
        for what, (gap, allowed) in gaps.items()
    ]
