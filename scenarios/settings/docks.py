"""What a sending place can load and carry away; without limits goods leave on the day they are dispatched."""

from typing import Self

from pydantic import model_validator

from channellab.scenarios.settings.base import Settings, setting


class DockSettings(Settings):
    """Loading dock and trucks of one plant or distributor; goods wait for both, first come, first served."""

    loading_per_day: float | None = setting(
        None, "Units that the dock of one place loads in a day; as many as needed if absent.", unit="units/day", gt=0
    )
    trucks: int | None = setting(
        None, "Trucks of one place; as many as needed if absent.", unit="trucks", ge=1, le=10_000
    )
    truck_load: int | None = setting(
        None,
        "Units that a truck holds: what does not fit leaves with the next; a truck holds everything if absent.",
        unit="units",
        ge=1,
        le=10**9,
    )
    round_trip_days: float | None = setting(
        None, "Days a truck is away; twice the days to the receiver if absent.", unit="days", ge=0, le=365
    )

    @model_validator(mode="after")
    def _round_trips_of_trucks(self) -> Self:
        if self.round_trip_days is not None and self.trucks is None:
            raise ValueError(
                f"round_trip_days is {self.round_trip_days:g}, but trucks is absent and there are as many as needed; "
                "give trucks a number"
            )
        return self

    @property
    def limited(self) -> bool:
        """Whether goods may have to wait, or travel in parts."""
        return not (self.loading_per_day is self.trucks is self.truck_load is None)
