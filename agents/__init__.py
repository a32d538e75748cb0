"""Who acts: the agent kinds, their columns and their decisions."""

from pathlib import Path

from channellab.agents.caches import drop_stale

_HERE = Path(__file__).parent
drop_stale([_HERE, _HERE / "kernels", _HERE.parent / "sim"])
