"""Kinds of rebate plan beside the volume rebate: grades, growth, targets, new customers, new products."""

from itertools import pairwise
from typing import Literal, Self

import numpy as np
from pydantic import Field, model_validator

from channellab.scenarios.arrays import Floats
from channellab.scenarios.policies.rebates import Accounts, graded, increment_counted, next_grade, reached, target_of
from channellab.scenarios.settings.base import Settings, setting
from channellab.scenarios.settings.rebate_plans import RebatePlan


class GradeSettings(Settings):
    """One grade of partners."""

    name: str = Field(min_length=1, max_length=40, description="Name of the grade.")
    from_purchases: float = setting(
        0.0, "Purchases of the last period from which a partner has the grade.", unit="money", ge=0
    )
    base_rate: float = setting(0.05, "Rebate on all purchases.", unit="1", source="S0: 5 % to 38 %", ge=0, le=0.95)
    growth_rate: float = setting(
        0.1,
        "Rebate besides, on what exceeds the purchases of the last period.",
        unit="1",
        source="S0: 5 % to 38 %",
        ge=0,
        le=0.95,
    )


class GradePlanSettings(RebatePlan):
    """Partner grades, such as gold, platinum and diamond: the purchases of a period give the grade of the next."""

    grades: tuple[GradeSettings, ...] = setting(
        (), "Grades by rising threshold, at rates that do not fall; none = no such plan.", max_length=8
    )

    @property
    def pays(self) -> bool:
        """Whether there are grades."""
        return bool(self.grades)

    def earned(self, accounts: Accounts) -> Floats:
        """See `graded`."""
        return graded(accounts.purchases, accounts.usual, self.grades)

    def next_threshold(self, accounts: Accounts) -> tuple[Floats, Floats]:
        """See `next_grade`: nothing at once, but more in the next period."""
        return next_grade(accounts.purchases, accounts.ahead, self.grades)

    @model_validator(mode="after")
    def _rising(self) -> Self:
        for number, (lower, upper) in enumerate(pairwise(self.grades), start=1):
            if upper.from_purchases <= lower.from_purchases:
                raise ValueError(
                    f"grades.{number}.from_purchases is {upper.from_purchases:g}, allowed are values above that of the "
                    f"grade before ({lower.from_purchases:g})"
                )
            for name in ("base_rate", "growth_rate"):
                if getattr(upper, name) < getattr(lower, name):
                    raise ValueError(
                        f"grades.{number}.{name} is {getattr(upper, name):g}, allowed are values from that of the "
                        f"grade before ({getattr(lower, name):g})"
                    )
            if upper.name in (grade.name for grade in self.grades[:number]):
                raise ValueError(f"grades.{number}.name is {upper.name!r}, that of a grade before; allowed is another")
        return self


class GrowthPlanSettings(RebatePlan):
    """A rebate on the increment over a baseline that follows the partner's own purchases."""

    rate: float = setting(0.0, "Rebate on the increment; 0 = no such plan.", unit="1", source="S1", ge=0, le=0.95)
    correction: float = setting(
        1.0,
        "How far the baseline moves to the purchases of a period when it ends; 1 = it is the last period.",
        unit="1",
        source="S1: corrected each quarter",
        ge=0,
        le=1,
    )
    new_share: float = setting(
        0.0, "Share of the increment that must come from new customers to count.", unit="1", source="S1", ge=0, le=1
    )

    @property
    def pays(self) -> bool:
        """Whether it pays anything."""
        return self.rate > 0.0

    @property
    def by_customers(self) -> bool:
        """Whether it looks at who is a new customer."""
        return self.new_share > 0.0

    def earned(self, accounts: Accounts) -> Floats:
        """See `increment_counted`."""
        return self.rate * increment_counted(accounts.purchases, accounts.usual, accounts.fresh, self.new_share)

    def moved_on(self, accounts: Accounts) -> Floats:
        """The baseline moves part of the way."""
        step = self.correction * (accounts.purchases - accounts.usual)
        return np.where(accounts.usual >= 0.0, accounts.usual + step, accounts.purchases)


