"""Quantity discounts: the ladder of discounts by the size of one order."""

from itertools import pairwise
from typing import Literal, Self

from pydantic import Field, model_validator

from channellab.scenarios.settings.base import Settings, setting


class BreakSettings(Settings):
    """One step of the ladder."""

    from_units: int = Field(
        description="Units of own goods in one order, all SKUs together, from which the step holds.",
        ge=1,
        le=10**9,
        json_schema_extra={"unit": "units", "source": "assumption"},
    )
    rate: float = setting(0.02, "Discount of the step, a share of the price.", unit="1", gt=0, le=0.9)


class QuantityDiscountSettings(Settings):
    """Discounts by the size of one order: what a buyer orders from its supplier in one week."""

    kind: Literal["none", "all_units", "increment"] = setting(
        "none",
        "all_units: the rate of the step that an order reaches, on all its units; increment: the rate of each step, on "
        "the units between its threshold and the next; none: no discount.",
        source="S3",
    )
    breaks: tuple[BreakSettings, ...] = setting(
        (BreakSettings(from_units=50, rate=0.02), BreakSettings(from_units=200, rate=0.04)),
        "Steps by rising threshold, at rising rates.",
        min_length=1,
        max_length=16,
    )

    @model_validator(mode="after")
    def _rising(self) -> Self:
        for number, (lower, upper) in enumerate(pairwise(self.breaks), start=1):
            if upper.from_units <= lower.from_units:
                raise ValueError(
                    f"breaks.{number}.from_units is {upper.from_units}, allowed are values above that of the step "
                    f"before ({lower.from_units})"
                )
            if upper.rate <= lower.rate:
                raise ValueError(
                    f"breaks.{number}.rate is {upper.rate:g}, allowed are values above that of the step before "
                    f"({lower.rate:g})"
                )
        return self

    @property
    def given(self) -> bool:
        """Whether there is any discount."""
        return self.kind != "none"
