"""No dead settings: every number and every choice of the schema changes some output where it is active.

The settings are read from the schema, so a new one is tested at once: in the lively scenario, or in the variant of it
that `ACTIVE` names for the setting or for a table around it. A setting that changes nothing fails.
"""

from collections.abc import Iterator
from dataclasses import fields
from functools import cache
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

import pandas as pd
import pytest
from pydantic import BaseModel

from channellab.experiments.play import play
from channellab.scenarios.errors import BadInput
from channellab.scenarios.files import load
from channellab.scenarios.regions import ROLES
from channellab.scenarios.settings import Scenario
from channellab.sim import state
from channellab.sim.market import Market

LIVELY = str(Path(__file__).parent / "lively" / "lively.toml")
Overrides = tuple[str, ...]

SHORT_RUN = ("run.weeks=2",)
"""Most settings show in a few weeks; those that do not are tried in a run of full length."""

ELSEWHERE = {f"consumers.demand.{name}": "replayed-history" for name in ("source", "first_week", "beyond")}
"""Settings that are tried in another scenario of the library, because they need its tables."""

NEVER = {
    "schema_version": "says how the file is written; only one version exists",
}
"""Settings that change no output, with the reason."""

BOOKS_ONLY = {
    "manufacturer.working_capital": "nothing the brand does depends on its cash yet",
}
"""Settings that change the state of the market and nothing that is reported, with the reason."""

