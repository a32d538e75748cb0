"""A scenario file and the files it extends, laid over each other; every value remembers who set it."""

import os
import re
import tomllib
from dataclasses import dataclass, field
from difflib import get_close_matches
from itertools import pairwise
from pathlib import Path
from typing import Any

from channellab.scenarios import ready
from channellab.scenarios.errors import BadInput
from channellab.scenarios.keys import Parts, leaves

WHOLE = ("title", "about")
"""Words for people: who writes them in one language does not want the other from the scenario below."""


@dataclass(frozen=True)
class Layer:
    """One file: its place, its name in messages, and its table without ``extends``."""

    path: Path
    where: str
    table: dict[str, Any]


@dataclass
class Layers:
    """Tables merged deeply, arrays replaced whole.

    Attributes:
        main: file to blame for what nobody set.
        data: the merged table.
    """

    main: str
    data: dict[str, Any] = field(default_factory=dict)
    _origins: dict[Parts, tuple[int, str]] = field(default_factory=dict)
    _count: int = 0

    def lay(self, table: dict[str, Any], where: str) -> None:
        """Merge a table over what is there; words for people take the place of those below."""
        for name in WHOLE:
            if name in table:
                self.data.pop(name, None)
        for parts, value in leaves(table):
            self.put(parts, value, where)

    def put(self, parts: Parts, value: Any, where: str) -> None:
        """Set one value; whole numbers among the parts are positions in arrays that exist."""
        node: Any = self.data
        for part, following in pairwise(parts):
            node = _enter(node, part, list if isinstance(following, int) else dict)
        last: Any = parts[-1]
        if value != {} or not isinstance(node.get(last) if isinstance(node, dict) else node[last], dict):
            node[last] = value
            self._remember(parts, where)

    def blame(self, *paths: Parts) -> str:
        """The newest of those who set one of these keys, or something in them."""
        return max(self._origin(path) for path in paths)[1]

    def _remember(self, parts: Parts, where: str) -> None:
        self._origins = {key: origin for key, origin in self._origins.items() if not _replaces(parts, key)}
        self._count += 1
        self._origins[parts] = (self._count, where)

    def _origin(self, path: Parts) -> tuple[int, str]:
        inside = [origin for key, origin in self._origins.items() if key[: len(path)] == path]
        around = [key for key in self._origins if path[: len(key)] == key]
        if inside:
            return max(inside)
        return self._origins[max(around, key=len)] if around else (0, self.main)


def _enter(node: Any, part: Any, kind: type) -> Any:
    if isinstance(node, dict) and not isinstance(node.get(part), kind):
        node[part] = kind()
    return node[part]


def _replaces(parts: Parts, key: Parts) -> bool:
    if key[: len(parts)] == parts:
        return True
    return parts[: len(key)] == key and not isinstance(parts[len(key)], int)


def locate(name_or_path: str) -> tuple[Path, str]:
    """The file of a scenario, and its name in messages.

    Raises:
        BadInput: if it is no scenario of the library and does not look like a file.
    """
    if name_or_path in ready.names():
        return ready.FOLDER / f"{name_or_path}.toml", f"{name_or_path}.toml"
    if _is_path(name_or_path) or Path(name_or_path).exists():
        return Path(name_or_path), name_or_path
    raise BadInput(repr(name_or_path), "", f"is no scenario of the library; {_hint(name_or_path)}")


def chain(path: Path, where: str) -> list[Layer]:
    """The file at ``path`` and all that it extends, the farthest first.

    Raises:
        BadInput: for a file that cannot be read, or that extends itself.
    """
    found: list[Layer] = []
    while True:
        table = read_table(path, where)
        if path.resolve() in (layer.path.resolve() for layer in found):
            circle = " -> ".join([*(layer.where for layer in found), where])
            raise BadInput(found[-1].where, "extends", f"is circular: {circle}")
        extends = table.pop("extends", None)
        found.append(Layer(path, where, table))
        if extends is None:
            return found[::-1]
        path, where = _extended(extends, found[-1])


def read_table(path: Path, where: str) -> dict[str, Any]:
    """The table in a TOML file.

    Raises:
        BadInput: if it cannot be read as one; names the line where TOML is malformed.
    """
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except (FileNotFoundError, NotADirectoryError):
        raise BadInput(where, "", "does not exist") from None
    except IsADirectoryError:
        raise BadInput(where, "", "is a folder, allowed is a TOML file") from None
    except OSError as error:
        raise BadInput(where, "", f"cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise BadInput(where, "", f"is not UTF-8 text: {error.reason} at byte {error.start}") from None
    except RecursionError:
        raise BadInput(where, "", "is nested too deeply") from None
    except ValueError as error:
        raise BadInput(where, "", f"is not valid TOML: {error}{_quotes(path, error)}") from None


def _quotes(path: Path, error: ValueError) -> str:
    """A hint where the line at fault begins with a name of other letters than TOML knows without quotes."""
    at = re.search(r"\(at line (\d+)", str(error))
    line = path.read_text("utf-8-sig").splitlines()[int(at[1]) - 1] if at else ""
    name = re.match(r"\s*\[*\s*([\w.-]+)", line)
    return "; names with letters beyond a to z stand in quotes" if name and not name[1].isascii() else ""


def _extended(extends: Any, layer: Layer) -> tuple[Path, str]:
    if not isinstance(extends, str):
        raise BadInput(layer.where, "extends", "is no text, allowed is a library name or the path of a TOML file")
    if extends in ready.names():
        return locate(extends)
    path = layer.path.parent / extends
    if not _is_path(extends) and not path.is_file():
        raise BadInput(layer.where, "extends", f"is {extends!r}, no scenario of the library; {_hint(extends)}")
    if not path.is_file():
        raise BadInput(layer.where, "extends", f"is {extends!r}, which is not a file")
    return path, os.path.normpath(Path(layer.where).parent / extends)


def _is_path(text: str) -> bool:
    return text.endswith(".toml") or "/" in text or os.sep in text


def _hint(name: str) -> str:
    known = ready.names()
    near = get_close_matches(name, known, 3) or known
    return f"the nearest names are {', '.join(near) or '(none)'}, and the path of a file ends in .toml"
