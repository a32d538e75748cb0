"""The yardsticks: the same shopper-week hand-written in C, and as a plain Mesa user writes it."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

SOURCES = Path(__file__).resolve().parents[1] / "yardstick"
NO_COMPILER = "no gcc on this machine, so nothing can be held against the C yardstick; install gcc"


def build(folder: Path, *options: str) -> Path | None:
    """The C yardstick, compiled into ``folder`` for this machine; None where there is no gcc."""
    compiler = shutil.which("gcc")
    if compiler is None:
        return None
    program = folder / f"shopper_week{''.join(options)}"
    source = str(SOURCES / "shopper_week.c")
    subprocess.run([compiler, "-O3", "-march=native", *options, source, "-o", str(program), "-lm"], check=True)
    return program


def c_rate(program: Path, consumers: int, weeks: int) -> float:
    """Consumer-weeks per CPU second of the C yardstick."""
    return _rate([str(program)], consumers, weeks)


def c_offers(program: Path, consumers: int, weeks: int) -> float:
    """Offers considered per consumer-week by the C yardstick, built with -DCOUNT."""
    said = _said([str(program), str(consumers), str(weeks)])
    return _number(r"offers considered (\d+)", said) / (consumers * weeks)


def mesa_rate(consumers: int, weeks: int) -> float:
    """Consumer-weeks per CPU second of plain Mesa."""
    return _rate([sys.executable, str(SOURCES / "shopper_mesa.py")], consumers, weeks)


def _rate(program: list[str], consumers: int, weeks: int) -> float:
    return consumers * weeks / _number(r"([\d.]+) s ", _said([*program, str(consumers), str(weeks)]))


def _said(command: list[str]) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def _number(pattern: str, text: str) -> float:
    found = re.search(pattern, text)
    if found is None:
        raise RuntimeError(f"the yardstick says {text!r}, expected was {pattern!r}")
    return float(found[1])
