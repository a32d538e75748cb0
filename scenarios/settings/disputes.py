"""The dispute desk: who deals with disputes between partners, on three levels, and how quickly."""

from typing import Literal

from channellab.scenarios.settings.base import Settings, setting, table


class RulingSettings(Settings):
    """The highest level, where all is settled. Each person works on one dispute at a time, first come, first served."""

    staff: int = setting(
        0, "People at this level, in each place; without any it is passed over.", unit="people", ge=0, le=1000
    )
    days: float = setting(2.0, "Mean days of work on a dispute.", unit="days", gt=0, le=365)
    law: Literal["exponential", "uniform"] = setting(
        "exponential", "How the days of work vary: exponentially, or evenly between none and twice the mean."
    )
    error: float = setting(0.1, "Probability that a settlement is wrong.", unit="1", ge=0, le=1)


class DisputeLevelSettings(RulingSettings):
    """A level below it, from which disputes go up to the next one with people. The highest with people settles all."""

    settles: float = setting(
        0.5, "Probability that a dispute is settled when it has been worked on; else it goes up.", unit="1", ge=0, le=1
    )
    deadline_days: float | None = setting(
        9.8,
        "Days at this level after which a dispute goes up unsettled; no limit if absent.",
        unit="days",
        gt=0,
        le=365,
        source="7 working days in source 000",
    )


class DisputePolicySettings(Settings):
    """Desk for disputes over diverted goods and false accusations. It holds everywhere; without people it is closed."""

    talks: DisputeLevelSettings = table(DisputeLevelSettings, "Talks between dealers, with mediators in each region.")
    arbitration: DisputeLevelSettings = table(DisputeLevelSettings, "Arbitration in each region.")
    ruling: RulingSettings = table(RulingSettings, "Rulings of the head office, one place for all.")
    staff_cost: float = setting(20.0, "Cost of each of the desk's people.", unit="money/week", ge=0)

    @property
    def levels(self) -> tuple[RulingSettings, ...]:
        """The three levels from the bottom up."""
        return *self.below, self.ruling

    @property
    def below(self) -> tuple[DisputeLevelSettings, DisputeLevelSettings]:
        """The two levels below the highest."""
        return self.talks, self.arbitration
