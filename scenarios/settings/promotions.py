"""The promotion calendar: events at which shops are cheaper for some weeks, and deals for those who buy from the brand.

Partners learn of both some days ahead; what they then order is their own decision (`agents/promotions.py`).
"""

from typing import Literal, Self

from pydantic import Field, model_validator

from channellab.scenarios.festivals import LAST_YEAR, dates, names
from channellab.scenarios.settings.base import Settings, setting

Weeks = tuple[int, int]


class PromotionEventSettings(Settings):
    """A promotion to shoppers: own goods are cheaper at the outlets that take part."""

    name: str = Field(min_length=1, max_length=40, description="Name of the event.")
    weeks: Weeks | None = Field(None, description="First and last measured week; or `festival`.")
    festival: str | None = Field(
        None, description="Name of a festival in the built-in calendar of China, every year; or `weeks`."
    )
    duration: int = setting(1, "Weeks of a festival's event, which ends in its week.", unit="weeks", ge=1, le=13)
    discount: float = setting(
        0.2, "Discount on what the shelf price would be otherwise, by outlets that take part.", unit="1", ge=0, le=0.9
    )
    brand_share: float = setting(
        0.5,
        "Share of the discount on the recommended price that the brand pays, for each unit sold; the shop bears the "
        "rest.",
        unit="1",
        ge=0,
        le=1,
    )
    display: float = setting(
        0.0,
        "What display and bustle lend own goods there, in utility; 0 = the price alone.",
        unit="utility",
        ge=-5,
        le=5,
    )
    who: tuple[str, ...] = setting((), "Retail formats, 'stores', 'online' that take part; none = all.")

    @model_validator(mode="after")
    def _dated(self) -> Self:
        if (self.weeks is None) == (self.festival is None):
            weeks = "absent" if self.weeks is None else list(self.weeks)
            festival = "absent" if self.festival is None else repr(self.festival)
            raise ValueError(f"{self.name!r} has weeks {weeks} and festival {festival}, allowed is one of them")
        if self.weeks:
            in_order("weeks", self.weeks)
        if self.festival is not None and self.festival not in names():
            raise ValueError(f"festival is {self.festival!r}, allowed are {', '.join(names())}")
        return self


class TradeDealSettings(Settings):
    """A deal of the brand with its partners, for some weeks."""

    kind: Literal["off_invoice", "scan_back"] = setting(
        "off_invoice",
        "off_invoice: lowers the price ex factory of what is invoiced in these weeks, to those who buy from the brand; "
        "scan_back: pays outlets for each own unit that they sell to consumers in these weeks.",
    )
    weeks: Weeks = Field(description="First and last measured week.")
    rate: float = setting(0.1, "Part of the price ex factory.", unit="1", gt=0, le=0.9)
    who: tuple[str, ...] = setting((), "Retail formats, 'distributors', 'online' to whom it is offered; none = all.")

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        in_order("weeks", self.weeks)
        return self


class PromotionPolicySettings(Settings):
    """The promotion calendar."""

    notice_days: int = setting(
        30, "Days before its first week on which an event or deal is announced.", unit="days", ge=0, le=364, source="S0"
    )
    online_floor: float = setting(
        0.9,
        "Least price of own goods online in an event, over their mean price at the shops that carry them; 0 = none.",
        unit="1",
        ge=0,
        le=1,
        source="S0",
    )
    first_year: int = setting(
        2024, "Calendar year of the first measured week, for festivals.", unit="year", ge=2019, le=LAST_YEAR
    )
    events: tuple[PromotionEventSettings, ...] = setting((), "Promotions to shoppers.", max_length=64)
    deals: tuple[TradeDealSettings, ...] = setting((), "Deals with partners.", max_length=64)

    @model_validator(mode="after")
    def _one_at_a_time(self) -> Self:
        for number, event in enumerate(self.events):
            for earlier, other in enumerate(self.events[:number]):
                _apart("events", (number, earlier), (event.who, other.who), self.windows(event), self.windows(other))
        for number, deal in enumerate(self.deals):
            for earlier, older in enumerate(self.deals[:number]):
                if deal.kind == older.kind:
                    _apart("deals", (number, earlier), (deal.who, older.who), (deal.weeks,), (older.weeks,))
        return self

    def windows(self, event: PromotionEventSettings) -> tuple[Weeks, ...]:
        """First and last measured weeks of an event, year by year if it is a festival's."""
        if event.weeks:
            return (event.weeks,)
        return dates(event.festival or "", self.first_year, event.duration)


class AnticipationSettings(Settings):
    """What firms expect of promotions that have been announced."""

    response: float = setting(
        2.4,
        "What firms believe before their first event: share by which demand rises for each part of the price that is "
        "given away.",
        unit="1",
        ge=0,
        le=50,
        source="mean lift 1.52 at 22 % off without display, weekly store data of 54 grocery items",
    )
    learning: float = setting(0.5, "Weight of the newest week of an event in that belief.", unit="1", ge=0, le=1)


def in_order(key: str, weeks: Weeks) -> None:
    """Raises ValueError where weeks are not two in order, from 1."""
    if not 1 <= weeks[0] <= weeks[1]:
        raise ValueError(f"{key} is [{weeks[0]}, {weeks[1]}], allowed are two weeks in order, counted from 1")


def _apart(
    table: str,
    numbers: tuple[int, int],
    groups: tuple[tuple[str, ...], tuple[str, ...]],
    windows: tuple[Weeks, ...],
    others: tuple[Weeks, ...],
) -> None:
    """Raises ValueError where two entries of the calendar hold for the same group in the same week."""
    a, b = groups
    shared = next((name for name in a if name in b), "") if a and b else "all" if not a and not b else (a or b)[0]
    weeks = [max(w[0], o[0]) for w in windows for o in others if max(w[0], o[0]) <= min(w[1], o[1])]
    if shared and weeks:
        raise ValueError(
            f"{table}.{numbers[0]} holds in week {weeks[0]} for {shared}, as {table}.{numbers[1]} does; allowed is one "
            "at a time"
        )
