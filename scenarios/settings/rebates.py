"""Rebates: the plans under which the brand pays back to its direct buyers part of what they bought."""

from collections.abc import Mapping
from typing import Any

from channellab.scenarios.keys import frozen, plain
from channellab.scenarios.settings.base import setting, table
from channellab.scenarios.settings.rebate_plans import (
    OtherPlanSettings,
    RebatePlan,
    VolumePlanSettings,
    YearlyPlanSettings,
    name_of,
    other_kind,
)

MOST_OTHERS = 4


class RebatePolicySettings(VolumePlanSettings):
    """All rebate plans: a volume rebate, and others beside it."""

    yearly: YearlyPlanSettings = table(YearlyPlanSettings, "A second volume rebate at the same time.")
    others: tuple[OtherPlanSettings, ...] = setting(
        (), "Plans of kinds that other distributions bring.", max_length=MOST_OTHERS
    )

    def plans(self) -> dict[str, RebatePlan]:
        """The plans in force by name, without those that cannot pay anything."""
        first = VolumePlanSettings(**{name: getattr(self, name) for name in VolumePlanSettings.model_fields})
        named = {"volume": first, "yearly": self.yearly}
        others = {f"other_{number}": other.plan for number, other in enumerate(self.others)}
        return {name: plan for name, plan in (named | others).items() if plan.pays}


PLAN_NAMES = ("volume", "yearly", *(f"other_{number}" for number in range(MOST_OTHERS)))
"""All names that plans can have; accounts are kept by these."""

_KINDS: dict[str, type[RebatePlan]] = {"volume": VolumePlanSettings, "yearly": YearlyPlanSettings}


def written(name: str, plan: RebatePlan) -> dict[str, Any]:
    """A plan as plain data; `read` makes it again."""
    return {"name": name, "kind": "" if name in _KINDS else name_of(type(plan)), "settings": plain(plan)}


def read(data: Mapping[str, Any]) -> tuple[str, RebatePlan]:
    """Name and plan from what `written` made. Raises ValueError where its kind is not installed."""
    name = data["name"]
    kind = _KINDS[name] if name in _KINDS else other_kind(data["kind"])
    return name, kind.model_validate(frozen(data["settings"]))
