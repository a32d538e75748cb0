"""Minimum advertised prices: what the brand asks for and does about offers below, and what sellers make of it."""

from typing import Self

from pydantic import model_validator

from channellab.scenarios.settings.base import Settings, setting


class MapPolicySettings(Settings):
    """Minimum advertised price of own goods, how it is watched, and a ladder of cases against an outlet.

    The ladder: warnings, then weeks in which the outlet's offers are taken down, then penalties.
    """

    minimum: float = setting(
        0.0, "Minimum advertised price, over the recommended price; 0 = none.", unit="1", ge=0, le=1
    )
    detection: float = setting(
        0.0, "Share of outlets scanned a week, and so the chance that an offer below is found.", unit="1", ge=0, le=1
    )
    scan_cost: float = setting(0.2, "Cost of scanning the offers of one outlet.", unit="money/outlet", ge=0)
    warnings: int = setting(1, "Cases that only bring a warning.", unit="cases", ge=0, le=100)
    takedowns: int = setting(1, "Cases after them in which own offers are taken down.", unit="cases", ge=0, le=100)
    takedown_weeks: int = setting(0, "Weeks for which they are.", unit="weeks", ge=0, le=104)
    penalty: float = setting(
        0.0, "Penalty in all later cases, over the week's takings for goods below the minimum.", unit="1", ge=0, le=100
    )

    @model_validator(mode="after")
    def _found_before_punished(self) -> Self:
        for name, bites in (("penalty", True), ("takedown_weeks", self.takedowns > 0)):
            value = getattr(self, name)
            if not self.detection and value and bites:
                raise ValueError(f"{name} is {value:g}, a penalty without detection; allowed is 0 where detection is 0")
        return self


class ComplianceSettings(Settings):
    """What sellers believe of cases for offers below a minimum price, before and beside those that they see."""

    prior_detection: float = setting(
        0.1, "Probability of a case in a week below the minimum that sellers believe in at first.", unit="1", ge=0, le=1
    )
    prior_weeks: float = setting(20.0, "Weeks' worth of experience behind it.", unit="weeks", gt=0)
    prior_cost: float = setting(
        1.0, "What sellers believe a case costs at first, over the week's takings for these goods.", unit="1", ge=0
    )
    prior_cases: float = setting(2.0, "Cases' worth of experience behind it.", unit="cases", gt=0)
    hearsay: float = setting(
        0.5, "Weight of a neighbour's weeks and cases against the seller's own.", unit="1", ge=0, le=1
    )
