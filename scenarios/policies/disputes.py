"""What a dispute takes: pure functions over draws."""

import math

from channellab.scenarios.settings.disputes import RulingSettings


def days_of_work(level: RulingSettings, draw: float) -> float:
    """Days that somebody works on a dispute, from a draw in [0, 1).

    >>> days_of_work(RulingSettings(days=2.0, law="uniform"), 0.25)
    1.0
    >>> round(days_of_work(RulingSettings(days=2.0), 0.5), 6)
    1.386294
    """
    if level.law == "uniform":
        return 2.0 * level.days * draw
    return -level.days * math.log1p(-draw)
