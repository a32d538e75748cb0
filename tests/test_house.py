"""House rules that no tool on the shelf checks: who may import whom, where luck comes from, what is locked and packed.

A rule is a function from sources to complaints, so that each is itself tried on small bad examples.
Sources are a dict from file to text, with files named as in ``sim/week.py``.
"""

import ast
import graphlib
import inspect
import re
import shutil
import subprocess
import sys
import sysconfig
import tomllib
import venv
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

import networkx
import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import channellab

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "channellab"
FOLDERS = ("scenarios", "agents", "sim", "experiments", "calibration", "reports")
MAY_USE = {"scenarios": {"numpy", "pydantic"}, "agents": {"mesa", "numba", "numpy", "pydantic"}}
SEEDED = {
    "BitGenerator",
    "Generator",
    "MT19937",
    "PCG64",
    "PCG64DXSM",
    "Philox",
    "SFC64",
    "SeedSequence",
    "default_rng",
}
UNSAFE = re.compile(r"(builtins\.)?(eval|exec)|(pickle|dill|cloudpickle|marshal|shelve)\..+|.+\.(read|to)_pickle")
PERSONAL_PATH = re.compile(r"(?<![\w.$)}\]>*-])/(?:home|root|tmp|work|Users)/\w|\b[A-Z]:\\+Users\b")
DATA = (
    *("scenarios/library/*.toml", "scenarios/library/*/*.csv", "scenarios/library/*/*/*.parquet"),
    *("scenarios/data/*.csv", "reports/words/*.toml", "reports/templates/*", "reports/fonts/*", "py.typed"),
    *("reports/workshop/static/*", "reports/workshop/words/*.toml"),
    *("calibration/examples/*.toml", "calibration/examples/*.csv", "calibration/examples/*/*"),
    "calibration/findings.toml",
)
IN_FUNCTIONS = {"scenarios/fitted.py": {"pyarrow"}}
"""What a file may import besides, inside the functions that need it: nobody else waits for Parquet."""

Sources = Mapping[str, str]


def our_sources() -> Sources:
    files = [file for folder in FOLDERS for file in (PACKAGE / folder).rglob("*.py")]
    return {file.relative_to(PACKAGE).as_posix(): file.read_text("utf-8") for file in files}


# Imports: scenarios <- agents <- sim <- experiments <- calibration <- reports, and no circle


class Import(NamedTuple):
    """One import of ``target``, e.g. ``"channellab.sim.week"``."""

    file: str
    line: int
    target: str
    for_types_only: bool

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: imports {self.target}"


def module_of(file: str) -> str:
    return ".".join(("channellab", *PurePosixPath(file).with_suffix("").parts)).removesuffix(".__init__")


def imports(sources: Sources) -> Iterator[Import]:
    modules = {module_of(file) for file in sources}
    for file, text in sources.items():
        tree = ast.parse(text, file)
        for_types = {id(part) for block in type_checking_blocks(tree) for part in ast.walk(block)}
        for node in ast.walk(tree):
            for name in imported_names(node, file):
                parent = name.rpartition(".")[0]
                target = parent if parent in modules and name not in modules else name
                yield Import(file, getattr(node, "lineno", 0), target, id(node) in for_types)


def type_checking_blocks(tree: ast.Module) -> Iterator[ast.stmt]:
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) in ("TYPE_CHECKING", "typing.TYPE_CHECKING"):
            yield from node.body


def imported_names(node: ast.AST, file: str) -> list[str]:
    """Dotted names: of ``from a import b``, ``["a.b"]``."""
    match node:
        case ast.Import(names=names):
            return [name.name for name in names]
        case ast.ImportFrom(module=module, names=names, level=level):
            above = ("channellab", *PurePosixPath(file).parts)[:-level] if level else ()
            return [".".join((*above, *filter(None, [module]), name.name)) for name in names]
        case ast.Call(func=func, args=[ast.Constant(value=str(name)), *_]):
            return [name] if ast.unparse(func).endswith(("import_module", "__import__")) else []
    return []


def wrong_ways(sources: Sources) -> list[str]:
    """Imports that do not point left."""
    return [str(found) for found in imports(sources) if not points_left(found)]