DECLARED = ("consumers.demand.source=declared", "consumers.demand.mean=3.0")
TIMETABLE = 'timetable=[{weeks=[3, 8], set={"policy.price.recommended_discount"=0.2}}]'
POOR = ("distributors.cash_limit=true", "distributors.working_capital=100.0")
SALE = 'policy.promotion.events=[{name="sale", weeks=[4, 6]}]'
YEARLY = (
    *("policy.rebate.yearly.kind=all_units", "policy.rebate.yearly.period_weeks=6"),
    "policy.rebate.yearly.tiers=[{from_purchases=150.0, rate=0.03}]",
)
SHORT = ("period_weeks=3", "pay_delay_weeks=1")
GRADES = (
    *(f"policy.rebate.grades.{setting}" for setting in SHORT),
    'policy.rebate.grades.grades=[{name="gold", from_purchases=60.0}]',
)
GROWTH = (
    *(f"policy.rebate.growth.{setting}" for setting in SHORT),
    *("policy.rebate.growth.rate=0.2", "policy.rebate.growth.correction=0.5", "policy.rebate.growth.new_share=0.3"),
)
TARGET = tuple(f"policy.rebate.target.{setting}" for setting in (*SHORT, "kind=growth", "growth=0.7", "goal=100.0"))
SPRINT = tuple(f"policy.rebate.sprint.{setting}" for setting in (*SHORT, "kind=growth", "growth=0.7", "goal=100.0"))
NEW_CUSTOMERS = tuple(f"policy.rebate.new_customers.{setting}" for setting in (*SHORT, "rate=0.05"))
COMPLIANCE = tuple(
    f"policy.rebate.compliance.{setting}" for setting in ("period_weeks=3", "pay_delay_weeks=1", "rate=0.05")
)
NEW_OUTLETS = (
    *("retailers.shelf_space=1", "retailers.review_weeks=2", "retailers.buyer_listing_spread=1.0"),
    *("policy.subsidies.outlets.amount=6.0", "policy.subsidies.outlets.weeks=4", "policy.subsidies.outlets.bar=0.6"),
)
RETURNING = (
    *("policy.returns.share=0.5", "policy.returns.credit=0.95", "policy.returns.handling=0.02"),
    *("policy.returns.window_weeks=4", "distributors.stock.holding_cost=0.3"),
)
LAUNCH = ('policy.rebate.launch.products=["Tea"]', "policy.rebate.launch.pay_delay_weeks=1")
ACTIVE: dict[str, Overrides] = {
    "consumers.demand": DECLARED,
    "consumers.demand.source": ("run.weeks=6",),
    "consumers.demand.first_week": ("run.weeks=6", "consumers.demand.first_week=10"),
    "consumers.demand.beyond": ("run.weeks=6", "consumers.demand.first_week=76"),
    "consumers.demand.gumbel_scale": (),
    "consumers.demand.reservation_low": (),
    "consumers.demand.reservation_high": (),
    "consumers.demand.sd": (*DECLARED, "consumers.demand.law=normal"),
    "consumers.demand.law": (*DECLARED, "consumers.demand.series=[1, 6, 2]"),
    "consumers.demand.series": (*DECLARED, "consumers.demand.law=series", "consumers.demand.series=[1, 6, 2]"),
    "consumers.stock_out.patience": ("retailers.local_lead_days=20.0",),
    "stores.knowledge": ("stores.per_area=1", "layout.own_stores.core=1.0"),
    "retailers.shelf_space": ("retailers.shelf_space=2",),
    "retailers.review_weeks": ("retailers.shelf_space=1", "retailers.review_weeks=4"),
    "retailers.area_listing_spread": ("retailers.shelf_space=1",),
    "retailers.buyer_listing_spread": ("retailers.shelf_space=1",),
    "conflict.fair_share": ("conflict.from_unfairness=0.5", "conflict.fair_share=0.8"),
    "conflict.stock_withheld": (
        *("conflict.satisfaction_rate=1.0", "conflict.from_unfairness=1.0", "conflict.fair_share=1.0"),
        "conflict.stock_withheld=0.8",
    ),
    "online.review_weeks": ("online.shops.2.owner=partner", "online.review_weeks=4", "online.fixed_cost=2.0"),
    "online.learning": ("online.shops.2.owner=partner", "online.review_weeks=3", "online.fixed_cost=2.0"),
    "timetable": (TIMETABLE,),
    "policy.price.band": ("policy.price.kind=banded", "policy.price.band=0.02"),
    "online.shops.*.kind": ("online.shops.0.group_size=4",),
    "online.shops.*.group_size": ("online.shops.0.kind=group_buying", "online.shops.0.group_size=4"),
    "distributors.pass_through": ("distributors.price.rule=markup", "subdistributors.price.rule=markup"),
    "subdistributors.pass_through": ("distributors.per_region=0", "subdistributors.price.rule=markup"),
    "policy.rebate.pay_delay_weeks": POOR,
    "policy.rebate.promotion_multiplier": (SALE,),
    "policy.rebate.cap": ("policy.rebate.cap=0.061", SALE, "policy.rebate.promotion_multiplier=3.0"),
    "development.learning": ("policy.development.proof=50.0", "development.prior_gain=1.5"),
    "policy.subsidies.outlets": NEW_OUTLETS,
    "policy.returns": RETURNING,
    "policy.subsidies.freight.grade_step": GRADES,
    "policy.subsidies.freight.city_tier": ("policy.subsidies.freight.city_tier=3",),
    "logistics.drops_must_pay": ("logistics.drop_cost=3.0",),
    "policy.rebate.yearly": YEARLY,
    "policy.rebate.grades": GRADES,
    "policy.rebate.grades.pay_delay_weeks": (*GRADES, *POOR),
    "policy.rebate.growth": GROWTH,
    "policy.rebate.growth.correction": (*GROWTH, "policy.rebate.growth.new_share=0.0"),
    "policy.rebate.growth.pay_delay_weeks": (*GROWTH, *POOR),
    "policy.rebate.target": TARGET,
    "policy.rebate.target.goal": (*TARGET, "policy.rebate.target.kind=fixed"),
    "policy.rebate.target.pay_delay_weeks": (*TARGET, *POOR),
    "policy.rebate.sprint": SPRINT,
    "policy.rebate.sprint.goal": (*SPRINT, "policy.rebate.sprint.kind=fixed"),
    "policy.rebate.sprint.pay_delay_weeks": (*SPRINT, *POOR),
    "policy.rebate.new_customers": NEW_CUSTOMERS,
    "policy.rebate.new_customers.pay_delay_weeks": (*NEW_CUSTOMERS, *POOR),
    "policy.rebate.compliance": COMPLIANCE,
    "policy.rebate.compliance.pay_delay_weeks": (*COMPLIANCE, *POOR),
    "policy.rebate.launch": LAUNCH,
    "policy.rebate.launch.most_weeks": (*LAUNCH, "policy.rebate.launch.most_weeks=1.0"),
    "policy.rebate.launch.pay_delay_weeks": (*LAUNCH, *POOR),
    "policy.rebate.launch.period_weeks": (*LAUNCH, *POOR, "policy.rebate.launch.period_weeks=3"),
    "policy.rebate.launch.first_week": (*LAUNCH, *POOR, "policy.rebate.launch.period_weeks=3"),
    "policy.rebate.yearly.pay_delay_weeks": (*YEARLY, *POOR, "policy.rebate.yearly.pay_delay_weeks=1"),
}
"""Overrides that make a setting, or all settings of a table, active; the longest key that fits counts."""