class TargetPlanSettings(RebatePlan):
    """A bonus for who reaches a target."""

    kind: Literal["none", "fixed", "growth"] = setting(
        "none", "fixed: the target is goal; growth: it is growth x the purchases of the last period.", source="S3"
    )
    goal: float = setting(1_000_000.0, "Purchases of a period that are asked for.", unit="money", gt=0)
    growth: float = setting(1.1, "Purchases that are asked for, over those of the last period.", unit="1", gt=0, le=10)
    rate: float = setting(0.02, "Bonus on all purchases once the target is reached.", unit="1", ge=0, le=0.95)
    bonus: float = setting(0.0, "Bonus besides, whatever was bought.", unit="money", ge=0)

    @property
    def pays(self) -> bool:
        """Whether there is a target, and anything to win."""
        return self.kind != "none" and self.rate + self.bonus > 0.0

    def earned(self, accounts: Accounts) -> Floats:
        """All or nothing."""
        target = target_of(accounts.usual, self.kind, self.goal, self.growth)
        return np.where(reached(accounts.purchases, target), self.rate * accounts.purchases + self.bonus, 0.0)

    @model_validator(mode="after")
    def _no_money_machine(self) -> Self:
        """A bonus above the target is worth buying the goods for, and throwing them away."""
        least = (1.0 - self.rate) * self.goal
        if self.kind == "fixed" and self.counts == "purchases" and self.bonus > least:
            raise ValueError(
                f"bonus is {self.bonus:g}, more than the goods cost; allowed are values up to {least:g}, what is left "
                "of goal after rate"
            )
        return self

    def next_threshold(self, accounts: Accounts) -> tuple[Floats, Floats]:
        """The target, while it is ahead."""
        target = target_of(accounts.usual, self.kind, self.goal, self.growth)
        ahead = ~reached(accounts.purchases, target)
        threshold = np.where(ahead, target, np.inf)
        pays = self.rate * np.where(np.isfinite(threshold), threshold, 0.0) + self.bonus
        return threshold, np.where(np.isfinite(threshold), pays, 0.0)


class SprintPlanSettings(TargetPlanSettings):
    """A target of a short period."""

    period_weeks: int = setting(4, "Length of a period.", unit="weeks", ge=1, le=520)


class NewCustomerPlanSettings(RebatePlan):
    """A bonus on what is bought for new customers."""

    rate: float = setting(
        0.0, "Bonus on purchases for new customers; 0 = no such plan.", unit="1", source="S0: 3-5 %", ge=0, le=0.95
    )

    @property
    def pays(self) -> bool:
        """Whether it pays anything."""
        return self.rate > 0.0

    @property
    def by_customers(self) -> bool:
        """It looks at nothing else."""
        return True

    def earned(self, accounts: Accounts) -> Floats:
        """The rate on what new customers took, as far as it was bought in the period."""
        return self.rate * np.minimum(accounts.fresh, accounts.purchases)


class LaunchPlanSettings(RebatePlan):
    """A launch package for new products: a discount on the first order, and points that count more than once."""

    products: tuple[str, ...] = setting((), "Names of the new SKUs; none = no such plan.", max_length=32)
    discount: float = setting(
        0.3, "Rebate on a partner's first order of a new SKU.", unit="1", source="S0: 30 % off", ge=0, le=0.95
    )
    points: float = setting(
        2.0, "How many times purchases of new SKUs count in all other plans.", unit="1", source="S0", ge=1, le=10
    )
    most_weeks: float = setting(
        4.0, "Most weeks of expected demand that a first order may hold beyond need.", unit="weeks", ge=0, le=104
    )
    period_weeks: int = setting(1, "Weeks after which a discount becomes a claim.", unit="weeks", ge=1, le=520)

    @property
    def pays(self) -> bool:
        """Whether there are new products."""
        return bool(self.products)

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        """Who is named twice would have its points counted twice."""
        for number, name in enumerate(self.products):
            if name in self.products[:number]:
                raise ValueError(f"products.{number} is {name!r}, named before; allowed is each product once")
        return self

    def earned(self, accounts: Accounts) -> Floats:
        """The discount on what first orders were invoiced at."""
        return self.discount * np.minimum(accounts.first, accounts.purchases)


class CompliancePlanSettings(RebatePlan):
    """A rebate at the end of the year for a clean price record."""

    rate: float = setting(
        0.0, "Rebate on all purchases; 0 = no such plan.", unit="1", source="S0: 3-5 %", ge=0, le=0.95
    )
    most_cases: int = setting(
        0,
        "Most cases in the period for prices below policy.map.minimum, against the partner or its outlets.",
        unit="cases",
        ge=0,
        le=10**6,
    )
    period_weeks: int = setting(52, "Length of a period: 13 = quarter, 52 = year.", unit="weeks", ge=1, le=520)

    @property
    def pays(self) -> bool:
        """Whether it pays anything."""
        return self.rate > 0.0

    def earned(self, accounts: Accounts) -> Floats:
        """All or nothing."""
        return np.where(accounts.cases <= self.most_cases, self.rate * accounts.purchases, 0.0)
