"""Settings of a fit as they are written in the table ``[fit]`` of a calibration file.

```toml
[fit]
area = ["state", "tier"]                   # outlets alike: recent levels are shrunk towards theirs
trials = 12                                # of the structural settings, on windows inside the training weeks
[fit.priors]
log_discount = {mean = -2.0, sd = 1.0}
[fit.search]
dispersion = {low = 0.03, high = 1.0}
```
"""

from dataclasses import asdict, dataclass
from typing import Any

from pydantic import Field, ValidationError, field_validator, model_validator

from channellab.calibration.history_file import KEYS, Calibration
from channellab.experiments.inputs import Declared
from channellab.scenarios.errors import BadInput
from channellab.scenarios.explain import explain
from channellab.scenarios.fitted import COEFFICIENTS
from channellab.scenarios.keys import dotted, frozen


class Prior(Declared):
    """A normal distribution: of a coefficient's mean over series; its deviations are measured in the same ``sd``."""

    mean: float
    sd: float = Field(gt=0)


class Bounds(Declared):
    """Where a structural setting is searched, and where the search starts (``low`` = ``high`` fixes it)."""

    low: float = Field(ge=0)
    high: float = Field(ge=0)
    start: float | None = Field(None, ge=0)

    @model_validator(mode="after")
    def _ordered(self) -> "Bounds":
        if self.low > self.high:
            raise ValueError(f"low is {self.low:g}, allowed are values up to high ({self.high:g})")
        if self.start is not None and not self.low <= self.start <= self.high:
            raise ValueError(f"start is {self.start:g}, allowed are values from low to high")
        return self


PRIORS = {
    "log_discount": Prior(mean=-2.0, sd=1.0),
    "log_base": Prior(mean=-1.5, sd=1.0),
    "feature": Prior(mean=0.4, sd=0.4),
    "display": Prior(mean=0.4, sd=0.4),
    "tpr": Prior(mean=0.1, sd=0.2),
    "feature_display": Prior(mean=0.0, sd=0.3),
    "deep_cut": Prior(mean=0.0, sd=1.0),
}
"""What is believed before the history is seen: price elasticities about -2 (Bijmolt, van Heerde and Pieters 2005, mean
-2.62, and lower for groceries), features and displays about half as much again."""


@dataclass(frozen=True)
class Structural:
    """What the outer layer chooses.

    Attributes:
        dispersion: of the negative binomial; 0 = Poisson. item, cell, series: standard deviations of the coefficients'
            deviations by item, by outlet and category, and by series, in units of the prior's sd.
        spread: of price sensitivity between two taste classes, relative; 0 = one class.
        decay: share of past discounts that is still felt a week later by category visits.
        half_life: weeks after which a week counts half in the recent level. trust: weeks of an average series whose
            units weigh as much as the belief that the recent level is the fitted one.
    """

    dispersion: float
    item: float
    cell: float
    series: float
    spread: float
    decay: float
    half_life: float
    trust: float

    def document(self) -> dict[str, float]:
        """As plain data."""
        return asdict(self)


SEARCH = {
    "dispersion": Bounds(low=0.02, high=0.6, start=0.05),
    "item": Bounds(low=0.05, high=2.0, start=0.15),
    "cell": Bounds(low=0.05, high=2.0, start=0.12),
    "series": Bounds(low=0.05, high=2.0, start=0.12),
    "spread": Bounds(low=0.0, high=0.6, start=0.0),
    "decay": Bounds(low=0.0, high=0.9, start=0.6),
    "half_life": Bounds(low=4.0, high=52.0, start=12.0),
    "trust": Bounds(low=1.0, high=1000.0, start=10.0),
}


