"""The folder of a result: written aside and put in place whole, so that an aborted run leaves nothing behind."""

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from channellab.scenarios.errors import BadInput

MANIFEST = "channellab-files.json"
"""In every result folder the list of the files that the lab wrote; only such folders are ever replaced."""


@contextmanager
def staged(out: Path | None) -> Iterator[Path | None]:
    """A folder to write a result into, which takes the place of ``out`` when the block ends well.

    An earlier result in ``out`` is replaced. Without ``out`` there is no folder.

    Raises:
        BadInput: before the block runs, if ``out`` cannot be written, or holds something that is not ours.
    """
    if out is None:
        yield None
        return
    try:
        target, aside = _prepare(out)
    except (OSError, RuntimeError, ValueError) as error:
        raise _bad(out, f"cannot be written: {getattr(error, 'strerror', None) or error}") from None
    try:
        yield aside
        _publish(aside, target, out)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _prepare(out: Path) -> tuple[Path, Path]:
    target = out.resolve()
    _refuse(target, out)
    above = next(folder for folder in target.parents if folder.exists())
    aside = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=above))
    umask = os.umask(0)
    os.umask(umask)
    aside.chmod(0o777 & ~umask)
    return target, aside


def _refuse(target: Path, out: Path) -> None:
    if not target.exists():
        return
    if not target.is_dir():
        raise _bad(out, "is a file, allowed is a folder")
    if target in (Path.cwd(), *Path.cwd().parents) or target.is_mount():
        raise _bad(out, "is in use as the current folder or a mount point, allowed is a folder in it")
    foreign = sorted(_files(target) - _ours(target))
    if foreign:
        raise _bad(out, f"holds {foreign[0]}, which is no result of channellab; allowed is a new or empty folder")


def _publish(aside: Path, target: Path, out: Path) -> None:
    names = sorted(_files(aside) | {MANIFEST})
    (aside / MANIFEST).write_text(json.dumps(names, indent=1) + "\n", encoding="utf-8")
    _refuse(target, out)
    target.parent.mkdir(parents=True, exist_ok=True)
    if not target.exists():
        aside.rename(target)
        return
    old = aside.with_name(f"{aside.name}-old")
    target.rename(old)
    try:
        aside.rename(target)
    except OSError:
        old.rename(target)
        raise
    shutil.rmtree(old)


def _files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir()}


def _ours(folder: Path) -> set[str]:
    try:
        names = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return set()
    return {name for name in names if isinstance(name, str)} if isinstance(names, list) else set()


def _bad(out: Path, problem: str) -> BadInput:
    return BadInput(f"--out {out}", "", problem)
