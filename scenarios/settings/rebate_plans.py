"""What a rebate plan is, and the kinds that come with channellab; docs/rebate-plans.md tells how to add one."""

import json
from itertools import pairwise
from typing import Any, Literal, Self

import numpy as np
from pydantic import PrivateAttr, model_validator

from channellab.scenarios.arrays import Floats
from channellab.scenarios.keys import plain
from channellab.scenarios.policies.rebates import Accounts, next_threshold, rebate
from channellab.scenarios.settings.base import Settings, setting
from channellab.scenarios.settings.plugins import brought, made

GROUP = "channellab.rebate_plans"
"""Entry points of other distributions under which their kinds of plan are found."""


class RebatePlan(Settings):
    """A rebate plan: what purchases of a period earn. Its methods are pure and take all partners' accounts at once."""

    counts: Literal["purchases", "sales"] = setting(
        "purchases",
        "What counts. purchases: what the partner is invoiced; sales: what it sells to consumers or delivers to its "
        "buyers, at its own purchase price.",
    )
    period_weeks: int = setting(13, "Length of a period: 13 = quarter, 52 = year.", unit="weeks", ge=1, le=520)
    first_week: int = setting(
        1, "A measured week in which a period begins; the others follow from it.", unit="weeks", ge=1, le=520
    )
    pay_delay_weeks: int = setting(4, "Weeks from the end of a period to payment.", unit="weeks", ge=0, le=104)

    @property
    def pays(self) -> bool:
        """Whether the plan can pay anything; one that cannot is not in force."""
        return True

    @property
    def by_customers(self) -> bool:
        """Whether the plan looks at `Accounts.fresh`; only then are new customers counted."""
        return False

    @property
    def has_thresholds(self) -> bool:
        """Whether it says where the next threshold is."""
        return type(self).next_threshold is not RebatePlan.next_threshold

    def moved_on(self, accounts: Accounts) -> Floats:
        """(F,) what the partner is measured by (`Accounts.usual`) once periods with these accounts have ended."""
        return accounts.purchases

    def earned(self, accounts: Accounts) -> Floats:
        """(F,) money that whole periods with these accounts earn: 0 for no purchases, and never less for more."""
        raise NotImplementedError

    def next_threshold(self, accounts: Accounts) -> tuple[Floats, Floats]:
        """(F,) next threshold of purchases, infinite without one, and (F,) what reaching it pays at once, money.

        A plan without jumps need not say more than this.
        """
        return np.full(accounts.purchases.shape, np.inf), np.zeros(accounts.purchases.shape)


class RebateTierSettings(Settings):
    """One tier of a rebate plan."""

    from_purchases: float = setting(0.0, "Purchases in a period from which the tier holds.", unit="money", ge=0)
    rate: float = setting(0.0, "Rebate of the tier.", unit="1", ge=0, le=5)


class VolumePlanSettings(RebatePlan):
    """A tiered volume rebate: purchases of a period, net of discounts, earn the rate of the tier they reach."""

    kind: Literal["none", "all_units", "increment"] = setting(
        "none",
        "all_units: the rate of the tier reached, on all purchases of the period; increment: the rate of each tier, on "
        "the slice of purchases between its threshold and the next.",
        source="S0",
    )
    tiers: tuple[RebateTierSettings, ...] = setting(
        (
            RebateTierSettings(from_purchases=1_000_000.0, rate=0.05),
            RebateTierSettings(from_purchases=3_000_000.0, rate=0.08),
        ),
        "Tiers by rising threshold, at rates that do not fall.",
        source="S0: 5 % from 1 M and 8 % from 3 M; scale them with the market",
        min_length=1,
        max_length=16,
    )

    @property
    def pays(self) -> bool:
        """Whether the plan is one at all."""
        return self.kind != "none"

    def earned(self, accounts: Accounts) -> Floats:
        """See `rebate`."""
        return rebate(accounts.purchases, self.tiers, self.kind)

    def next_threshold(self, accounts: Accounts) -> tuple[Floats, Floats]:
        """See the function of that name."""
        return next_threshold(accounts.purchases, self.tiers, self.kind)

    @model_validator(mode="after")
    def _no_money_machine(self) -> Self:
        """Whoever is paid back more than it pays would buy without end; only sales, which buyers limit, may earn more.

        So they do in Taylor's target rebate, on the increment.
        """
        most = 5.0 if self.kind == "increment" and self.counts == "sales" else 1.0
        for number, tier in enumerate(self.tiers):
            if self.pays and tier.rate > most:
                raise ValueError(
                    f"tiers.{number}.rate is {tier.rate:g}, more than the goods cost; allowed are values up to "
                    f'{most:g} unless kind is "increment" and counts is "sales"'
                )
        return self

    @model_validator(mode="after")
    def _rising(self) -> Self:
        for number, (lower, upper) in enumerate(pairwise(self.tiers), start=1):
            if upper.from_purchases <= lower.from_purchases:
                raise ValueError(
                    f"tiers.{number}.from_purchases is {upper.from_purchases:g}, allowed are values above that of the "
                    f"tier before ({lower.from_purchases:g})"
                )
            if upper.rate < lower.rate:
                raise ValueError(
                    f"tiers.{number}.rate is {upper.rate:g}, allowed are values from that of the tier before "
                    f"({lower.rate:g})"
                )
        return self


class YearlyPlanSettings(VolumePlanSettings):
    """A second volume rebate beside the first, by default one of the year."""

    period_weeks: int = setting(52, "Length of a period: 13 = quarter, 52 = year.", unit="weeks", ge=1, le=520)


class OtherPlanSettings(Settings):
    """A plan of a kind that another distribution brings, under an entry point of the group channellab.rebate_plans."""

    kind: str = setting("", "Name of the entry point.", min_length=1, max_length=80)
    options: dict[str, Any] = setting({}, "Its settings, period_weeks, first_week and pay_delay_weeks among them.")
    _plan: RebatePlan = PrivateAttr()

    @property
    def plan(self) -> RebatePlan:
        """The plan itself."""
        return self._plan

    def __hash__(self) -> int:
        return hash((self.kind, json.dumps(plain(self.options), sort_keys=True)))

    @model_validator(mode="after")
    def _load(self) -> Self:
        self._plan = made(other_kind(self.kind), self.options)
        return self


def other_kind(name: str) -> type[RebatePlan]:
    """The class behind an entry point. Raises ValueError, in the words of a scenario's author, where there is none."""
    return brought(GROUP, name, RebatePlan, "no other kinds of plan")