class FitSettings(Declared):
    """How a model is fitted to a history.

    Attributes:
        area: columns of series (region, or names of groups) that say which outlets are alike; by default region and all
            groups that are attributes of outlets.
        priors: of the coefficients. search: of the structural settings.
        trials: how many are tried, by default as `trials_of` says.
        classes: numbers of taste classes that are tried, 1 or 2.
        expansion: by how much category visits rise with the inclusive value, 0 to 1, or None to estimate it.
        harmonics: waves of the yearly season, where at least one and a half years are known.
        short_season: whether a single wave of the year is fitted where one to one and a half years are known, too few
            to tell it from a trend; by default where it forecasts windows inside the training weeks better.
        trend: whether category visits grow or shrink steadily, besides all else; by default where it forecasts windows
            inside the training weeks better, if two years and a quarter are known.
        season: standard deviation of the season's and the holidays' effects before the history is seen.
        origins, ahead: windows inside the training weeks on which trials are judged, and weeks forecast in each.
        draws: of the predictive distribution. seed: of the draws and of the search.
        bootstrap: fits to made-up data that tell how sure estimates and elasticities are, 0 for none.
        own: brands or items that are the market's own in the fitted scenario; by default the brand sold most.
    """

    area: tuple[str, ...] | None = None
    priors: dict[str, Prior] = Field(default_factory=dict)
    search: dict[str, Bounds] = Field(default_factory=dict)
    trials: int | None = Field(None, ge=1, le=1000)
    classes: tuple[int, ...] = Field((1, 2), min_length=1)
    expansion: float | None = Field(None, ge=0, le=1)
    harmonics: int = Field(3, ge=0, le=12)
    short_season: bool | None = None
    trend: bool | None = None
    season: float = Field(0.3, gt=0)
    origins: int = Field(2, ge=1, le=12)
    ahead: int | None = Field(None, ge=1, le=104)
    draws: int = Field(400, ge=50, le=10_000)
    bootstrap: int = Field(0, ge=0, le=10_000)
    seed: int = Field(1, ge=0, lt=2**32)
    own: tuple[str, ...] = ()

    @field_validator("priors")
    @classmethod
    def _known_priors(cls, priors: dict[str, Prior]) -> dict[str, Prior]:
        return {**PRIORS, **_known(priors, PRIORS)}

    @field_validator("search")
    @classmethod
    def _known_search(cls, search: dict[str, Bounds]) -> dict[str, Bounds]:
        return {**SEARCH, **_known(search, SEARCH)}

    @field_validator("classes")
    @classmethod
    def _one_or_two(cls, classes: tuple[int, ...]) -> tuple[int, ...]:
        if not {*classes} <= {1, 2}:
            raise ValueError(f"is {list(classes)}, allowed are 1 and 2")
        return classes

    @property
    def prior(self) -> tuple[Prior, ...]:
        """In the order of the coefficients."""
        return tuple((self.priors or PRIORS)[name] for name in COEFFICIENTS)

    @property
    def bounds(self) -> dict[str, Bounds]:
        """Of every structural setting."""
        return self.search or SEARCH

    @property
    def start(self) -> Structural:
        """Where the search starts; also the structural settings of a fit without one."""
        return Structural(**{name: _start(bounds) for name, bounds in self.bounds.items()})


FEWEST, MOST = 10, 60
WORTH = 3_000_000
"""Rows fitted in all trials together that are worth their time."""


def trials_of(settings: FitSettings, rows: int) -> int:
    """How many structural settings are tried: as given, or the fewer the longer one takes.

    >>> trials_of(FitSettings(), 370_000), trials_of(FitSettings(), 4_000)
    (10, 60)
    """
    return settings.trials or min(max(WORTH // max(rows, 1), FEWEST), MOST)


def _start(bounds: Bounds) -> float:
    return bounds.start if bounds.start is not None else (bounds.low + bounds.high) / 2


def _known(given: dict[str, Any], names: dict[str, Any]) -> dict[str, Any]:
    for name in given:
        if name not in names:
            raise ValueError(f"names {name!r}, allowed are {', '.join(names)}")
    return given


def fit_settings(calibration: Calibration) -> FitSettings:
    """The settings of a fit that a calibration file has.

    Raises:
        BadInput: for the first thing that is wrong in its table ``[fit]``.
    """
    try:
        settings = FitSettings.model_validate(frozen(calibration.file.fit))
    except ValidationError as error:
        complaint = explain(error, FitSettings)
        raise BadInput(calibration.where, dotted(("fit", *complaint.parts)), complaint.problem) from None
    known = {*KEYS, *calibration.file.history.groups}
    for name in settings.area or ():
        if name not in known:
            raise BadInput(calibration.where, "fit.area", f"names {name!r}, allowed are {', '.join(sorted(known))}")
    return settings
