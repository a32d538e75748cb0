"""A search: what is recommended, what can be had together, and what decides."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

from channellab import __version__
from channellab.reports.charts import pareto
from channellab.reports.inputs import embedded
from channellab.reports.kinds import common
from channellab.reports.language import metric_title, metric_unit, words
from channellab.reports.lever_names import lever_names, lever_value
from channellab.reports.quantities import difference, quantity
from channellab.reports.sections import Cell, Chart, Page, Section, Table, number
from channellab.reports.validity import validity
from channellab.scenarios.metrics import CATALOGUE

FILE = "search.json"
_MOST_PAIRS = 3
_ROBUST = ("worst", "cvar", "regret")
Told = Mapping[str, Any]


def page(folder: Path, lang: str) -> Page:
    """The page of a search.

    Raises:
        BadInput: its file cannot be read or lacks something.
    """
    found, say = common.read_json(folder / FILE), words(lang)
    common.demanded(found, folder / FILE, "objectives", "finalists", "today", "evaluations", "fresh", "importance")
    metrics = {each["label"]: each.get("metric", each["label"].partition(".")[0]) for each in found["objectives"]}
    currency = common.currency_of(found, lang)
    names = {label: _label(label, metric, lang) for label, metric in metrics.items()}
    return Page(
        lang,
        say("studies.kind_search"),
        say("studies.title_search", objectives=say.listed(list(names.values()))),
        _facts(found, lang),
        list(_findings(found, names, metrics, lang)),
        [
            Section("front", say("studies.front"), charts=_charts(found, names, metrics, lang, currency),
                    tables=[_finalists(found, names, metrics, lang, currency)]),
            Section("levers", say("studies.levers"), [say("studies.levers_note")],
                    tables=list(_levers(found, names, lang))),
        ],
        [
            (say("report.rerun"), "channellab rerun report.html"),
            (say("report.command"), "channellab search STUDY.toml --out DIR"),
            (say("studies.seed"), str(found.get("seed", ""))),
        ],
        lead=_lead(found, names, metrics, lang),
        assumptions=list(_assumptions(found, lang, currency)),
        inputs=embedded(common.played(folder, [f"{name} fresh" for name in ("today", *_numbers(found))])),
        version=__version__,
        validity=validity(folder, lang),
    )  # fmt: skip


def _label(label: str, metric: str, lang: str) -> str:
    """An objective for people: the metric's title, with what its label says beside the metric's name."""
    if metric not in CATALOGUE:
        return label
    say, robust, title = words(lang), label.partition(".")[2], metric_title(metric, lang)
    return say(f"studies.robust_{robust}", name=title) if robust in _ROBUST else title


def _facts(found: Told, lang: str) -> list[str]:
    say = words(lang)
    markets = found.get("markets", 1)
    return [
        say("studies.facts_candidates", count=found["evaluations"]),
        *([say("studies.facts_markets", count=markets)] if markets > 1 else []),
        say("studies.facts_replications", count=found.get("replications", 1)),
        say("studies.facts_fresh", count=found["fresh"]),
    ]


def _lead(found: Told, names: Mapping[str, str], metrics: Mapping[str, str], lang: str) -> str:
    say, chosen = words(lang), found.get("recommended")
    if not chosen:
        return say("studies.nobody")
    key = "recommended" if chosen.get("still_better", True) else "recommended_not"
    return say(f"studies.{key}", number=chosen["candidate"], gaps=_gaps(chosen, names, metrics, lang))


def _gaps(told: Told, names: Mapping[str, str], metrics: Mapping[str, str], lang: str) -> str:
    gaps = [_gap(names[label], metrics[label], gap, lang) for label, gap in told["against_today"].items()]
    return words(lang).listed(gaps)


def _answer(answered: Told, names: Mapping[str, str], metrics: Mapping[str, str], lang: str) -> Iterator[str]:
    """What becomes of the recommended policy when partners answer it."""
    say = words(lang)
    if answered["error"]:
        yield say("studies.answered_failed", error=answered["error"])
        return
    yield say("studies.answered", gaps=_gaps(answered, names, metrics, lang))
    yield say("studies.answered_holds" if answered["still_better"] else "studies.answered_not")


def _gap(name: str, metric: str, gap: Told, lang: str) -> str:
    """``channel profit is higher by 4.1 M (2.8 to 5.5)``, or that it is not clear."""
    say = words(lang)
    low, high = (float(end) for end in gap["ci95"])
    way = "higher" if low > 0 else "lower" if high < 0 else "unclear"
    sign = -1.0 if way == "lower" else 1.0
    ends = sorted((sign * low, sign * high))
    amount, least, most = difference(sign * gap["mean"], ends, metric_unit(metric), lang)
    return say(f"studies.gap_{way}", name=_in_sentence(name, lang), amount=amount, low=least, high=most)


def _in_sentence(title: str, lang: str) -> str:
    return title if lang == "zh" or title[1:2].isupper() else title[:1].lower() + title[1:]


def _findings(found: Told, names: Mapping[str, str], metrics: Mapping[str, str], lang: str) -> Iterator[str]:
    say = words(lang)
    on = [row for row in found["finalists"] if row.get("on_front", row["chance_of_front"] >= 0.5)]
    yield say("studies.front_size", count=len(on), total=len(found["finalists"]))
    chosen = found.get("recommended")
    if chosen:
        levers = lever_names(list(chosen["values"]), lang)
        values = [
            say("studies.lever_set", name=levers[key], value=lever_value(key, value, lang))
            for key, value in chosen["values"].items()
        ]
        yield say("studies.recommended_values", number=chosen["candidate"], values=say.listed(values))
        if "answered" in chosen:
            yield from _answer(chosen["answered"], names, metrics, lang)
    for label, shares in found["importance"].items():
        order = sorted(shares.items(), key=lambda pair: -pair[1])[:3]
        if order:
            short = lever_names(list(shares), lang)
            told = [say("studies.lever_weight", name=short[k], value=common.percent(share, lang)) for k, share in order]
            yield say("studies.matters", name=_in_sentence(names.get(label, label), lang), levers=say.listed(told))
    yield say("studies.effort", stopped=found.get("stopped_early", 0), failed=found.get("failed", 0))


def _numbers(found: Told) -> list[str]:
    return [f"candidate {row['candidate']}" for row in found["finalists"]]


def _charts(found: Told, names: Mapping[str, str], metrics: Mapping[str, str], lang: str, currency: str) -> list[Chart]:
    made = []
    up = {each["label"]: each["direction"] == "up" for each in found["objectives"]}
    note = words(lang)("pareto.note" if found.get("recommended") else "pareto.note_plain", n=found["fresh"])
    for place, (x, y) in enumerate(list(combinations(names, 2))[:_MOST_PAIRS], 1):
        across, upward = (pareto.Axis(metrics[label], names[label], up[label]) for label in (x, y))
        policies = list(_policies(found, x, y, lang))
        figure = pareto.pareto(policies, across, upward, note, lang, currency)
        made.append(Chart(f"front-{place}", figure, pareto.alt_text(policies, across, upward, lang)))
    return made


def _policies(found: Told, x: str, y: str, lang: str) -> Iterator[pareto.Policy]:
    say, chosen = words(lang), (found.get("recommended") or {}).get("candidate")
    for row in found["finalists"]:
        front = row.get("on_front", row["chance_of_front"] >= 0.5)
        kind = "recommended" if row["candidate"] == chosen else "front" if front else "finalist"
        name = say("pareto.candidate", number=row["candidate"])
        yield pareto.Policy(name, kind, _span(row["objectives"][x]), _span(row["objectives"][y]))
    if found["today"]:
        objectives = found["today"]["objectives"]
        yield pareto.Policy(say("pareto.today"), "today", _span(objectives[x]), _span(objectives[y]))


def _span(entry: Told) -> tuple[float, float, float]:
    return float(entry["mean"]), float(entry["ci95"][0]), float(entry["ci95"][1])


def _finalists(found: Told, names: Mapping[str, str], metrics: Mapping[str, str], lang: str, currency: str) -> Table:
    say = words(lang)
    rows: list[Sequence[Cell]] = []
    today = [{"candidate": say("pareto.today"), **found["today"]}] if found["today"] else []
    for row in (*today, *found["finalists"]):
        cells = [Cell(str(row["candidate"]))]
        cells += [common.mean_cells(row["objectives"][label], metrics[label], lang) for label in names]
        cells.append(number(common.percent(row["chance_of_front"], lang), row["chance_of_front"]))
        cells.append(Cell(say("studies.yes" if row["feasible"] else "studies.no"), look="text"))
        rows.append(cells)
    heads = [common.metric_name(metrics[label], lang, currency) for label in names]
    columns = [say("studies.candidate"), *heads, say("studies.chance"), say("studies.holds")]
    return Table("finalists", say("studies.finalists_caption", n=found["fresh"]), columns, rows)


def _levers(found: Told, names: Mapping[str, str], lang: str) -> Iterator[Table]:
    say, currency = words(lang), common.currency_of(found, lang)
    keys = list(dict.fromkeys(key for row in found["finalists"] for key in row["values"]))
    if not keys:
        return
    heads = [str(row["candidate"]) for row in found["finalists"]]
    today, spans = found["today"].get("values", {}), found.get("levers", {})
    rows = []
    for key in keys:
        allowed = _allowed(key, spans.get(key, {}), lang)
        known = [Cell(lever_value(key, today[key], lang) if key in today else say("number.missing"), look="number")]
        tried = [Cell(lever_value(key, row["values"].get(key, ""), lang), look="number") for row in found["finalists"]]
        meaning = Cell(common.key_meaning(key, lang, currency), look="text")
        rows.append([common.key_cell(key, lang), meaning, Cell(allowed, look="text"), *known, *tried])
    columns = [say("report.setting"), say("report.meaning"), say("studies.tried"), say("pareto.today"), *heads]
    yield Table("levers", say("studies.levers_caption"), columns, rows)
    if found["importance"]:
        labels = list(found["importance"])
        body = [
            [common.key_cell(key, lang), *(number(common.percent(found["importance"][label].get(key), lang),
                                 found["importance"][label].get(key)) for label in labels)]
            for key in keys
        ]  # fmt: skip
        columns = [say("report.setting"), *(names.get(label, label) for label in labels)]
        yield Table("importance", say("studies.importance_caption"), columns, body)


def _allowed(key: str, span: Told, lang: str) -> str:
    say = words(lang)
    if "values" in span:
        return say.several([lever_value(key, value, lang) for value in span["values"]])
    if "low" in span:
        return say("number.between", **{end: lever_value(key, span[end], lang) for end in ("low", "high")})
    return say("number.missing")


def _assumptions(found: Told, lang: str, currency: str) -> Iterator[str]:
    say = words(lang)
    if isinstance(found.get("scenarios"), dict):
        titles = [common.title_of(found, name, lang) for name in found["scenarios"]]
        yield say("studies.scenarios", names=say.listed(titles))
    for bound in found.get("constraints", []):
        name = common.metric_name(bound["metric"], lang, currency)
        for way in ("at_least", "at_most"):
            if bound.get(way) is not None:
                value = quantity(bound[way], metric_unit(bound["metric"]), lang)
                yield say(f"studies.bound_{way}", name=name, value=value)
    unknown, constants = found.get("uncertainties", {}), found.get("constants", {})
    names = lever_names([*unknown, *constants], lang)
    for key, span in unknown.items():
        yield say("studies.unknown", input=names[key], span=_allowed(key, span, lang))
    for key, value in constants.items():
        yield say("studies.constant", input=names[key], value=lever_value(key, value, lang))