LIGHT = ("policy.protection.warnings=0", "policy.protection.deductions=0", "policy.protection.damages=0.4")
"""Damages from the first case on that do not keep everybody from diverting for ever."""
ACTIVE |= {f"diversion.{name}": LIGHT for name in ("prior_detection", "prior_attempts", "hearsay")}
ACTIVE |= {f"policy.protection.{name}": LIGHT for name in ("damages", "damages_cases", "stop_weeks")}
MILD = ("policy.protection.detection=0.2", "policy.protection.deductions=4", "diversion.prior_attempts=20.0")
"""Deductions that go on for long, so that partners divert for longer and may be found in every way."""
SCANNED = (*MILD, "policy.protection.scan_rate=0.05", "policy.protection.member_scan_rate=0.3")
WATCHED = (*MILD, "policy.protection.anomaly_threshold=0.4", "policy.protection.history_weeks=4")
AUDITED = (*MILD, "policy.protection.audits=0.8")
ACTIVE |= {f"policy.protection.{name}": SCANNED for name in ("scan_rate", "member_scan_rate", "scan_days")}
ACTIVE |= {f"policy.protection.{name}": WATCHED for name in ("anomaly_threshold", "history_weeks")}
ACTIVE |= {f"policy.protection.{name}": AUDITED for name in ("audits", "audit_target", "audit_finds", "audit_cost")}
ACTIVE |= {"conflict.from_audit": AUDITED}
OWN_STORES = (
    *("stores.per_area=2", "stores.stock.level=20", "stores.stock.reorder_point=5"),
    *(f"layout.own_stores.{role}=0.4" for role in ROLES),
)
OTHER_TIERS: dict[str, Overrides] = {
    "stores": OWN_STORES,
    "warehouses": (
        *('warehouses.regions=["HILLS"]', "warehouses.stock.level=90", "warehouses.stock.reorder_point=30"),
        *("manufacturer.plants.0.capacity=300", "manufacturer.plants.1.capacity=300"),
    ),
    "platform_distributors": (
        *('platform_distributors.regions=["HILLS"]', "platform_distributors.stock.level=60"),
        *("platform_distributors.stock.reorder_point=20", "layout.supply.core=platform_distributors"),
    ),
}
"""Tiers that the lively scenario does without, and what brings them into it."""
ACTIVE |= OTHER_TIERS | {
    "platform_distributors.pass_through": (
        *OTHER_TIERS["platform_distributors"],
        "platform_distributors.price.rule=markup",
    ),
    "layout.own_stores": OWN_STORES,
    "layout.supply": ('platform_distributors.regions=["HILLS"]',),
    "layout.distributors": ("distributors.per_region=2",),
    "layout.subdistributors": ("subdistributors.per_district=2",),
    "layout.convenience": (),
    "layout.durable": ("products.0.product_class=durable",),
    "layout.luxury": ("products.0.product_class=luxury",),
    "products.*.product_class": ("layout.durable=selective", "layout.luxury=exclusive"),
}

