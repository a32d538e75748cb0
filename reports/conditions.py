"""Where a policy fails, in words: the document of a sensitivity study as sentences in English or Chinese."""

from collections.abc import Mapping
from typing import Any

from channellab.reports.language import Words, metric_title, metric_unit, words
from channellab.reports.lever_names import lever_names, lever_value
from channellab.reports.quantities import quantity


def sentences(document: Mapping[str, Any], lang: str) -> list[str]:
    """For every bound how often it is broken, and under which conditions by PRIM and by CART."""
    inputs = {**document["levers"], **document["uncertainties"]}
    currency = next(iter(document["scenarios"].values()))["currency"]
    return [line for each in document["failures"].values() for line in _failure(each, inputs, currency, lang)]


def _failure(failure: Mapping[str, Any], inputs: Mapping[str, Any], currency: str, lang: str) -> list[str]:
    say, metric = words(lang), failure["metric"]
    sign, bound = ("≤", failure["at_most"]) if "at_most" in failure else ("≥", failure["at_least"])
    unit = metric_unit(metric)
    shown = say.unit(unit, say.currency(currency)) if unit not in ("1", "ratio", "score") else ""
    rate = say(
        "conditions.rate",
        metric=metric_title(metric, lang),
        sign=sign,
        bound=" ".join(filter(None, (quantity(bound, unit, lang), shown))),
        share=_share(failure["share"], lang),
    )
    return [rate, _box(failure["prim"], inputs, say), *_tree(failure["cart"], inputs, say)]


def _box(box: Mapping[str, Any], inputs: Mapping[str, Any], say: Words) -> str:
    if not box["bounds"] or box["coverage"] is None or box["density"] is None:
        return say("conditions.no_box")
    return _told("conditions.box", box, inputs, say)


def _tree(tree: Mapping[str, Any], inputs: Mapping[str, Any], say: Words) -> list[str]:
    boxes = tree["boxes"]
    if not boxes:
        return [say("conditions.no_tree")]
    lines = [_told("conditions.tree", box, inputs, say) for box in boxes]
    shares = {name: _share(tree[name], say.lang) for name in ("coverage", "density")}
    return [*lines, say("conditions.tree_all", count=len(boxes), **shares)] if len(boxes) > 1 else lines


def _told(key: str, box: Mapping[str, Any], inputs: Mapping[str, Any], say: Words) -> str:
    names = lever_names(list(inputs), say.lang)
    named = [_condition(lever, names[lever], ends, inputs[lever], say) for lever, ends in box["bounds"].items()]
    shares = {name: _share(box[name], say.lang) for name in ("coverage", "density")}
    return say(key, conditions=say("conditions.joined").join(named), **shares)


def _condition(key: str, name: str, ends: tuple[Any, Any], allowed: Mapping[str, Any], say: Words) -> str:
    """A bound as people say it; an end that is that of the whole range is no condition."""
    low, high = ends
    if "values" in allowed:
        places = [allowed["values"].index(end) for end in ends]
        chosen = [lever_value(key, value, say.lang) for value in allowed["values"][places[0] : places[1] + 1]]
        if len(chosen) == 1:
            return say("conditions.one", input=name, low=chosen[0])
        return say("conditions.among", input=name, values=say.several(chosen))
    which = "low" if low <= allowed["low"] else "high" if high >= allowed["high"] else "between"
    return say(
        f"conditions.{which}",
        input=name,
        low=lever_value(key, low, say.lang),
        high=lever_value(key, high, say.lang),
    )


def _share(share: float, lang: str) -> str:
    return quantity(share, "1", lang, decimals=0)
