"""Looks into a study from outside, as another program has them."""

from pathlib import Path

from channellab.experiments import frames
from channellab.scenarios.errors import BadInput


def done(folder: Path) -> int:
    """Runs of a study that are done, also while it is just being made."""
    try:
        return int((frames.runs(folder)["status"] == "done").sum())
    except (BadInput, KeyError):
        return 0


def tables(folder: Path) -> dict[str, bytes]:
    """Bytes of all shards of a study, and of its runs without the seconds they took."""
    shards = {file.name: file.read_bytes() for file in sorted((folder / "series").iterdir())}
    return shards | {"runs": frames.runs(folder).drop(columns="seconds").to_csv(index=False).encode()}
