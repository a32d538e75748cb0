"""How loops are compiled.

Most of the time that numba takes goes into what is around a loop: for every array that comes from Python, and records
of shoppers hold dozens, there is code that unpacks and checks it. Loops that only other loops call do without it, and
all do without the second way in, from C, that nobody uses: a fresh machine compiles in half the time.
"""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from numba import njit

FROM_PYTHON: dict[str, Any] = {"no_cfunc_wrapper": True}
ALONE: dict[str, Any] = {"no_cfunc_wrapper": True, "no_cpython_wrapper": True}
"""Options of numba that its annotations leave out."""
Loop = TypeVar("Loop", bound=Callable[..., Any])


def kernel(loop: Loop) -> Loop:
    """Compiles a function that Python calls."""
    return cast(Loop, njit(cache=True, **FROM_PYTHON)(loop))


def part(loop: Loop) -> Loop:
    """Compiles a function that only other compiled ones call; Python cannot."""
    return cast(Loop, njit(cache=True, **ALONE)(loop))


def inlined(loop: Loop) -> Loop:
    """A small function that becomes a piece of each that calls it."""
    return cast(Loop, njit(cache=True, inline="always")(loop))
