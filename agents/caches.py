"""Compiled kernels in numba's cache, which are dropped as soon as the code of any of them changes.

numba compiles a function anew when its own file has changed, but not when a function of another file has changed that
is part of it: after an update half of the kernels would still be the old ones.
"""

import hashlib
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

STAMP = "kernels.sha256"
COMPILED = (b"njit", b"agents.compiled import")


def drop_stale(folders: Iterable[Path]) -> bool:
    """Empties the caches of folders of code if that has changed since they were filled; returns whether it has.

    What cannot be written is left as it is: where code cannot be written either, it does not change.
    """
    folders = list(folders)
    code = [file.read_bytes() for folder in folders for file in sorted(folder.glob("*.py"))]
    now = hashlib.sha256(b"".join(text for text in code if any(sign in text for sign in COMPILED))).hexdigest()
    stamp = folders[0] / "__pycache__" / STAMP
    with suppress(OSError):
        if stamp.read_text(encoding="ascii") == now:
            return False
    with suppress(OSError):
        for index in (file for folder in folders for file in (folder / "__pycache__").glob("*.nbi")):
            index.unlink(missing_ok=True)
        stamp.parent.mkdir(exist_ok=True)
        stamp.write_text(now, encoding="ascii")
    return True
