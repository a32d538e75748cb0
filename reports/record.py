"""The ODD and TRACE record of a scenario or a study: what was modelled, from which data, and how it was tested.

ODD (Grimm and others 2020, JASSS 23(2):7) describes the model, TRACE (Grimm and others 2014, Ecol. Model. 280) what was
done to trust it. All of it is read from the scenario and the code, so that the same scenario gives the same record.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from channellab import __version__
from channellab.experiments.identity import environment
from channellab.experiments.schema import DATABASE, open_to_read
from channellab.experiments.store import unpacked
from channellab.reports.assumptions import leaves
from channellab.reports.kinds import common
from channellab.reports.report import KINDS
from channellab.reports.validity import validity
from channellab.scenarios.errors import BadInput
from channellab.scenarios.files import Loaded, load
from channellab.scenarios.identity import resolve, scenario_hash
from channellab.scenarios.keys import Parts, dotted, fields_at
from channellab.scenarios.metrics import CATALOGUE
from channellab.scenarios.settings import Scenario
from channellab.sim.market import region_table
from channellab.sim.week import PHASES

_COUNTED = ("distributors", "subdistributors", "platform_distributors", "retailers", "stores", "online", "kols")
_WORDS = {"title", "about", "schema_version"}
_MOST_SCENARIOS = 20
Setting = tuple[Parts, Any]


@dataclass(frozen=True)
class Subject:
    """What a record is about: scenarios by name, the folder of a result or None, and what a study says of itself."""

    scenarios: Mapping[str, Loaded]
    folder: Path | None
    study: Mapping[str, Any]


def subject(name: str, overrides: Sequence[str] = ()) -> Subject:
    """A scenario by its name or file, or the scenarios of a result or study by its folder.

    Raises:
        BadInput: there is nothing of the kind.
    """
    folder = Path(name)
    if not folder.is_dir():
        loaded = load(name, overrides)
        return Subject({loaded.name: loaded}, None, {})
    files = sorted(folder.glob("scenario-*.toml"))
    found = {file.stem.removeprefix("scenario-"): load(str(file.absolute())) for file in files} or _stored(folder)
    if not found:
        raise BadInput(name, "", "holds no scenarios, allowed are scenarios and folders that channellab wrote")
    told = next((file for file in (*KINDS, "result.json", "batch.json") if (folder / file).suffix == ".json"
                 and (folder / file).is_file()), None)  # fmt: skip
    return Subject(found, folder, common.read_json(folder / told) if told else {})


def record(about: Subject) -> str:
    """The record as Markdown."""
    parts = [
        f"# ODD and TRACE record: {', '.join(about.scenarios)}",
        _identity(about),
        "## ODD",
        *(part for name, loaded in about.scenarios.items() for part in _odd(name, loaded, len(about.scenarios) > 1)),
        "## TRACE",
        *_trace(about),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _stored(folder: Path) -> dict[str, Loaded]:
    """The first scenarios of a study, by name and the start of their hash."""
    if not (folder / DATABASE).is_file():
        return {}
    with closing(open_to_read(folder)) as database:
        query = "SELECT hash, name, base, settings FROM scenarios ORDER BY rowid LIMIT ?"
        rows = database.execute(query, (_MOST_SCENARIOS,)).fetchall()
    return {f"{name} {identity[:8]}": unpacked(name, base, settings) for identity, name, base, settings in rows}


def _identity(about: Subject) -> str:
    here = environment()
    rows = [("channellab", __version__), ("code that decides runs (SHA-256)", here.code)]
    rows += [(f"scenario {name} (SHA-256)", scenario_hash(e.scenario, e.base)) for name, e in about.scenarios.items()]
    return _table(("what", "identity"), rows)


def _odd(name: str, loaded: Loaded, several: bool) -> Iterator[str]:
    level = "####" if several else "###"
    scenario = loaded.scenario
    if several:
        yield f"### Scenario {name}"
    yield f"{level} 1. Purpose and patterns\n\n{scenario.title.en}. {scenario.about.en}".rstrip()
    yield (
        "The model is made to compare policies of a brand in its sales channels: differences between scenarios on the "
        "same random numbers, not levels. Patterns that it is held against stand in docs/evidence.md."
    )
    yield f"{level} 2. Entities, state variables, and scales\n\n{_table(('entity', 'number'), _entities(loaded))}"
    run = scenario.run
    yield (
        f"One step is a week; SimPy's clock counts days inside it. {run.warmup} weeks of warm-up, {run.weeks} measured"
        f". Units and money are multiplied by {run.reporting_factor:g} in results. Money is in {run.currency}."
    )
    rows = [(str(n), phase.__name__, " ".join((phase.__doc__ or "").split())) for n, phase in enumerate(PHASES, 1)]
    yield f"{level} 3. Process overview and scheduling\n\nEvery week, in this order:\n\n" + _table(
        ("", "phase", "what happens"), rows
    )
    yield f"{level} 4. Design concepts\n\n{_table(('concept', 'how'), _CONCEPTS)}"
    yield (
        f"{level} 5. Initialisation\n\nSeed {run.seed} draws the world (population, tastes, candidate sites, shocks) "
        "and the weekly luck; every draw is a function of seed, stream, agent and week."
    )
    yield f"{level} 6. Input data\n\n{_table(('table', 'source'), _data(loaded))}"
    yield f"{level} 7. Submodels\n\nEquations stand in docs/model.md. Settings that differ from their defaults:"
    yield _table(("key", "value", "default", "meaning", "source"), _changed(scenario)) or "None."


_CONCEPTS = (
    (
        "basic principles",
        "mixed logit choice; order-up-to replenishment; deterrence by learned risk; double entry",
    ),
    ("emergence", "shares, coverage, stock-outs, swings of orders, diversion, conflict"),
    ("adaptation", "prices, orders, lists, loyalty, diversion and compliance answer to what agents have seen"),
    ("objectives", "consumers: utility; firms: profit by what they believe; the brand: the declared policy"),
    ("learning", "forecasts, price responses, detection risk, loyalty, trust in opinion leaders"),
    ("prediction", "exponential smoothing of demand, own price trials, neighbours' cases"),
    ("sensing", "own sales and stock, prices nearby, offers in reach; not others' costs nor true detection rates"),
    ("interaction", "rationing at the shelf, orders and credit, undercutting, diversion, word of mouth"),
    ("stochasticity", "keyed draws: the same agent has the same luck in every scenario"),
    ("collectives", "chains, tiers, partner groups, consumer segments"),
    (
        "observation",
        f"{len(CATALOGUE)} metrics, weekly series, regions, payments by payer and payee",
    ),
)


def _entities(loaded: Loaded) -> list[tuple[str, str]]:
    scenario, table = loaded.scenario, region_table(loaded.scenario, loaded.base)
    rows = [
        ("regions", f"{len(table.region_ids)}"),
        ("districts", f"{len(table.district_ids)}"),
        ("consumers", f"{scenario.consumers.count:,}"),
        ("own products", ", ".join(product.name for product in scenario.products)),
        ("rival brands", ", ".join(rival.name for rival in scenario.rivals) or "none"),
    ]
    for name in _COUNTED:
        part = getattr(scenario, name, None)
        numbers = resolve(scenario)[name] if part is not None and not isinstance(part, tuple) else {}
        found = [f"{value} {key.replace('_', ' ')}" for key, value in numbers.items() if key in _NUMBERS]
        rows += [(name.replace("_", " "), ", ".join(found))] if found else []
    return rows


_NUMBERS = ("count", "per_region", "per_district", "sites_per_district", "sites", "number")


def _data(loaded: Loaded) -> list[tuple[str, str]]:
    network, table = loaded.scenario.network, region_table(loaded.scenario, loaded.base)
    rows = [
        (key, str(value)) for key in ("regions", "edges", "districts") if (value := getattr(network, key)) is not None
    ]
    unverified = ", ".join(table.unverified)
    return [*rows, ("values not checked against a source", unverified or "none")]


def _settings(scenario: Scenario) -> list[Setting]:
    return [each for each in leaves(resolve(scenario)) if each[0][0] not in _WORDS]


def _changed(scenario: Scenario) -> list[Sequence[str]]:
    rows: list[Sequence[str]] = []
    for key, value in _settings(scenario):
        field = fields_at(Scenario, key[:-1]).get(str(key[-1]))
        default = None if field is None or field.is_required() else field.get_default(call_default_factory=True)
        if field is not None and not field.is_required() and _plain(default) == _plain(value):
            continue
        extra = field.json_schema_extra if field is not None and isinstance(field.json_schema_extra, dict) else {}
        meaning = common.key_meaning(dotted(key), "en") if field is not None else ""
        shown = "" if default is None else common.shown(_plain(default)) if not isinstance(default, tuple) else "..."
        rows.append((f"`{dotted(key)}`", common.shown(value), shown, meaning, str(extra.get("source", ""))))
    return rows


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _trace(about: Subject) -> Iterator[str]:
    study = about.study
    first = next(iter(about.scenarios.values()))
    asked = str(study.get("about", "")) or f"Scenario: {first.scenario.title.en}."
    yield f"### 1. Problem formulation\n\n{asked}"
    yield "### 2. Model description\n\nThe ODD above; equations in docs/model.md, settings in docs/settings.md."
    sources: Counter[str] = Counter()
    for key, _ in _settings(first.scenario):
        field = fields_at(Scenario, key[:-1]).get(str(key[-1]))
        extra = field.json_schema_extra if field is not None and isinstance(field.json_schema_extra, dict) else {}
        sources[str(extra.get("source", "given by the scenario"))] += 1
    rows = [(source, str(count)) for source, count in sorted(sources.items(), key=lambda pair: (-pair[1], pair[0]))]
    origins = _table(("source", "settings"), rows)
    yield f"### 3. Data evaluation\n\nWhere the values of the settings come from:\n\n{origins}"
    yield "### 4. Conceptual model evaluation\n\nSources stand beside each submodel in docs/model.md."
    yield (
        "### 5. Implementation verification\n\nMoney and goods are balanced every week; a plain-Python twin plays "
        "small markets to the unit; teaching markets are held against closed forms."
    )
    status = validity(about.folder, "en") if about.folder else validity(Path(), "en")
    yield f"### 6. Model output verification\n\n{status}{_books(study)}"
    yield f"### 7. Model analysis\n\n{_analysis(study)}"
    yield "### 8. Model output corroboration\n\nPublished figures beside the model's: docs/evidence.md."


def _books(study: Mapping[str, Any]) -> str:
    books = study.get("ledger")
    if not isinstance(books, Mapping):
        return ""
    return f" Largest gaps in the books: money {books['money_imbalance']:.1g}, goods {books['goods_imbalance']:g}."


_TOLD = ("kind", "seed", "replications", "evaluations", "fresh", "markets", "points", "runs", "method", "sampler")


def _analysis(study: Mapping[str, Any]) -> str:
    if not study:
        return "No study belongs to this record; see channellab sensitivity, compare --uncertainty and search."
    kind = {"scenarios": "compare", "scenario": "run"}
    known = dict(study) | ({} if "kind" in study else {"kind": next((v for k, v in kind.items() if k in study), "?")})
    rows = [(name, common.shown(known[name])) for name in _TOLD if isinstance(known.get(name), int | float | str)]
    for table in ("constants", "levers", "uncertainties"):
        for key, value in (study.get(table) or {}).items():
            rows.append((f"{table}: `{key}`", str(value)))
    return _table(("what", "value"), rows)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    body = [" | ".join(str(cell).replace("|", "\\|").replace("\n", " ") for cell in row) for row in rows]
    if not body:
        return ""
    return "\n".join(f"| {line} |" for line in (" | ".join(head), " | ".join(["---"] * len(head)), *body))
