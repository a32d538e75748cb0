"""channellab: an agent-based market simulator and strategy lab for sales channels.

The commands as functions, for notebooks: ``from channellab import Scenario, run, compare, batch, search``. They are
loaded when they are first asked for, so that the command line answers at once.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from channellab.experiments.precision import Precision
    from channellab.notebook import (
        Scenario,
        batch,
        charts,
        compare,
        explain,
        run,
        runs,
        search,
        select,
        sensitivity,
    )

__version__ = "0.1.0"
__all__ = [
    "Precision",
    "Scenario",
    "__version__",
    "batch",
    "charts",
    "compare",
    "explain",
    "run",
    "runs",
    "search",
    "select",
    "sensitivity",
]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from channellab import notebook

    return getattr(notebook, name)
