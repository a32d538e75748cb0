"""Strategic subsidies: money for new outlets, for freight to smaller cities, and for satisfied customers."""

from channellab.scenarios.settings.base import Settings, setting, table


class NewOutletSubsidySettings(Settings):
    """Money for shops that take the brand on where few others have it."""

    amount: float = setting(
        0.0,
        "Paid to a shop that takes the brand on in a region below the bar, once in its life; 0 = none.",
        unit="money/week",
        ge=0,
        source="S0: subsidies for new markets",
    )
    weeks: int = setting(26, "Weeks for which it is paid, as long as the shop keeps the brand.", unit="weeks", ge=1)
    bar: float = setting(
        0.5,
        "Share of a region's sites with own goods in stock below which its new outlets are subsidised.",
        unit="1",
        ge=0,
        le=1,
    )


class FreightSubsidySettings(Settings):
    """What the brand pays of distributors' freight to their buyers in smaller cities."""

    share: float = setting(
        0.0,
        "Share of freight that the brand pays to any distributor.",
        unit="1",
        ge=0,
        le=1,
        source="S1: logistics in lower-tier markets",
    )
    grade_step: float = setting(
        0.0,
        "Added to the share for each grade of policy.rebate.grades that a distributor has reached; all together at "
        "most 1.",
        unit="1",
        ge=0,
        le=1,
        source="S1: by partner grade",
    )
    city_tier: int = setting(3, "First city tier to which it applies, 1 the largest.", unit="tier", ge=1, le=5)


class SatisfactionSubsidySettings(Settings):
    """Money for shops whose buyers are satisfied with the brand."""

    amount: float = setting(
        0.0,
        "Paid for a period in which the mean satisfaction of a shop's buyers is 1; in proportion above the bar.",
        unit="money/period",
        ge=0,
        source="S0: subsidies for customer satisfaction",
    )
    bar: float = setting(0.6, "Mean satisfaction up to which nothing is paid.", unit="0..1", ge=0, le=0.99)
    period_weeks: int = setting(13, "Length of a period.", unit="weeks", ge=1, le=520)


class SubsidyPolicySettings(Settings):
    """Subsidies in force for a partner group."""

    outlets: NewOutletSubsidySettings = table(NewOutletSubsidySettings, "New outlets where the brand is rare.")
    freight: FreightSubsidySettings = table(FreightSubsidySettings, "Freight to smaller cities.")
    satisfaction: SatisfactionSubsidySettings = table(SatisfactionSubsidySettings, "Satisfied buyers.")


class ServiceSettings(Settings):
    """What shops make of money for satisfied buyers: service that they pay themselves."""

    prior: float = setting(
        0.5,
        "Rise of their buyers' satisfaction that shops at first expect of a unit of service.",
        unit="1",
        ge=0,
        le=2,
    )
    learning: float = setting(
        0.5, "Weight of the last period in which service changed in what a shop expects.", unit="1", ge=0, le=1
    )
