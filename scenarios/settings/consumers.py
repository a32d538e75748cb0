"""Consumers: segments and tastes, need, media, memory, and what they do when the shelf is empty."""

from typing import Literal, Self

from pydantic import Field, model_validator

from channellab.scenarios.settings.base import Settings, setting, table
from channellab.scenarios.settings.showrooming import ShowroomingSettings


class SegmentSettings(Settings):
    """One segment; individuals vary within it."""

    name: str = Field(min_length=1, max_length=40, description="Name of the segment.")
    share: float = setting(1.0, "Share of consumers in the segment.", unit="1", ge=0, le=1)
    need: float = setting(0.25, "Probability of needing one unit of the category in a week.", unit="1/week", ge=0, le=1)
    price_sensitivity: float = setting(0.25, "Median loss of utility per unit of money.", unit="utility/money", ge=0)
    price_sensitivity_spread: float = setting(
        0.35, "Standard deviation of the log of price sensitivity between individuals.", unit="1", ge=0, le=3
    )
    service_preference: float = setting(1.0, "Utility of full service against none.", unit="utility", ge=-20, le=20)
    travel_burden: float = setting(0.35, "Loss of utility per kilometre to the shop.", unit="utility/km", ge=0)
    neighbour_burden: float = setting(
        0.02,
        "Loss of utility per kilometre of road to the nearest other district, a planned trip.",
        unit="utility/km",
        ge=0,
        le=1e6,
    )
    online_preference: float = setting(
        0.0, "Mean utility of shopping online against a shop at no distance.", unit="utility", ge=-20, le=20
    )
    online_spread: float = setting(0.5, "Standard deviation of that between individuals.", unit="utility", ge=0, le=20)
    delivery_burden: float = setting(0.15, "Loss of utility per day of delivery.", unit="utility/day", ge=0)
    taste_spread: float = setting(
        0.6, "Standard deviation of the taste for the brand between individuals.", unit="utility", ge=0, le=20
    )


class DemandSettings(Settings):
    """Where demand comes from: consumers' choices, a declared law for each outlet and SKU, or a fitted history."""

    source: Literal["choice", "declared", "fitted"] = setting(
        "choice",
        "choice = mixed logit of consumers; declared = a law; fitted = visits and choices fitted to a history, whose "
        "lists, prices and promotions are played back.",
    )
    tables: str | None = setting(
        None, "Folder of the fitted tables, needed with source 'fitted'; see docs/model.md.", min_length=1
    )
    first_week: int = setting(
        1, "Week of the fitted plan that is measured week 1, counted from 1.", unit="week", ge=1, le=5200
    )
    beyond: Literal["last_year", "whole"] = setting(
        "last_year", "Which part of the fitted plan is repeated after its end: its last 52 weeks, or all of it."
    )
    gumbel_scale: float = setting(
        1.0, "Scale of the random utility of an offer; 0 = none.", unit="utility", ge=0, le=10
    )
    reservation_low: float = setting(
        0.0, "Lower end of the uniform reservation utility of consumers for any offer.", unit="utility", ge=-1e6, le=1e6
    )
    reservation_high: float = setting(
        0.0, "Upper end of it; equal ends switch it to a constant.", unit="utility", ge=-1e6, le=1e6
    )
    law: Literal["poisson", "normal", "uniform", "constant", "series"] = setting(
        "poisson",
        "Law of declared weekly demand per outlet and own SKU, in whole units from 0: normal and uniform are rounded "
        "to the nearest, a constant with a fraction is rounded up in that share of weeks.",
    )
    mean: float = setting(4.0, "Mean of declared demand.", unit="units/week", ge=0, le=1e6)
    sd: float = setting(
        1.0, "Standard deviation of declared demand (normal and uniform).", unit="units/week", ge=0, le=1e6
    )
    series: tuple[int, ...] = setting((), "Declared demand week by week, repeated from its end.", unit="units/week")

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.reservation_low > self.reservation_high:
            raise ValueError(
                f"reservation_low is {self.reservation_low}, allowed are values up to "
                f"reservation_high ({self.reservation_high})"
            )
        if self.source == "declared" and self.law == "series" and not self.series:
            raise ValueError("series is empty, allowed is at least one week when law is 'series'")
        if self.source == "fitted" and self.tables is None:
            raise ValueError("tables is missing, expected is the folder of the fitted tables when source is 'fitted'")
        if any(units < 0 for units in self.series):
            raise ValueError("series has a negative week, allowed are whole numbers from 0")
        return self


class SocietySettings(Settings):
    """Who talks to whom."""

    mixing: Literal["network", "full"] = setting("network", "full = everybody hears everybody (the mean field).")
    friends: int = setting(8, "Mean number of friends, an even number.", unit="friends", ge=2, le=64, multiple_of=2)
    rewiring: float = setting(
        0.1,
        "Probability that a tie leads anywhere in the district.",
        unit="1",
        source="Watts & Strogatz 1998",
        ge=0,
        le=1,
    )
    long_ties: float = setting(0.02, "Probability that a tie leads anywhere in the country.", unit="1", ge=0, le=1)


