"""The charts of a run or a comparison that are made for a room: from the tables of its folder to figures and words."""

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from channellab.reports.charts import effects, fan, funnel, heat, lights, portrait, tiers
from channellab.reports.charts.style import SERIES
from channellab.reports.language import metric_title, metric_unit, words
from channellab.reports.quantities import difference, quantity
from channellab.reports.sections import Chart
from channellab.reports.shelf_price import OUTSIDE, STOCK, TIERS, tier_name
from channellab.reports.study import Told, wording
from channellab.sim.ledger import Account, Group

DECISIVE = (
    "channel_profit",
    "manufacturer_profit",
    "partner_profit",
    "market_share",
    "weighted_distribution",
    "fill_rate",
    "weeks_of_cover",
    "conflict_index",
    "partner_satisfaction",
)
"""Metrics of the table of lights."""
HELD = {"manufacturer": "plant_stock", "distributors": "distributor_stock", "retailers": "retail_stock"}
"""Metric of the stock of a tier."""
_MOST_COLUMNS = 6
"""Of the heat map."""
LETTERS = "ABCDEF"
"""Of its scenarios."""
FANNED = ("channel_profit", "market_share")
"""Metrics drawn large over time, with the span of runs."""
_BRAND = Group.MANUFACTURER.name.lower()
_REBATES = (Account.REBATES.name.lower(), Account.FUND.name.lower())
_PROTECTION = (Account.POLICING.name.lower(), Account.DISPUTES.name.lower())
_PENALTIES = Account.PENALTIES.name.lower()


def pictures(told: Told) -> dict[str, list[Chart]]:
    """By part of the page, its charts; parts without any are absent."""
    parts = {
        "lights": _lights(told),
        "fan": _fan(told),
        "funnel": _funnel(told),
        "heat": _heat(told),
        "partners": _portrait(told),
        "tiers": _tiers(told),
        "effects": _effects(told),
    }
    found = {part: list(made) for part, made in parts.items()}
    return {part: made for part, made in found.items() if made}


def _lights(told: Told) -> Iterator[Chart]:
    baseline = told.document.baseline
    for number, other in enumerate(told.document.others, 1):
        rows = [_light(told, metric, other) for metric in DECISIVE if metric in told.document.metrics]
        label, base = told.labels[other], told.labels[baseline or ""]
        note = words(told.lang)("lights.note", n=told.document.replications)
        figure = lights.lights(rows, label, base, note, told.lang)
        yield Chart(f"lights-{number}", figure, lights.alt_text(rows, label, base, told.lang))


def _light(told: Told, metric: str, other: str) -> lights.Light:
    unit, lang = metric_unit(metric), told.lang
    gap = told.difference(metric, other)
    before, after = (quantity(told.mean(metric, s).mean, unit, lang) for s in (told.document.baseline or "", other))
    title = metric_title(metric, lang)
    name = title if unit == "1" else words(lang)("protection.figure", title=title, unit=told.unit(metric))
    return lights.Light(name, before, after, difference(gap.mean, gap.ci95, unit, lang)[0], wording(metric, gap))


def _fan(told: Told) -> Iterator[Chart]:
    frames = dict(list(told.tables("weekly").items())[: len(SERIES)])
    for metric in FANNED:
        alt = fan.alt_text(frames, metric, told.lang)
        yield Chart(f"fan-{metric.replace('_', '-')}", fan.fan(frames, metric, told.lang, told.currency), alt)


def _funnel(told: Told) -> Iterator[Chart]:
    if set(funnel.STEPS) <= told.document.metrics.keys():
        found = {
            label: {step: (told.mean(step, name).mean, told.mean(step, name).ci95) for step in funnel.STEPS}
            for name, label in _first(told).items()
        }
        yield Chart("funnel", funnel.funnel(found, told.lang), funnel.alt_text(found, told.lang))


def _heat(told: Told) -> Iterator[Chart]:
    table, say = coverage(told), words(told.lang)
    named = [
        say("heat.letter", letter=letter, label=label)
        for letter, label in zip(LETTERS, told.labels.values(), strict=False)
    ]
    key = say("heat.key", letters=say.several(named)) if len(named) > 1 else ""
    yield Chart("heat", heat.heat(table, told.lang, key), f"{key} {heat.alt_text(table, told.lang)}".strip())


def coverage(told: Told) -> pd.DataFrame:
    """By region and tier, shares (0..1): of shops' category sales with the brand in stock, and of the partners on each
    other tier that took goods from the brand; NaN where there is nobody."""
    say, several = words(told.lang), len(told.labels) > 1
    regions = told.folder.of("regions", told.document.scenarios[0])
    columns: dict[str, pd.Series] = {}
    lettered = dict(zip(told.labels, LETTERS, strict=False))
    for name, letter in lettered.items():
        title = say("heat.letter", letter=letter, label=say("heat.shops")) if several else say("heat.shops")
        columns[title] = told.folder.of("regions", name)["weighted_distribution"]
    for name, letter in lettered.items():
        for tier, frame in by_tier(told, name).items():
            title = tier_name(tier, told.lang)
            share = frame.assign(took=frame["units_received"] > 0).groupby("region")["took"].mean()
            title = say("heat.letter", letter=letter, label=title) if several else title
            columns[title] = regions["region"].map(share)
    table = pd.DataFrame(dict(list(columns.items())[:_MOST_COLUMNS])).astype(np.float64)
    return table.set_axis(told.region_names(), axis=0)