STUFFED = ("stuffing.margin_given=0.1", "subdistributors.stock.holding_cost=0.1", "retailers.stock.holding_cost=0.04")
ACTIVE |= {
    "stuffing.margin_given": STUFFED,
    "stuffing.room_weeks": ("stuffing.margin_given=1.0", "stuffing.room_weeks=0.2", *STUFFED[1:]),
}
for table, low in {"policy.price": 40, "distributors": 4, "subdistributors": 4, "platform_distributors": 40}.items():
    ladder = f"{table}.quantity"
    breaks = f"[{{from_units={low}, rate=0.05}}, {{from_units={3 * low}, rate=0.1}}]"
    steps = (f"{ladder}.kind=all_units", f"{ladder}.breaks={breaks}")
    ACTIVE |= {ladder: (*OTHER_TIERS.get(table, ()), *steps)}

for tier in ("manufacturer", "distributors", "subdistributors", "retailers", "online", *OTHER_TIERS):
    stock, there = f"{tier}.stock", OTHER_TIERS.get(tier, ())
    ACTIVE |= {
        f"{stock}.level": (*there, f"{stock}.rule=base_stock"),
        f"{stock}.reorder_point": (*there, f"{stock}.rule=s_S"),
        f"{stock}.forecast_weeks": (*there, f"{stock}.forecast=moving_average", f"{stock}.forecast_weeks=4"),
    }
for place in ("manufacturer", "distributors", "subdistributors", "warehouses", "platform_distributors"):
    busy = (*OTHER_TIERS.get(place, ()), f"{place}.dock.trucks=1", f"{place}.dock.truck_load=4")
    ACTIVE |= {f"{place}.dock.trucks": busy, f"{place}.dock.round_trip_days": busy}
for buyer in ("distributors", "subdistributors", "platform_distributors", "retailers", "online"):
    poor: Overrides = (f"{buyer}.working_capital=40.0", "retailers.handling_cost=40.0", *OTHER_TIERS.get(buyer, ()))
    ACTIVE |= {f"{buyer}.cash_limit": poor, f"{buyer}.working_capital": (f"{buyer}.cash_limit=true", *poor)}
for seller in (
    *("manufacturer", "distributors", "subdistributors", "platform_distributors", "stores"),
    *("retailers.formats.*", "online.shops.*"),
):
    rule, there = f"{seller}.price.rule".replace("*", "0"), OTHER_TIERS.get(seller, ())
    choke_price = rule.replace("rule", "choke_price=25.0")
    ACTIVE |= {
        f"{seller}.price.markup": (*there, f"{rule}=markup"),
        f"{seller}.price.choke_price": (*there, f"{rule}=linear_demand", choke_price),
        f"{seller}.price.elasticity": (*there, f"{rule}=constant_elasticity"),
        f"{seller}.price.price_sensitivity": (*there, f"{rule}=logit_optimal"),
        f"{seller}.price.share_at_list": (*there, f"{rule}=logit_optimal"),
    }
for seller, extra in (("retailers.formats.*", ()), ("online.shops.*", ()), ("stores", OWN_STORES)):
    price, told = f"{seller}.price".replace("*", "0"), f"{seller}.price"
    learns = (*extra, f"{price}.rule=margin_optimal", f"{price}.learning=0.3", f"{price}.experiment=0.05")
    undercuts = (*extra, f"{price}.rule=undercut", f"{price}.undercut=0.1")
    names = ("elasticity", "elasticity_spread", "learning", "adjustment", "experiment")
    ACTIVE |= {f"{told}.{name}": learns for name in names}
    follows = (*extra, f"{price}.rule=dynamic", f"{price}.price_bound=0.6")
    ACTIVE |= {f"{told}.{name}_response": follows for name in ("rival", "stock", "demand")}
    ACTIVE |= {
        f"{told}.price_bound": (*learns, f"{price}.price_bound=0.04"),
        f"{told}.undercut": undercuts,
        f"{told}.floor_margin": (*undercuts, f"{price}.undercut=0.5", f"{price}.floor_margin=0.4"),
    }

PARTNERS = ("distributors", "subdistributors")

