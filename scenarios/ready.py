"""The library of ready scenarios, listed without loading the schema so that the list appears at once."""

import tomllib
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path

with as_file(files("channellab.scenarios") / "library") as _folder:
    FOLDER: Path = _folder


@dataclass(frozen=True)
class LibraryEntry:
    """A ready scenario: its name on the command line, and for people its titles and what it is for."""

    name: str
    title_en: str
    title_zh: str
    about: str
    about_zh: str


def library() -> list[LibraryEntry]:
    """All ready scenarios by name; titles are empty where a file is silent."""
    return [_entry(FOLDER / f"{name}.toml") for name in names()]


def names() -> list[str]:
    """Names of all ready scenarios, in order."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


def _entry(path: Path) -> LibraryEntry:
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    title, about = table.get("title", {}), table.get("about", {})
    told = {"en": about} if isinstance(about, str) else about
    words = (each.get(lang, "").strip() for each in (title, told) for lang in ("en", "zh"))
    return LibraryEntry(path.stem, *words)
