"""Reads the source for every sentence that it may refuse something with; values in it are filled in with a number."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import islice, product
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDERS = ("scenarios", "agents", "sim", "experiments", "calibration", "reports", "channellab")
APART = ("calibration/gates/",)
"""Closed forms, which tell those who write tests what they were given."""
VALUE = "7"
SAID_AT = {"BadInput": 2, "ValueError": 0, "HTTPException": 1, "RunFailed": 0, "ChannelLabError": 0, "Complaint": 1}
"""By what is raised, the place of the sentence among its arguments."""
BAD = "bad"
"""Methods of tables that make an error; the sentence is their last argument."""
MOST = 40
"""Variants of a sentence that are tried."""

SHARED = ("unknown",)
"""Functions that other modules let speak for them."""

Function = ast.FunctionDef | ast.AsyncFunctionDef
Known = Mapping[str, tuple[ast.Module, Function]]
"""By name, a function and the module that it is in."""


@cache
def sentences() -> dict[str, str]:
    """By sentence, a place that says it."""
    files = [file for folder in FOLDERS for file in sorted((ROOT / folder).rglob("*.py"))]
    texts = {file.relative_to(ROOT).as_posix(): file.read_text("utf-8") for file in files}
    marks = (*SAID_AT, *SHARED, f".{BAD}")
    trees = {place: ast.parse(text) for place, text in texts.items() if any(f"{mark}(" in text for mark in marks)}
    shared = {
        name: (tree, each) for tree in trees.values() for name, each in _functions(tree).items() if name in SHARED
    }
    found: dict[str, str] = {}
    for place, tree in trees.items():
        if not place.startswith(APART):
            for line, text in _of_module(tree, shared):
                found.setdefault(text, f"{place}:{line}")
    return found


def _functions(tree: ast.Module) -> dict[str, Function]:
    return {each.name: each for each in ast.walk(tree) if isinstance(each, Function)}


def _of_module(tree: ast.Module, shared: Known) -> Iterator[tuple[int, str]]:
    own = _functions(tree)
    known = {**shared, **{name: (tree, each) for name, each in own.items()}}
    for scope in (tree, *own.values()):
        reader = _Reader(tree, scope, known)
        for call in _own(scope):
            if isinstance(call, ast.Call) and (said := _sentence(call)) is not None:
                for text in reader.texts(said):
                    if any(letter.isalpha() for letter in text):
                        yield call.lineno, text


@cache
def _own(scope: ast.AST) -> list[ast.AST]:
    """What is in a function or module, but not in a function inside it."""
    found, left = [], [*ast.iter_child_nodes(scope)]
    while left:
        node = left.pop()
        found.append(node)
        if not isinstance(node, Function):
            left += ast.iter_child_nodes(node)
    return found


def _sentence(call: ast.Call) -> ast.expr | None:
    name = getattr(call.func, "id", getattr(call.func, "attr", ""))
    if name == BAD and call.args:
        return call.args[-1]
    place = SAID_AT.get(name)
    if place is None or not call.args:
        return None
    last = call.args[-1]
    if isinstance(last, ast.Starred):  # place and sentence from a function
        return last.value
    return call.args[place] if place < len(call.args) else None


@dataclass(frozen=True)
class _Reader:
    """What expressions in a function of a module may be, as far as the module tells."""

    tree: ast.Module
    scope: ast.AST
    functions: Known

    def texts(self, node: ast.expr) -> list[str]:
        """All texts that an expression may be; none if nothing is known."""
        if isinstance(node, ast.Constant):
            return [node.value] if isinstance(node.value, str) else []
        if isinstance(node, ast.JoinedStr):
            return _joined([self._filled(part) for part in node.values])
        if isinstance(node, ast.BinOp):
            return _joined([self.texts(node.left), self.texts(node.right)])
        either: list[ast.expr] = []
        if isinstance(node, ast.IfExp):
            either = [node.body, node.orelse]
        elif isinstance(node, ast.BoolOp | ast.Tuple):
            either = node.values if isinstance(node, ast.BoolOp) else node.elts[-1:]
        elif isinstance(node, ast.Name):
            either = [*_assigned(node.id, self.scope, self.tree)]
        elif isinstance(node, ast.Call):
            return self._returned(node.func)
        return [text for each in either for text in self.texts(each)]

    def _filled(self, part: ast.expr) -> list[str]:
        if not isinstance(part, ast.FormattedValue):
            return self.texts(part)
        texts = self.texts(part.value) or [VALUE]
        return [repr(text) for text in texts] if part.conversion == ord("r") else texts

    def _returned(self, name: ast.expr) -> list[str]:
        """What a function of the module may return."""
        tree, inner = self.functions.get(name.id if isinstance(name, ast.Name) else "", (self.tree, None))
        found = [each.value for each in _own(inner) if isinstance(each, ast.Return)] if inner else []
        reader = _Reader(tree, inner or self.scope, self.functions)
        return [text for value in found if value for text in reader.texts(value)]


def _assigned(name: str, *scopes: ast.AST) -> Iterator[ast.expr]:
    for scope in scopes:
        for value in _values(scope).get(name, ()):
            if name not in {inner.id for inner in ast.walk(value) if isinstance(inner, ast.Name)}:
                yield value


@cache
def _values(scope: ast.AST) -> dict[str, list[ast.expr]]:
    """By name, what a function or module sets it to."""
    found: dict[str, list[ast.expr]] = {}
    for node in _own(scope):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    found.setdefault(target.id, []).append(node.value)
    return found


def _joined(parts: list[list[str]]) -> list[str]:
    """Every way to put the parts together; what a part may be is a number where nothing is known."""
    ways = product(*(part or [VALUE] for part in parts))
    return [*dict.fromkeys("".join(way) for way in islice(ways, MOST))]