class AwarenessSettings(Settings):
    """How consumers come to know the brand, and forget it."""

    initial: float = setting(0.3, "Share of consumers who know the brand at the start.", unit="1", ge=0, le=1)
    innovation: float = setting(
        0.0,
        "Hazard of becoming aware without advertising or talk.",
        unit="1/week",
        source="p of Bass 1969, per week",
        ge=0,
        le=10,
    )
    imitation: float = setting(
        0.05,
        "Hazard of becoming aware when all friends talk.",
        unit="1/week",
        source="q of Bass 1969, per week",
        ge=0,
        le=10,
    )
    advertising_effect: float = setting(
        0.5, "Hazard per unit of money spent on media per consumer and week.", unit="1/money", ge=0, le=1e6
    )
    forgetting: float = setting(0.002, "Probability that one who never bought forgets.", unit="1/week", ge=0, le=1)
    talk_threshold: float = setting(0.4, "Satisfaction from which a buyer tells good things.", unit="0..1", ge=0, le=1)
    complaint_threshold: float = setting(
        0.2,
        "Satisfaction below which a buyer tells bad things, unless it is enough to tell good.",
        unit="0..1",
        ge=0,
        le=1,
    )


class MemorySettings(Settings):
    """What consumers learn from what happens to them."""

    loyalty_rate: float = setting(0.3, "Step of loyalty towards 1 at a repeat purchase.", unit="1", ge=0, le=1)
    loyalty_fade: float = setting(0.9, "Loyalty kept after an unmet wish.", unit="1", ge=0, le=1)
    brand_loyalty: float = setting(0.8, "Utility of the last brand at full loyalty.", unit="utility", ge=-20, le=20)
    outlet_loyalty: float = setting(0.4, "Utility of the last outlet.", unit="utility", ge=-20, le=20)
    initial_satisfaction: float = setting(0.5, "Satisfaction with the brand at the start.", unit="0..1", ge=0, le=1)
    channel_habit: float = setting(
        0.4, "Utility of the channel, online or not, that one always bought in.", unit="utility", ge=0, le=20
    )
    habit_rate: float = setting(
        0.1, "Step of that habit towards the channel of a purchase: how fast preference drifts.", unit="1", ge=0, le=1
    )
    satisfaction_rate: float = setting(0.3, "Step of satisfaction towards the last experience.", unit="1", ge=0, le=1)
    satisfaction_weight: float = setting(
        0.5,
        "Utility of the brand at full satisfaction against indifference (0.5).",
        unit="utility",
        ge=0,
        le=20,
    )
    talk_weight: float = setting(
        0.0,
        "Utility of the brand when all friends tell good things, lost when all tell bad.",
        unit="utility",
        ge=0,
        le=20,
    )
    service_weight: float = setting(
        0.4, "Loss of experience with the brand where there is no service at all.", unit="0..1", ge=0, le=1
    )
    substitution_regret: float = setting(
        0.3, "Loss of experience when the purchase was not the first wish.", unit="0..1", ge=0, le=1
    )


class StockOutSettings(Settings):
    """What a shopper does who finds the wished offer sold out."""

    wait: float = setting(
        0.15, "Share who wait at the outlet.", unit="1", ge=0, le=1, source="Gruen et al. 2002, delay"
    )
    leave: float = setting(
        0.09,
        "Share who give up (with declared demand, all who do not wait).",
        unit="1",
        ge=0,
        le=1,
        source="Gruen et al. 2002, no purchase",
    )
    rounds: int = setting(
        2, "Most times the others choose again among what is left (not with declared demand).", ge=0, le=2
    )
    patience: int = setting(
        2,
        "Weeks a shopper waits before giving up (buyers of declared demand wait for ever).",
        unit="weeks",
        ge=1,
        le=5200,
    )

    @model_validator(mode="after")
    def _shares(self) -> Self:
        if self.wait + self.leave > 1 + 1e-12:
            raise ValueError(f"wait + leave is {self.wait + self.leave:g}, allowed are values up to 1")
        return self


class ConsumerSettings(Settings):
    """The population."""

    count: int = setting(100_000, "Number of consumers, each one buyer.", unit="consumers", ge=1, le=50_000_000)
    segments: tuple[SegmentSettings, ...] = setting(
        (SegmentSettings(name="all"),), "Segments; their shares must add up to 1.", min_length=1, max_length=64
    )
    outlets_considered: int = setting(4, "Nearest outlets of the area that a shopper considers.", ge=1, le=16)
    neighbour_outlets: int = setting(
        0, "Outlets of the nearest other district that a shopper also considers, settled for life by lot.", ge=0, le=16
    )
    online_considered: int = setting(
        1, "Online shops that a shopper looks at, settled for life by their popularity.", unit="shops", ge=0, le=8
    )
    income_effect: float = setting(
        0.5, "Price sensitivity falls with regional income to this power.", unit="1", ge=0, le=3
    )
    season_amplitude: float = setting(0.15, "Need at its peak above the mean, as a share of it.", unit="1", ge=0, le=1)
    season_peak: int = setting(
        3, "Week of the year at which need peaks, counted from 0 at the first measured week.", unit="week", ge=0, le=51
    )
    rest_weeks: int = setting(
        0, "Weeks without need after a purchase; large for durables.", unit="weeks", ge=0, le=100_000
    )
    demand: DemandSettings = table(DemandSettings, "Where demand comes from.")
    society: SocietySettings = table(SocietySettings, "Who talks to whom.")
    awareness: AwarenessSettings = table(AwarenessSettings, "How the brand becomes known.")
    memory: MemorySettings = table(MemorySettings, "What consumers learn.")
    stock_out: StockOutSettings = table(StockOutSettings, "What they do before an empty shelf.")
    collector_buys: float = setting(
        0.1, "Probability that who collects goods in a shop buys another unit of them there.", unit="1", ge=0, le=1
    )
    showrooming: ShowroomingSettings = table(ShowroomingSettings, "Who looks in a shop and buys online.")
