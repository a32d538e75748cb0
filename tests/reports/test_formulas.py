"""Every metric has a formula, and those in terms of weekly counts give the metric."""

import ast
import operator
import re
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from channellab.reports.formulas import formulas
from channellab.scenarios.files import load
from channellab.scenarios.metrics import CATALOGUE
from channellab.sim import metrics
from channellab.sim.market import Market

LIVELY = str(Path(__file__).parents[1] / "guards" / "lively" / "lively.toml")
Weeks = npt.NDArray[np.float64]
OPERATORS: Mapping[type[ast.operator], Callable[[Weeks, Weeks], Weeks]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: metrics.ratio,
}
FUNCTIONS: Mapping[str, Callable[[Weeks, int], Weeks]] = {
    "sum": lambda weeks, first: weeks[first:].sum(),
    "mean": lambda weeks, first: weeks[first:].mean(),
    "last": lambda weeks, first: weeks[-1],
    "before": lambda weeks, first: weeks[first - 1],
}


def parsed(formula: str) -> ast.expr | None:
    """A formula in terms of counts and metrics, or None if it is told in words."""
    try:
        return ast.parse(re.sub(r"^52 ", "52 * ", formula), mode="eval").body
    except SyntaxError:
        return None


def value(node: ast.expr, names: Mapping[str, Weeks], inside: Mapping[str, Weeks], first: int) -> Weeks:
    """What an expression comes to: ``names`` stand outside of functions, ``inside`` are the counts of all weeks."""
    match node:
        case ast.Constant(number):
            return np.float64(number)
        case ast.Name(name):
            return names[name]
        case ast.BinOp(left, sign, right):
            both = (np.asarray(value(each, names, inside, first), np.float64) for each in (left, right))
            return OPERATORS[type(sign)](*both)
        case ast.Call(ast.Name(function), [argument]):
            return FUNCTIONS[function](value(argument, inside, inside, first), first)
    raise AssertionError(ast.dump(node))


@pytest.fixture(scope="module")
def market() -> Market:
    played = Market(load(LIVELY).scenario, seed=3)
    settings = played.scenario.run
    played.play(settings.warmup + settings.weeks)
    played.close()
    return played


def test_every_metric_has_a_formula() -> None:
    assert sorted(formulas()) == sorted(CATALOGUE)


def test_formulas_give_the_metrics(market: Market) -> None:
    warmup, scale = market.scenario.run.warmup, market.scenario.run.reporting_factor
    found = metrics.summary(market)
    plain = {name: np.float64(figure / (scale if CATALOGUE[name].scales else 1.0)) for name, figure in found.items()}
    counts = {name: np.asarray(weeks, np.float64) for name, weeks in market.record.numbers.items()}
    names = plain | {"people": np.float64(market.consumers.count)}
    tried = {name: node for name, formula in formulas().items() if (node := parsed(formula))}
    assert len(tried) >= 50
    told = {name: float(value(node, names, counts, warmup)) for name, node in tried.items()}
    assert told == pytest.approx({name: float(plain[name]) for name in tried}, rel=1e-9, abs=1e-12)
    assert sum(figure != 0.0 for figure in told.values()) > 30
