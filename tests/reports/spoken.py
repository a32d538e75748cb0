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

Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def sentences() -> dict[str, str]:
    """By sentence, a place that says it."""
    found: dict[str, str] = {}
    for folder in FOLDERS:
        for file in sorted((ROOT / folder).rglob("*.py")):
            place = file.relative_to(ROOT).as_posix()
            if not place.startswith(APART):
                for line, text in _of_module(ast.parse(file.read_text("utf-8"))):
                    found.setdefault(text, f"{place}:{line}")
    return found


def _of_module(tree: ast.Module) -> Iterator[tuple[int, str]]:
    functions = {each.name: each for each in ast.walk(tree) if isinstance(each, Function)}
    for scope in (tree, *(each for each in ast.walk(tree) if isinstance(each, Function))):
        reader = _Reader(tree, scope, functions)
        for call in _own(scope):
            if isinstance(call, ast.Call) and (said := _sentence(call)) is not None:
                for text in reader.texts(said):
                    if any(letter.isalpha() for letter in text):
                        yield call.lineno, text


def _own(scope: ast.AST) -> Iterator[ast.AST]:
    """What is in a function or module, but not in a function inside it."""
    for child in ast.iter_child_nodes(scope):
        yield child
        if not isinstance(child, Function):
            yield from _own(child)


def _sentence(call: ast.Call) -> ast.expr | None:
    name = ast.unparse(call.func).rpartition(".")[2]
    if name == BAD and call.args:
        return call.args[-1]
    place = SAID_AT.get(name)
    return call.args[place] if place is not None and place < len(call.args) else None


@dataclass(frozen=True)
class _Reader:
    """What expressions in a function of a module may be, as far as the module tells."""

    tree: ast.Module
    scope: ast.AST
    functions: Mapping[str, Function]

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
        elif isinstance(node, ast.BoolOp):
            either = node.values
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
        inner = self.functions.get(name.id) if isinstance(name, ast.Name) else None
        found = [each.value for each in _own(inner) if isinstance(each, ast.Return)] if inner else []
        reader = _Reader(self.tree, inner or self.scope, self.functions)
        return [text for value in found if value for text in reader.texts(value)]


def _assigned(name: str, *scopes: ast.AST) -> Iterator[ast.expr]:
    for scope in scopes:
        for each in _own(scope):
            to = each.targets if isinstance(each, ast.Assign) else []
            if any(isinstance(target, ast.Name) and target.id == name for target in to):
                assert isinstance(each, ast.Assign)
                if name not in {inner.id for inner in ast.walk(each.value) if isinstance(inner, ast.Name)}:
                    yield each.value


def _joined(parts: list[list[str]]) -> list[str]:
    """Every way to put the parts together; what a part may be is a number where nothing is known."""
    ways = product(*(part or [VALUE] for part in parts))
    return [*dict.fromkeys("".join(way) for way in islice(ways, MOST))]
