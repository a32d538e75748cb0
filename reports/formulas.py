"""The formula of every metric, declared in ``formulas.toml``, as text for the page of metrics."""

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files

FORMULA_WORDS = """In the formulas, `sum` and `mean` run over the measured weeks, `last` is the last of them and
`before` the week before the first, `people` the number of consumers; 52 makes a weekly mean a yearly figure. A name
with underscores is a weekly count of what the definition says, as [sim/record.py](../sim/record.py) writes it down, or
another metric. A quotient without anything below is 0."""


@cache
def formulas() -> Mapping[str, str]:
    """By metric, in the order of the file."""
    text = files("channellab.reports").joinpath("formulas.toml").read_text(encoding="utf-8")
    return {name: str(formula) for name, formula in tomllib.loads(text).items()}


def formula_block(names: Iterable[str]) -> str:
    """Formulas of metrics, one a line, as a block of the page."""
    return "\n".join(["```text", *(f"{name} = {formulas()[name]}" for name in names if name in formulas()), "```"])