def by_tier(told: Told, scenario: str) -> Mapping[str, pd.DataFrame]:
    """By tier, the partners of a scenario who take goods from the brand itself; empty for older results."""
    if "partners" not in told.folder.tables:
        return {}
    frame = told.folder.of("partners", scenario)
    frame = frame.assign(tier=frame["partner"].str.partition(" ")[0])
    return {str(tier): part for tier, part in frame.groupby("tier") if (part["units_received"] > 0).any()}


def _portrait(told: Told) -> Iterator[Chart]:
    found = {label: by_tier(told, name) for name, label in _first(told).items()}
    shared = [tier for tier in TIERS if all(tier in tiers_of for tiers_of in found.values())]
    if not shared:
        return
    tier = max(shared, key=lambda name: min(len(tiers_of[name]) for tiers_of in found.values()))
    ladders = {label: portrait.rungs(taking(tiers_of[tier])) for label, tiers_of in found.items()}
    title = tier_name(tier, told.lang)
    yield Chart("partners", portrait.portrait(ladders, title, told.lang), portrait.alt_text(ladders, title, told.lang))


def taking(partners: pd.DataFrame) -> pd.DataFrame:
    """Those that took goods."""
    return partners[partners["units_received"] > 0]


def _tiers(told: Told) -> Iterator[Chart]:
    labels = _first(told)
    cash = {name: _cash(told.folder.of("money", name)) for name in labels}
    found = []
    for tier in TIERS:
        if any(tier in flows for flows in cash.values()):
            stock = [_stock(told, name, tier) for name in labels]
            found.append(tiers.Tier(tier_name(tier, told.lang), [cash[name].get(tier, 0.0) for name in labels], stock))
    names = list(labels.values())
    yield Chart("tiers", tiers.tiers(found, names, told.lang, told.currency), tiers.alt_text(found, names, told.lang))


def _cash(money: pd.DataFrame) -> dict[str, float]:
    """By tier, receipts less payments, money a year; what went into stock is no payment."""
    paid = money[money["account"] != STOCK]
    into, out = paid.groupby("payee")["money"].sum(), paid.groupby("payer")["money"].sum()
    inside = set(into.index) | set(out.index)
    return {str(tier): float(into.get(tier, 0.0) - out.get(tier, 0.0)) for tier in sorted(inside - OUTSIDE)}


def _stock(told: Told, scenario: str, tier: str) -> float | None:
    metric = HELD.get(tier)
    return told.mean(metric, scenario).mean if metric and metric in told.document.metrics else None


def _effects(told: Told) -> Iterator[Chart]:
    labels = _first(told)
    money = {name: told.folder.of("money", name) for name in labels}
    rebates = [_effect(told, name, "rebates", rebate_cost(money[name])) for name in labels]
    guard = [_effect(told, name, "protection", protection_cost(money[name])) for name in labels]
    paid = rebates if len(labels) > 1 and any(point.cost for point in rebates) else []
    guarded = guard if len(labels) > 1 and any(point.cost for point in guard) else []
    if paid or guarded:
        figure = effects.effects(paid, guarded, told.lang, told.currency)
        yield Chart("effects", figure, effects.alt_text(paid, guarded, told.lang))


def _effect(told: Told, name: str, kind: str, cost: float) -> effects.Effect:
    found = told.mean(effects.EFFECT[kind], name)
    return effects.Effect(told.labels[name], cost, found.mean, *(found.ci95 or (None, None)))


def rebate_cost(money: pd.DataFrame) -> float:
    """What the brand pays for rebates and its market development fund, money a year."""
    mine = money[(money["payer"] == _BRAND) & money["account"].isin(_REBATES)]
    back = money[(money["payee"] == _BRAND) & money["account"].isin(_REBATES)]
    return float(mine["money"].sum() - back["money"].sum())


def protection_cost(money: pd.DataFrame) -> float:
    """What the brand pays for policing and disputes, less the penalties that it keeps, money a year."""
    paid = money[(money["payer"] == _BRAND) & money["account"].isin((*_PROTECTION, _PENALTIES))]
    got = money[(money["payee"] == _BRAND) & (money["account"] == _PENALTIES)]
    return float(paid["money"].sum() - got["money"].sum())


def _first(told: Told) -> dict[str, str]:
    """As many scenarios as there are colours."""
    return dict(list(told.labels.items())[: len(SERIES)])