CHANGES: dict[str, tuple[Overrides, ...]] = {
    "policy.development.proof": (("policy.development.proof=50.0",),),
    "membership.tiers.*.purchases": (("membership.tiers.1.purchases=3",),),
    "consumers.segments.*.share": (("consumers.segments.0.share=0.3", "consumers.segments.1.share=0.7"),),
    "retailers.formats.*.share": (("retailers.formats.0.share=0.8", "retailers.formats.1.share=0.2"),),
    "network.sites_per_district": (("network.sites_per_district=12",),),
    "network.sites_per_area": (("network.sites_per_area=8",),),
    "consumers.society.friends": (("consumers.society.friends=4",),),
    "stores.knowledge": (("stores.per_area=1", "layout.own_stores.core=1.0", "stores.knowledge=0.1"),),
    "layout.exclusive": (("layout.exclusive=0.5",),),
    "stores.stock.reorder_point": (("stores.stock.reorder_point=15",),),
    "consumers.awareness.innovation": (("consumers.awareness.innovation=0.2",),),
    "consumers.awareness.advertising_effect": (("consumers.awareness.advertising_effect=9.0",),),
    **{f"layout.{tier}.{role}": ((f"layout.{tier}.{role}=1",),) for tier in PARTNERS for role in ROLES},
    "manufacturer.production_days": (("manufacturer.production_days=9.0",),),
    "policy.protection.trace_days": (("policy.protection.trace_days=20.0",),),
    "policy.protection.scan_days": (("policy.protection.scan_days=1.0",),),
    "policy.protection.damages_cases": (("policy.protection.damages_cases=1",),),
    "policy.disputes.arbitration.error": (("policy.disputes.arbitration.error=0.9",),),
    "rivals.*.lead_days": (("rivals.0.lead_days=9.0",),),
    "policy.promotion.events.*.duration": (("policy.promotion.events.1.duration=2",),),
    "compliance.prior_detection": (("compliance.prior_detection=0.9",),),
    "policy.promotion.online_floor": (("policy.promotion.online_floor=1.0",),),
    "policy.promotion.first_year": (("policy.promotion.first_year=2025",),),
}
"""What to change, where a setting cannot change alone, or a quarter up or down falls into the same week or number."""


def settings(model: type[BaseModel], above: str = "") -> Iterator[tuple[str, Any]]:
    """Every setting below a table with its type; entries of arrays are written ``*``."""
    for name, field in model.model_fields.items():
        yield from _leaves(above + name, field.annotation)


def _leaves(key: str, kind: Any) -> Iterator[tuple[str, Any]]:
    if get_origin(kind) in (Union, UnionType):
        (kind,) = (part for part in get_args(kind) if part is not NoneType)
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        yield from settings(kind, f"{key}.")
    elif get_origin(kind) is tuple:
        parts = get_args(kind)
        for place, part in [("*", parts[0])] if parts[-1] is ... else enumerate(parts):
            yield from _leaves(f"{key}.{place}", part)
    else:
        yield key, kind


EVERY = dict(settings(Scenario))
NUMBERS = [key for key, kind in EVERY.items() if kind in (int, float)]
CHOICES = [key for key, kind in EVERY.items() if get_origin(kind) is Literal or kind is bool]


@cache
def tables(overrides: Overrides, scenario: str = LIVELY) -> tuple[str, ...]:
    """Everything a run reports, as text."""
    loaded = load(scenario, overrides)
    run = play(loaded, loaded.scenario.run.seed)
    written = (getattr(run, field.name) for field in fields(run))
    return (repr(run.metrics), *(table.to_csv() for table in written if isinstance(table, pd.DataFrame)))


@cache
def books(overrides: Overrides) -> tuple[tuple[str, bytes], ...]:
    """The whole state at the end of a run."""
    scenario = load(LIVELY, overrides).scenario
    market = Market(scenario)
    market.play(scenario.run.warmup + scenario.run.weeks)
    market.close()
    return tuple((name, array.tobytes()) for name, array in state.dump(market).items())