def points_left(found: Import) -> bool:
    top, _, rest = found.target.partition(".")
    if top != "channellab":
        return top not in FOLDERS  # from the root, `import sim` loads a second copy
    left = FOLDERS[: FOLDERS.index(found.file.split("/")[0]) + 1]
    return rest.split(".")[0] in ("", "__version__", *left)


def circle(sources: Sources) -> list[str]:
    """Modules that import each other in a circle, if any; imports for types only count between folders."""
    graph: dict[str, set[str]] = {module_of(file): set() for file in sources}
    for found in imports(sources):
        module = module_of(found.file)
        inside = module.split(".")[:2] == found.target.split(".")[:2]
        if found.target in graph.keys() - {module} and not (found.for_types_only and inside):
            graph[module].add(found.target)
    try:
        graphlib.TopologicalSorter(graph).prepare()
    except graphlib.CycleError as error:
        return list(reversed(error.args[1]))
    return []


def strangers(sources: Sources) -> list[str]:
    """Third-party packages where they would slow down listing and validating."""
    return [str(found) for found in imports(sources) if not is_welcome(found)]


def is_welcome(found: Import) -> bool:
    top, folder = found.target.split(".")[0], found.file.split("/")[0]
    if top in IN_FUNCTIONS.get(found.file, ()):
        return True
    return folder not in MAY_USE or top in MAY_USE[folder] | sys.stdlib_module_names | {"channellab"}


# Luck and safety: the names that code uses, seen through `import ... as`


class Use(NamedTuple):
    """A use of a dotted name, e.g. ``"numpy.random.seed"``; with the call, if it is called right there."""

    file: str
    line: int
    name: str
    call: ast.Call | None

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: uses {self.name}"

    def may_give(self, keyword: str) -> bool:
        return self.call is None or any(given.arg in (keyword, None) for given in self.call.keywords)  # None: **kwargs


def uses(sources: Sources) -> Iterator[Use]:
    for file, text in sources.items():
        tree = ast.parse(text, file)
        bound = dict(pair for node in ast.walk(tree) for pair in bindings(node))
        calls = {id(node.func): node for node in ast.walk(tree) if isinstance(node, ast.Call)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Name | ast.Attribute):
                yield Use(file, node.lineno, full_name(node, bound), calls.get(id(node)))


def bindings(node: ast.AST) -> Iterator[tuple[str, str]]:
    """What an import binds: of ``import numpy as np``, ``("np", "numpy")``."""
    if isinstance(node, ast.Import):
        for name in node.names:
            yield (name.asname, name.name) if name.asname else (name.name.split(".")[0],) * 2
    if isinstance(node, ast.ImportFrom) and not node.level:
        yield from ((name.asname or name.name, f"{node.module}.{name.name}") for name in node.names)


def full_name(node: ast.AST, bound: Mapping[str, str]) -> str:
    """``"numpy.random.seed"`` of ``np.random.seed``; a head that no import bound becomes ``"?"``."""
    match node:
        case ast.Attribute(value=ast.Name(id=name), attr=attribute):
            return f"{bound.get(name, '?')}.{attribute}"
        case ast.Attribute(value=value, attr=attribute):
            return f"{full_name(value, bound)}.{attribute}"
        case ast.Name(id=name):
            return bound.get(name, name)
    return "?"


def global_luck(sources: Sources) -> list[str]:
    """Draws from a generator that the whole process shares, or that nobody seeded."""
    return [str(use) for use in uses(sources) if draws_globally(use) or lacks_a_seed(use)]


def draws_globally(use: Use) -> bool:
    if use.name.startswith("numpy.random."):
        return use.name.split(".")[2] not in SEEDED
    return use.name.startswith("random.") and use.name != "random.Random"


def lacks_a_seed(use: Use) -> bool:
    package, _, name = use.name.rpartition(".")
    if use.call is None or not package:
        return False
    if package in ("numpy.random", "random"):
        return not use.call.args and not use.call.keywords
    if name == "rvs":
        return not use.may_give("random_state")
    return package == "networkx" and takes_a_seed(name) and not use.may_give("seed")


def takes_a_seed(name: str) -> bool:
    function = getattr(networkx, name, None)
    return inspect.isroutine(function) and "seed" in inspect.signature(function).parameters


def unsafe(sources: Sources) -> list[str]:
    """Code that runs what a file says; a scenario, a study and a saved market are data."""
    return [str(use) for use in uses(sources) if UNSAFE.fullmatch(use.name) or allows_pickle(use)]


