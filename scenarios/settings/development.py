"""The market development fund: what partners may spend on their local market at the brand's cost, and what it does."""

from channellab.scenarios.settings.base import Settings, setting


class DevelopmentPolicySettings(Settings):
    """Terms of the fund for partners who buy from the brand."""

    rate: float = setting(
        0.0,
        "Part of a period's purchases that may be spent in the next; 0 = no fund.",
        unit="1",
        source="S0: 3 %",
        ge=0,
        le=0.95,
    )
    period_weeks: int = setting(13, "Length of a period.", unit="weeks", ge=1, le=520)
    brand_share: float = setting(
        0.5, "Part of the spending that the brand pays, if it has paid off.", unit="1", source="S0: 1:1", gt=0, le=1
    )
    proof: float = setting(
        1.0,
        "Growth of what the partner sold on over the period before, at its purchase prices, that a unit of money spent "
        "must show for the brand to pay.",
        unit="1",
        source="S0: paid against proven return",
        ge=0,
        le=100,
    )


class DevelopmentSettings(Settings):
    """What spending on local display does, and what partners make of it."""

    display_gain: float = setting(
        0.3, "Most that local display lends own goods in an outlet.", unit="utility", ge=0, le=10
    )
    display_half: float = setting(
        10.0, "Spending per outlet at which half of that is reached.", unit="money/week", gt=0
    )
    prior_gain: float = setting(
        0.6, "Margin that partners at first expect of a unit of money spent.", unit="1", ge=0, le=10
    )
    learning: float = setting(
        0.5, "Weight of the last period in what a partner expects of the next.", unit="1", ge=0, le=1
    )
