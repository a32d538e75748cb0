"""Tiered volume rebates: what the brand pays back to its direct buyers for what they bought in a period."""

from itertools import pairwise
from typing import Literal, Self

from pydantic import model_validator

from channellab.scenarios.settings.base import Settings, setting


class RebateTierSettings(Settings):
    """One tier of a rebate plan."""

    from_purchases: float = setting(0.0, "Purchases in a period from which the tier holds.", unit="money", ge=0)
    rate: float = setting(0.0, "Rebate of the tier.", unit="1", ge=0, le=0.95)


class RebatePolicySettings(Settings):
    """A rebate plan: purchases of a period, at prices net of discounts, earn the rate of the tier they reach."""

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
    period_weeks: int = setting(
        13,
        "Length of a period: 13 = quarter, 52 = year; the first measured week begins one.",
        unit="weeks",
        ge=1,
        le=520,
    )
    pay_delay_weeks: int = setting(4, "Weeks from the end of a period to payment.", unit="weeks", ge=0, le=104)

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
