"""Points of a study whose values make no scenario together, such as rebate tiers that a sampled point lets overlap.

Where some points of a study do make one, such a point is a failed run with its sentence, which stops nothing. Where
none does, the study itself is wrong.
"""

from collections.abc import Iterable, Iterator

from channellab.experiments.inputs import Values, with_values
from channellab.experiments.replicate import changed
from channellab.experiments.store import Point
from channellab.scenarios.errors import BadInput
from channellab.scenarios.files import Loaded


def tried(loaded: Loaded, values: Values, where: str, seed: int | None, weeks: int | None) -> Loaded | BadInput:
    """A scenario with these values in it, played on this seed for so many weeks; or why there is none.

    Raises:
        BadInput: its seed or its weeks are not allowed.
    """
    try:
        found = with_values(loaded, values, where)
    except BadInput as error:
        return error
    return changed(found, seed, weeks)


def some_playable(points: Iterable[Point]) -> Iterator[Point]:
    """All points, as they are.

    Raises:
        BadInput: at the end, if none of them makes a scenario: why the first does not.
    """
    first, playable = None, False
    for point in points:
        if isinstance(point.loaded, BadInput):
            first = first or point.loaded
        else:
            playable = True
        yield point
    if first and not playable:
        raise first
