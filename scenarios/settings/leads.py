"""Leads: buyers of goods that are not bought on the spot, on their way from first contact to the signed order."""

from typing import Self

from pydantic import Field, model_validator

from channellab.scenarios.settings.base import Settings, setting


class LeadStageSettings(Settings):
    """One stage of the pipeline."""

    name: str = Field(min_length=1, max_length=40, description="Name of the stage.")
    days: float = setting(7.0, "Days that the stage takes a partner without knowledge.", unit="days", ge=0, le=3650)
    conversion: float = setting(0.5, "Share of leads that such a partner brings through it.", unit="1", ge=0, le=1)
    cost: float = setting(0.0, "Cost to the partner of a lead that comes to its end.", unit="money/lead", ge=0)


STAGES = (
    LeadStageSettings(name="contact", days=2.0, conversion=0.7, cost=0.2),
    LeadStageSettings(name="visit", days=7.0, conversion=0.5, cost=0.5),
    LeadStageSettings(name="quote", days=12.0, conversion=0.5, cost=0.3),
)


class LeadSettings(Settings):
    """How leads arise and what becomes of them; with all four sources at 0 there are none."""

    share: float = setting(
        0.0,
        "Share of wishes for own goods that need advice: the shopper becomes a lead of the outlet instead of buying.",
        unit="1",
        ge=0,
        le=1,
    )
    media: float = setting(
        0.0,
        "Hazard at which an aware consumer with need becomes a lead, per unit of money spent on media per consumer.",
        unit="1/money",
        ge=0,
        le=1e6,
    )
    kol: float = setting(
        0.0, "The same per unit of utility that opinion leaders lend the brand.", unit="1/utility", ge=0, le=1e6
    )
    referral: float = setting(0.0, "The same where all friends talk.", unit="1", ge=0, le=10)
    media_cost: float = setting(
        0.0, "Paid to media by the brand for a lead that they brought.", unit="money/lead", ge=0
    )
    stages: tuple[LeadStageSettings, ...] = setting(
        STAGES, "Stages from the first contact to the order.", min_length=1, max_length=16
    )
    speed_gain: float = setting(0.5, "Share of the days that a partner of full knowledge saves.", unit="1", ge=0, le=1)
    conversion_gain: float = setting(
        0.5, "Full knowledge raises each conversion to the power of 1 less this.", unit="1", ge=0, le=1
    )
    capacity: int | None = setting(
        None, "Leads that a partner can handle in a week; no limit if absent.", unit="leads/week", ge=1, le=10**9
    )
    stock_out_loss: float = setting(
        0.3,
        "Share of leads ready to order that are lost in a week in which the partner has no stock.",
        unit="1/week",
        ge=0,
        le=1,
    )
    lost_to_rival: float = setting(
        0.3, "Share of lost leads that take a rival's goods at the same outlet.", unit="1", ge=0, le=1
    )

    @property
    def on(self) -> bool:
        """Whether leads can arise at all."""
        return max(self.share, self.media, self.kol, self.referral) > 0

    @model_validator(mode="after")
    def _names(self) -> Self:
        names = [stage.name for stage in self.stages]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"stages name {twice[0]!r} twice, allowed are different names")
        return self
