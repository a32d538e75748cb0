"""The summary of a report: what can be said in words, and how surely, computed from the numbers."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from channellab.reports.few_runs import few_runs
from channellab.reports.folder import RESULT, Difference
from channellab.reports.language import metric_title, metric_unit, words
from channellab.reports.quantities import difference as told_difference
from channellab.reports.quantities import quantity
from channellab.reports.study import Told, verdict, wording
from channellab.scenarios.errors import BadInput

TOLD = ("channel_profit", "manufacturer_profit", "partner_profit", "market_share", "weighted_distribution")
"""Metrics with sentences of their own."""
MOST_NAMED = 8
"""Metrics without a clear difference that are named; of more there is only their number."""
SERVICE = ("fill_rate", "weeks_of_cover", "revenue", "units_sold")
_CLOSE = 1e-9


@dataclass(frozen=True)
class Summary:
    """What a result says.

    Attributes:
        lead: the first thing to know of a comparison.
        findings: sentences on each scenario other than the baseline, by its label; those of a run stand under "".
    """

    lead: str
    findings: dict[str, list[str]]


def summary(told: Told) -> Summary:
    """A result in sentences.

    Raises:
        BadInput: the result lacks a metric that they need.
    """
    for metric in (*TOLD, *SERVICE):
        if metric not in told.document.metrics:
            raise BadInput(str(told.folder.path / RESULT), f"metrics.{metric}", "is missing")
    if told.document.baseline is None:
        return Summary("", {"": list(_of_a_run(told))})
    others = {told.labels[other]: list(_against_baseline(told, other)) for other in told.document.others}
    return Summary(_best(told), others)


def _best(told: Told) -> str:
    means = {name: told.mean("channel_profit", name).mean for name in told.document.scenarios}
    best = max(means, key=lambda name: means[name])
    amount = quantity(abs(means[best]), metric_unit("channel_profit"), told.lang)
    say, others = words(told.lang), told.document.others
    clear = {o: verdict("channel_profit", told.difference("channel_profit", o)) in ("better", "worse") for o in others}
    ahead = others if best == told.document.baseline else [told.document.baseline or ""]
    sure = all(clear.values()) if best == told.document.baseline else clear[best]
    facts = {"label": told.labels[best], "amount": amount, "unit": told.money_a_year()}
    key = "summary.best" if means[best] >= 0 else "summary.least"
    if not sure:
        return say(key, **facts)
    return say(f"{key}_lead_clear", **facts, others=say.listed([told.labels[name] for name in ahead]))


def _against_baseline(told: Told, other: str) -> Iterator[str]:
    yield _profit(told, other)
    yield _split(told, other)
    yield _market_share(told, other)
    yield _coverage(told, other)
    say = words(told.lang)
    rest = [metric for metric in told.document.metrics if metric not in TOLD]
    for kind in ("better", "worse", "unclear"):
        found = [m for m in rest if verdict(m, told.difference(m, other)) == kind]
        if kind == "unclear" and len(found) > MOST_NAMED:
            yield say("summary.unclear_many", count=len(found))
        elif found:
            yield say(f"summary.{kind}", metrics=say.listed([_in_sentence(m, told.lang) for m in found]))
    yield from _few_runs(told, other)


def _few_runs(told: Told, other: str) -> Iterator[str]:
    """That differences are not clear because so many are looked at with so few runs, and how many would do."""
    say = words(told.lang)
    for found in few_runs(told, other):
        named = [_in_sentence(metric, told.lang) for metric in found.metrics[:MOST_NAMED]]
        facts = {"metrics": say.listed(named), "n": told.document.replications, "tests": found.tests}
        left = len(found.metrics) - len(named)
        if len(found.metrics) == 1:
            yield say("summary.few_runs_one", **facts, enough=found.enough)
        elif left:
            yield say("summary.few_runs_more", **facts, half=found.half, enough=found.enough, left=left)
        else:
            yield say("summary.few_runs", **facts, half=found.half, enough=found.enough)


def judged_together(told: Told) -> str:
    """Which metrics were named beforehand and judged apart from all others; empty where none were."""
    primary = [name for name in told.document.primary if name in told.document.metrics]
    rest = [name for name in told.document.metrics if name not in primary]
    if not primary or not rest or not told.document.others:
        return ""
    counts = {"tests": told.tests(primary[0]), "rest": told.tests(rest[0])}
    named = [_in_sentence(name, told.lang) for name in primary]
    return words(told.lang)("summary.judged_together", metrics=words(told.lang).listed(named), **counts)


def _profit(told: Told, other: str) -> str:
    say, found = words(told.lang), told.difference("channel_profit", other)
    base = told.document.baseline or ""
    facts = {"baseline": told.labels[base], "unit": told.money_a_year()}
    kind = verdict("channel_profit", found)
    if kind == "same":
        return say("summary.profit_same", **facts)
    if kind == "unclear":
        amount, low, high = told_difference(found.mean, found.ci95, "money/year", told.lang)
        luck = {"p": f"{found.p_holm:.2g}", "n": told.document.replications, "tests": told.tests("channel_profit")}
        return say("summary.profit_unclear", **facts, amount=amount, low=low, high=high, **luck)
    amount, low, high = _unsigned(found, told.lang)
    key = f"summary.profit_{'more' if found.mean > 0 else 'less'}"
    before = told.mean("channel_profit", base).mean
    if before <= 0:
        return say(key, **facts, amount=amount, low=low, high=high)
    share = quantity(abs(found.mean) / before, "1", told.lang, 0)
    return say(f"{key}_share", **facts, amount=amount, low=low, high=high, share=share)


def _split(told: Told, other: str) -> str:
    kinds = {"manufacturer": "manufacturer_profit", "partners": "partner_profit"}
    return words(told.lang)("summary.split", **{k: _change(told, metric, other) for k, metric in kinds.items()})


def _change(told: Told, metric: str, other: str) -> str:
    found = told.difference(metric, other)
    kind = wording(metric, found)
    if kind == "same":
        return words(told.lang)("summary.same")
    way = ("more" if found.mean > 0 else "less") + (f"_{kind}" if kind in ("unclear", "alone") else "")
    return words(told.lang)(f"summary.{way}", amount=_unsigned(found, told.lang)[0])


def _unsigned(found: Difference, lang: str) -> tuple[str, str, str]:
    """The amount of a difference in money and the ends of its interval, counted in its own direction."""
    if found.mean < 0:
        return told_difference(-found.mean, (-found.ci95[1], -found.ci95[0]), "money/year", lang)
    return told_difference(found.mean, found.ci95, "money/year", lang)


def _market_share(told: Told, other: str) -> str:
    kind = wording("market_share", told.difference("market_share", other))
    a, b = (
        quantity(told.mean("market_share", name).mean, "1", told.lang, 1)
        for name in (other, told.document.baseline or "")
    )
    key = f"summary.share_{'change' if kind in ('better', 'worse') else kind}"
    return words(told.lang)(key, a=a, b=b, baseline=told.labels[told.document.baseline or ""])


def _coverage(told: Told, other: str) -> str:
    """In how many regions there is more or less of the brand; regions have no intervals, so none is called clear."""
    say, column, baseline = words(told.lang), "weighted_distribution", told.document.baseline or ""
    here, base = (told.folder.of("regions", name) for name in (other, baseline))
    gaps = here[column].to_numpy(np.float64) - base[column].to_numpy(np.float64)
    lower, higher = int((gaps < -_CLOSE).sum()), int((gaps > _CLOSE).sum())
    if not lower and not higher:
        return say("summary.coverage_same")
    kind, count = ("lower", lower) if lower >= higher else ("higher", higher)
    a, b = (quantity(told.mean(column, name).mean, "1", told.lang, 0) for name in (other, baseline))
    facts = {"a": a, "b": b, "baseline": told.labels[baseline]}
    return say(f"summary.coverage_{kind}", count=count, total=len(gaps), **facts)


def _in_sentence(metric: str, lang: str) -> str:
    """A metric's title inside a sentence: without its capital, unless it is an abbreviation."""
    title = metric_title(metric, lang)
    return title if title[1:2].isupper() else title[:1].lower() + title[1:]


