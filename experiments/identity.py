"""What a run is: the same code, packages, processor features, scenario and seed give the same run, bit for bit."""

import hashlib
import json
import platform
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, distribution
from importlib.resources import as_file, files
from pathlib import Path
from re import match

CODE = ("scenarios", "agents", "sim", "experiments/play.py")
"""Code that decides a run; other code may change without making earlier runs worthless."""
PACKAGES = ("mesa", "networkx", "numba", "numpy", "pandas", "pydantic", "scipy", "simpy")
"""Packages that a market is played with."""
_KINDS = {".py", ".csv"}


@dataclass(frozen=True)
class Environment:
    """Where a run is played, as far as its result depends on it.

    Attributes:
        code: SHA-256 of the code and data that decide a run.
        packages: JSON of the installed versions of Python, of `PACKAGES` and of all that they need, as a lock file has.
        cpu: features of the processor; numpy and numba choose instructions by them that may differ in the last bit.
    """

    code: str
    packages: str
    cpu: str

    def run_id(self, scenario_hash: str, seed: int) -> str:
        """The run's name: SHA-256 of all that decides its result."""
        return digest([self.code, self.packages, self.cpu, scenario_hash, seed])


@cache
def environment() -> Environment:
    """Of this process."""
    return Environment(_code(), json.dumps(_packages(), sort_keys=True), _cpu())


def digest(value: object) -> str:
    """SHA-256 in hexadecimal of plain data."""
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()


def _code() -> str:
    with as_file(files("channellab")) as root:
        found = [file for part in CODE for file in _files(root / part)]
        names = sorted((file.relative_to(root).as_posix(), file) for file in found)
        return digest([(name, hashlib.sha256(file.read_bytes()).hexdigest()) for name, file in names])


def _files(place: Path) -> list[Path]:
    return [file for file in place.rglob("*") if file.suffix in _KINDS] if place.is_dir() else [place]


def _packages() -> dict[str, str]:
    found, open_ends = {"python": platform.python_version()}, [*PACKAGES]
    while open_ends:
        name = open_ends.pop()
        try:
            package = distribution(name)
        except PackageNotFoundError:  # needed on other systems only
            continue
        found[name] = package.version
        needs = [need for need in package.requires or () if "extra ==" not in need]
        open_ends += sorted({_name(need) for need in needs} - found.keys())
    return found


def _name(requirement: str) -> str:
    found = match(r"[\w.-]+", requirement)
    return found.group().lower().replace("_", "-") if found else ""


def _cpu() -> str:
    """A digest: the full list is long, and only its being the same matters."""
    import llvmlite.binding as llvm
    from numpy._core._multiarray_umath import __cpu_features__ as features

    used = sorted(name for name, there in features.items() if there)
    named = [platform.machine(), llvm.get_host_cpu_name(), llvm.get_host_cpu_features().flatten(), used]
    return f"{platform.machine()} {digest(named)[:16]}"
