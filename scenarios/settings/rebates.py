"""Rebates: the plans under which the brand pays back to its direct buyers part of what they bought."""

from collections.abc import Mapping
from typing import Any, Self

from pydantic import model_validator

from channellab.scenarios.keys import frozen, plain
from channellab.scenarios.settings.base import setting, table
from channellab.scenarios.settings.plugins import name_of
from channellab.scenarios.settings.rebate_kinds import (
    CompliancePlanSettings,
    GradePlanSettings,
    GrowthPlanSettings,
    LaunchPlanSettings,
    NewCustomerPlanSettings,
    SprintPlanSettings,
    TargetPlanSettings,
)
from channellab.scenarios.settings.rebate_plans import (
    GROUP,
    OtherPlanSettings,
    RebatePlan,
    VolumePlanSettings,
    YearlyPlanSettings,
    other_kind,
)

MOST_OTHERS = 4
ROUNDING = 1e-9
_KINDS: dict[str, type[RebatePlan]] = {
    "volume": VolumePlanSettings,
    "yearly": YearlyPlanSettings,
    "grades": GradePlanSettings,
    "growth": GrowthPlanSettings,
    "target": TargetPlanSettings,
    "sprint": SprintPlanSettings,
    "new_customers": NewCustomerPlanSettings,
    "compliance": CompliancePlanSettings,
    "launch": LaunchPlanSettings,
}
PLAN_NAMES = (*_KINDS, *(f"other_{number}" for number in range(MOST_OTHERS)))
"""All names that plans can have; accounts are kept by these."""


class RebatePolicySettings(VolumePlanSettings):
    """All rebate plans: a volume rebate, and others beside it."""

    yearly: YearlyPlanSettings = table(YearlyPlanSettings, "A second volume rebate at the same time.")
    grades: GradePlanSettings = table(GradePlanSettings, "Partner grades.")
    growth: GrowthPlanSettings = table(GrowthPlanSettings, "A rebate on the increment over a moving baseline.")
    target: TargetPlanSettings = table(TargetPlanSettings, "A bonus for a target.")
    sprint: SprintPlanSettings = table(SprintPlanSettings, "A bonus for a target of a short period.")
    new_customers: NewCustomerPlanSettings = table(NewCustomerPlanSettings, "A bonus for new customers.")
    compliance: CompliancePlanSettings = table(CompliancePlanSettings, "A rebate for a clean price record.")
    launch: LaunchPlanSettings = table(LaunchPlanSettings, "A launch package for new products.")
    promotion_multiplier: float = setting(
        1.0,
        "What rebates on orders are multiplied by that are invoiced while an event of policy.promotion runs.",
        unit="1",
        source="S0: 1.5",
        ge=1,
        le=5,
    )
    cap: float | None = setting(
        None,
        "Most that all rebates on one order may pay, as a share of it; no limit if absent.",
        unit="1",
        source="S0: 45 %",
        gt=0,
        le=5,
    )
    clawback: float = setting(
        0.0,
        "Share of the rebates it is owed that a partner loses for each case of diversion against it.",
        unit="1",
        ge=0,
        le=1,
    )
    others: tuple[OtherPlanSettings, ...] = setting(
        (), "Plans of kinds that other distributions bring.", max_length=MOST_OTHERS
    )

    @model_validator(mode="after")
    def _cap_above_every_plan(self) -> Self:
        rates = {name: _highest_rate(plan) for name, plan in self.plans().items()}
        name = max(rates, key=lambda one: rates[one], default="")
        if self.cap is not None and name and self.cap < rates[name]:
            least = f"the highest rate of {_key_of(name)} ({rates[name]:g})"
            raise ValueError(f"cap is {self.cap:g}, allowed are values from {least}")
        return self

    @model_validator(mode="after")
    def _no_money_machine_together(self) -> Self:
        """What holds for a plan alone holds for all on one order: without a cap they pay back no more than it costs.

        Of plans that count sales shoppers, not partners, decide how much they pay.
        """
        rates = {name: _highest_rate(plan) for name, plan in self.plans().items() if plan.counts == "purchases"}
        paid = self.promotion_multiplier * sum(rates.values())
        if paid > 1.0 + ROUNDING and (self.cap is None or self.cap > 1.0):
            now = "absent" if self.cap is None else f"{self.cap:g}"
            names = [_key_of(name) for name, rate in rates.items() if rate > 0.0]
            names += ["promotion_multiplier"] if self.promotion_multiplier > 1.0 else []
            raise ValueError(
                f"cap is {now}, but with {', '.join(names)} an order may earn back {paid:g} times what it costs; "
                "allowed are values up to 1, or lower rates"
            )
        return self

    def plans(self) -> dict[str, RebatePlan]:
        """The plans in force by name, without those that cannot pay anything."""
        first = VolumePlanSettings(**{name: getattr(self, name) for name in VolumePlanSettings.model_fields})
        named = {"volume": first} | {name: getattr(self, name) for name in _KINDS if name != "volume"}
        others = {f"other_{number}": other.plan for number, other in enumerate(self.others)}
        return {name: plan for name, plan in (named | others).items() if plan.pays}


def _key_of(name: str) -> str:
    """Under which key of the policy a plan stands, so that who set it last is told of it."""
    return {"volume": "tiers"}.get(name, "others" if name.startswith("other_") else name)


def _highest_rate(plan: RebatePlan) -> float:
    """The highest rate at which a plan alone pays on an order; growth over the last period's purchases left aside."""
    if isinstance(plan, VolumePlanSettings):
        return max(tier.rate for tier in plan.tiers)
    if isinstance(plan, GradePlanSettings):
        return max(grade.base_rate for grade in plan.grades)
    if isinstance(plan, LaunchPlanSettings):
        return plan.discount
    rated = TargetPlanSettings | CompliancePlanSettings | GrowthPlanSettings | NewCustomerPlanSettings
    return plan.rate if isinstance(plan, rated) else 0.0


def written(name: str, plan: RebatePlan) -> dict[str, Any]:
    """A plan as plain data; `read` makes it again."""
    return {"name": name, "kind": "" if name in _KINDS else name_of(GROUP, type(plan)), "settings": plain(plan)}


def read(data: Mapping[str, Any]) -> tuple[str, RebatePlan]:
    """Name and plan from what `written` made. Raises ValueError where its kind is not installed."""
    name = data["name"]
    kind = _KINDS[name] if name in _KINDS else other_kind(data["kind"])
    return name, kind.model_validate(frozen(data["settings"]))