def _of_a_run(told: Told) -> Iterator[str]:
    (name,), say, n = told.document.scenarios, words(told.lang), told.document.replications
    unit = told.money_a_year()

    def mean(metric: str, places: int | None = None) -> str:
        return quantity(told.mean(metric, name).mean, metric_unit(metric), told.lang, places)

    parts = {"manufacturer": mean("manufacturer_profit"), "partners": mean("partner_profit")}
    channel = told.mean("channel_profit", name).mean
    amount = quantity(abs(channel), "money/year", told.lang)
    yield say(f"summary.run_{'profit' if channel >= 0 else 'loss'}", unit=unit, channel=amount, **parts)
    interval = told.mean("channel_profit", name).ci95
    if interval is not None and all(map(math.isfinite, interval)):
        _, low, high = told_difference(sum(interval) / 2, interval, "money/year", told.lang)
        yield say("summary.single_interval", n=n, low=low, high=high, unit=unit)
    share = mean("market_share", 1)
    sales = {"units": mean("units_sold"), "revenue": mean("revenue"), "currency": told.currency}
    yield say("summary.run_sales", share=share, **sales)
    yield _run_coverage(told, name)
    yield say("summary.run_service", fill=mean("fill_rate", 1), cover=mean("weeks_of_cover", 2))
    if n == 1:
        yield say("summary.run_single")


def _run_coverage(told: Told, name: str) -> str:
    regions, say = told.folder.of("regions", name), words(told.lang)
    coverage = regions["weighted_distribution"].to_numpy(np.float64)
    mean = quantity(told.mean("weighted_distribution", name).mean, "1", told.lang, 0)
    if np.isnan(coverage).all():
        return say("summary.run_coverage_even", mean=mean)
    ends = {"low": int(np.nanargmin(coverage)), "high": int(np.nanargmax(coverage))}
    shown = {key: quantity(coverage[place], "1", told.lang, 0) for key, place in ends.items()}
    if shown["low"] == shown["high"]:
        return say("summary.run_coverage_even", mean=mean)
    called = {f"{key}_region": told.region_names()[place] for key, place in ends.items()}
    return say("summary.run_coverage", mean=mean, **shown, **called)
