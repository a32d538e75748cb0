"""Linear algebra in one thread.

Sums over tens of thousands of parameters are otherwise shared out among as many threads as there are cores: then the
last digits depend on the machine, and threads that wait for the next short sum keep other fits from the cores.
"""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from threadpoolctl import threadpool_limits

Given = ParamSpec("Given")
Result = TypeVar("Result")


def one_thread(work: Callable[Given, Result]) -> Callable[Given, Result]:
    """The same work, with linear algebra in one thread while it lasts."""

    @wraps(work)
    def limited(*args: Given.args, **kwargs: Given.kwargs) -> Result:
        with threadpool_limits(1):
            return work(*args, **kwargs)

    return limited