def allows_pickle(use: Use) -> bool:
    given = use.call.keywords if use.call else []
    return any(word.arg == "allow_pickle" and ast.unparse(word.value) != "False" for word in given)


# The rules, on ourselves and on what they must catch

RULES: list[Callable[[Sources], list[str]]] = [wrong_ways, circle, strangers, global_luck, unsafe]


@pytest.mark.parametrize("rule", RULES)
def test_our_code_keeps_the_rule(rule: Callable[[Sources], list[str]]) -> None:
    sources = our_sources()
    assert {file.split("/")[0] for file in sources} == set(FOLDERS)
    assert rule(sources) == []


@pytest.mark.parametrize(
    "line",
    [
        "from channellab.reports import words",
        "import channellab.reports.words",
        "from channellab import reports",
        "from ..reports import words",
        "from channellab import cli",
        "import sim.week",
        "def f():\n    import channellab.reports",
        "if TYPE_CHECKING:\n    from channellab.reports import words",
        "importlib.import_module('channellab.reports')",
    ],
)
def test_an_import_to_the_right_is_caught(line: str) -> None:
    assert len(wrong_ways({"sim/week.py": line, "reports/words.py": ""})) == 1


def test_imports_to_the_left_and_within_a_folder_are_fine() -> None:
    lines = (
        "from channellab import __version__, agents\nfrom channellab.scenarios.files import read\nfrom . import market"
    )
    assert wrong_ways({"sim/week.py": lines, "sim/market.py": "", "scenarios/files.py": ""}) == []


def test_circles_are_caught_and_types_excuse_them_only_within_a_folder() -> None:
    for_types = "if TYPE_CHECKING:\n    from channellab.{} import b"
    assert circle({"sim/a.py": "from . import b", "sim/b.py": "def f():\n    from channellab.sim.a import x"})
    assert circle({"sim/a.py": for_types.format("agents"), "agents/b.py": "import channellab.sim.a"})
    assert not circle({"sim/a.py": for_types.format("sim"), "sim/b.py": "import channellab.sim.a"})


def test_third_party_packages_are_caught_where_they_are_slow() -> None:
    lines = "import json\nimport numpy.typing\nfrom pydantic import BaseModel\nimport numba"
    assert strangers({"scenarios/a.py": lines}) == ["scenarios/a.py:4: imports numba"]
    assert strangers({"agents/a.py": lines + "\nimport pandas as pd"}) == ["agents/a.py:5: imports pandas"]


@pytest.mark.parametrize(
    "line",
    [
        "import numpy as np\nnp.random.seed(1)",
        "import numpy\nnumpy.random.rand()",
        "from numpy import random as r\nr.normal()",
        "from numpy.random import shuffle\nshuffle([])",
        "import numpy as np\nnp.random.default_rng()",
        "import random\nrandom.random()",
        "import random\nrandom.Random()",
        "from random import choice\nchoice([1])",
        "from scipy import stats\nstats.norm(0, 1).rvs(3)",
        "import networkx as nx\nnx.watts_strogatz_graph(10, 2, 0.1)",
    ],
)
def test_global_luck_is_caught(line: str) -> None:
    assert len(global_luck({"sim/a.py": line})) == 1


@pytest.mark.parametrize(
    "line",
    [
        "import numpy as np\nx: np.random.Generator = np.random.default_rng(np.random.Philox(1))",
        "import random\nrandom.Random(1)\nself.random.random()",
        "def f(random): return random.random()",
        "import networkx as nx\nnx.watts_strogatz_graph(10, 2, 0.1, seed=1)\nnx.path_graph(3)",
    ],
)
def test_seeded_luck_is_fine(line: str) -> None:
    assert global_luck({"sim/a.py": line}) == []


@pytest.mark.parametrize(
    "line",
    [
        "eval('1')",
        "exec('1')",
        "import pickle as p\np.load(file)",
        "from marshal import loads\nloads(b'')",
        "import pandas as pd\npd.read_pickle(file)",
        "frames()[0].to_pickle(file)",
        "import numpy as np\nnp.load(file, allow_pickle=True)",
    ],
)
def test_unsafe_code_is_caught(line: str) -> None:
    assert len(unsafe({"sim/a.py": line})) == 1