def active(key: str) -> Overrides:
    """The overrides that make a setting active."""
    fits = [prefix for prefix in ACTIVE if key == prefix or key.startswith(prefix + ".")]
    return ACTIVE[max(fits, key=len)] if fits else ()


def changes(key: str) -> list[Overrides]:
    """Ways to change a number that the schema allows."""
    if key in CHANGES:
        return [active(key) + change for change in CHANGES[key]]
    place = key.replace("*", "0")
    tried = [(*active(key), f"{place}={value}") for value in _others(_value(key, place), EVERY[key])]
    return [overrides for overrides in tried if _allowed(overrides, scenario_of(key))]


def scenario_of(key: str) -> str:
    """Where a setting is tried."""
    return ELSEWHERE.get(key, LIVELY)


def _value(key: str, place: str) -> Any:
    node: Any = load(scenario_of(key), active(key)).scenario
    for part in place.split("."):
        node = node[int(part)] if part.isdecimal() else getattr(node, part)
    return node


def _others(value: Any, kind: type) -> list[Any]:
    if value is None:
        return [4, 9]
    step = max(1, abs(value) // 4) if kind is int else (abs(value) / 4 or 0.25)
    return [value + step, value - step]


def _allowed(overrides: Overrides, scenario: str) -> bool:
    try:
        return bool(load(scenario, overrides))
    except BadInput:
        return False


class Inner(BaseModel):
    depth: float | None = None
    kind: Literal["a", "b"] = "a"


class Outer(BaseModel):
    many: tuple[Inner, ...] = ()
    one: Inner = Inner()
    span: tuple[int, int] = (1, 2)
    days: tuple[int, ...] = ()
    on: bool = True


def test_new_settings_are_found_wherever_they_stand() -> None:
    assert [key for key, _ in settings(Outer)] == [
        *("many.*.depth", "many.*.kind", "one.depth", "one.kind"),
        *("span.0", "span.1", "days.*", "on"),
    ]


def test_the_schema_is_read_whole() -> None:
    kinds = set(EVERY.values()) - {int, float, bool, str, dict[str, Any]}
    assert all(get_origin(kind) is Literal for kind in kinds)
    assert len(NUMBERS) > 100
    for prefix in [*NEVER, *BOOKS_ONLY, *ACTIVE, *CHANGES, *ELSEWHERE]:
        assert any(key == prefix or key.startswith(prefix + ".") for key in EVERY), f"{prefix} is no setting any more"


@pytest.mark.parametrize("key", [key for key in NUMBERS if key not in NEVER and key not in BOOKS_ONLY])
def test_number_changes_what_is_reported(key: str) -> None:
    ways = changes(key)
    assert ways, f"no other value of {key} is allowed; name one in CHANGES"
    shows = any(differs(key, way, cut) for cut in (SHORT_RUN, ()) for way in ways)
    assert shows, f"{key} is dead, or needs an entry in ACTIVE"


def differs(key: str, way: Overrides, cut: Overrides) -> bool:
    """Whether a change shows, in a run that may be cut short."""
    scenario, before = scenario_of(key), active(key)
    if cut and not all(_allowed((*overrides, *cut), scenario) for overrides in (before, way)):
        return False
    return tables((*way, *cut), scenario) != tables((*before, *cut), scenario)


@pytest.mark.parametrize("key", BOOKS_ONLY)
def test_number_changes_the_books_alone(key: str) -> None:
    way = changes(key)[0]
    assert books(way) != books(active(key))
    assert tables(way) == tables(active(key)), f"{key} is reported by now: take it off the list"


SAME = {f"layout.supply.{role}": "lowest" for role in ROLES}
"""Choices that stand for another one: the lowest tier is that of the sub-distributors, where there are any."""


@pytest.mark.parametrize("key", CHOICES)
def test_choices_are_all_different(key: str) -> None:
    values = ("true", "false") if EVERY[key] is bool else get_args(EVERY[key])
    values = tuple(value for value in values if value != SAME.get(key))
    seen = {tables((*active(key), f"{key.replace('*', '0')}={value}"), scenario_of(key)) for value in values}
    assert len(seen) == len(values)
