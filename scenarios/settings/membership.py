"""Membership of the brand's private domain: joining, points, tiers, the brand's own messages, and subscription."""

from typing import Self

from pydantic import Field, model_validator

from channellab.scenarios.settings.base import Settings, setting


class MemberTierSettings(Settings):
    """One tier of members."""

    name: str = Field(min_length=1, max_length=40, description="Name of the tier.")
    purchases: int = setting(
        0, "Own purchases in a year from which a member is in the tier, until the end of the next.", ge=0, le=255
    )
    points: float = setting(0.0, "Share of the price paid that comes back as points.", unit="1", ge=0, le=0.95)


class MembershipSettings(Settings):
    """The programme; it is off while nobody joins (both probabilities 0)."""

    join: float = setting(0.0, "Probability that a buyer of the brand joins at a purchase.", unit="1", ge=0, le=1)
    join_direct: float = setting(0.0, "The same at the brand's own stores and online shops.", unit="1", ge=0, le=1)
    tiers: tuple[MemberTierSettings, ...] = setting(
        (
            MemberTierSettings(name="bronze", points=0.01),
            MemberTierSettings(name="silver", purchases=6, points=0.02),
            MemberTierSettings(name="gold", purchases=12, points=0.05),
        ),
        "Tiers, the lowest first, from 0 purchases.",
        min_length=1,
        max_length=16,
    )
    redeem_from: float = setting(
        5.0, "Points worth so much are paid out at the next own purchase.", unit="money", ge=0, le=1e6
    )
    nudge: float = setting(
        0.0, "Utility of the brand that its weekly messages lend it with members.", unit="utility", ge=-20, le=20
    )
    message_cost: float = setting(
        0.02, "Cost of the brand's own messages to a member.", unit="money/week", ge=0, le=1e6
    )
    subscribe: float = setting(
        0.0, "Probability that a member subscribes at a purchase in the brand's online shop.", unit="1", ge=0, le=1
    )
    subscription_discount: float = setting(
        0.05, "Share of the price that a subscriber gets back.", unit="1", ge=0, le=0.95
    )

    @model_validator(mode="after")
    def _ascending(self) -> Self:
        steps = [tier.purchases for tier in self.tiers]
        if steps[0] != 0 or sorted(set(steps)) != steps:
            raise ValueError(f"tiers have purchases {steps}, allowed are rising numbers from 0")
        return self

    @property
    def on(self) -> bool:
        """Whether anybody can join."""
        return self.join > 0 or self.join_direct > 0