# What is tracked, locked and packed


def run(*command: str | Path, cwd: Path = ROOT) -> str:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def personal_paths(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if PERSONAL_PATH.search(line)]


def test_tracked_files_hold_no_path_of_a_developers_machine() -> None:
    if not (ROOT / ".git").exists() or not shutil.which("git"):
        pytest.skip("needs git and its checkout")
    files = [ROOT / name for name in run("git", "-c", "safe.directory=*", "ls-files", "-z").split("\0") if name]
    assert not [file for file in files if file.is_symlink() and file.readlink().is_absolute()]
    texts = {file: file.read_text("utf-8", errors="ignore") for file in files if file.is_file()}
    assert {str(file): found for file, text in texts.items() if (found := personal_paths(text))} == {}


@pytest.mark.parametrize("start", ["", "cd ", '"', "file://", "(", "x="])
def test_a_path_of_a_developers_machine_is_caught(start: str) -> None:
    assert personal_paths(start + "/".join(["", "home", "ann", "lab"]))
    assert not personal_paths("https://example.org/" + "/".join(["a", "work", "b"]))


def project() -> Any:
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


def test_the_version_is_stated_alike() -> None:
    assert project()["version"] == channellab.__version__


def test_the_lock_covers_the_project_and_names_no_place() -> None:
    lock, declared = (ROOT / "requirements.lock").read_text("utf-8"), project()
    pinned = {
        canonicalize_name(name): version for name, version in re.findall(r"^([\w.-]+)==([\w.]+)", lock, re.MULTILINE)
    }
    assert not re.search(r"://|--(?!hash=sha256:)| @ |^-|^/", lock, re.MULTILINE)
    assert all("--hash=sha256:" in entry for entry in re.split(r"^(?=\w)", lock, flags=re.MULTILINE)[1:])
    for text in [*declared["dependencies"], *declared["optional-dependencies"]["dev"]]:
        wanted = Requirement(text)
        assert wanted.specifier.contains(pinned[canonicalize_name(wanted.name)]), f"{text}: run `make lock`"


@pytest.fixture(scope="module", params=["tree", "sdist"])
def wheel(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel built from the tree, and one built from the source distribution."""
    folder, source = tmp_path_factory.mktemp(request.param), ROOT
    if request.param == "sdist":
        run(sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", folder)
        (source,) = folder.glob("*.tar.gz")
    offline = ("--no-index", "--no-deps", "--no-build-isolation")
    run(sys.executable, "-m", "pip", "wheel", *offline, "-w", folder, source)
    (built,) = folder.glob("*.whl")
    return built


@pytest.mark.slow
def test_a_wheel_holds_every_file(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as packed:
        names = {name.removeprefix("channellab/") for name in packed.namelist() if name.startswith("channellab/")}
        assert any(name.endswith("licenses/LICENSE") for name in packed.namelist())
    ours = {
        file.relative_to(PACKAGE).as_posix()
        for top in PACKAGE.iterdir()
        for file in (top, *top.rglob("*"))
        if file.is_file()
    }
    assert names == {name for name in ours if "__pycache__" not in name}
    assert [pattern for pattern in DATA if not any(PurePosixPath(name).match(pattern) for name in names)] == []


@pytest.mark.slow
def test_an_installed_wheel_works_from_anywhere(wheel: Path, tmp_path: Path) -> None:
    place = tmp_path / "env"
    venv.create(place, symlinks=True)
    (site,) = place.glob("lib/python*/site-packages")
    # Lends the packages beside us, but not an editable install: a .pth file in there is not followed.
    (site / "lent.pth").write_text(sysconfig.get_path("purelib"))
    run(sys.executable, "-m", "pip", "--python", place / "bin/python", "install", "--no-index", "--no-deps", wheel)
    modules = [module_of(file) for file in our_sources() if not file.endswith("__main__.py")]
    lines = ["import channellab, importlib", f"[importlib.import_module(name) for name in {modules}]"]
    where = run(place / "bin/python", "-I", "-c", "\n".join([*lines, "print(channellab.__file__)"]), cwd=tmp_path)
    assert Path(where.strip()).is_relative_to(site)
    assert "Usage" in run(place / "bin/channellab", "--help", cwd=tmp_path)
