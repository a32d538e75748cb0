"""Calibration files as they are written: which columns of a sales history mean what, and how forecasts are judged.

```toml
[history]
folder = "data"                            # of the files below, relative to this file
file = "sales.parquet"                     # or .csv; one row per week, outlet and product
outlets = "stores.csv"                     # more about outlets and products, joined by the column of the same name
products = "products.csv"
[history.columns]                          # our name = the file's
period = "week_end_date"
outlet = "store_id"
product = "upc_id"
units = "units"
price = "price"
category = "category"
[history.groups]                           # attributes of outlets or products to add up by
state = {column = "state", recode = {KY = "OH"}}
[test]
first = 2011-01-12                         # or last_weeks = 8: of each series
[levels]
A = {by = ["category", "state"]}
```
"""

import datetime
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import BeforeValidator, Field, ValidationError, field_validator, model_validator

from channellab.experiments.inputs import Declared
from channellab.scenarios.errors import BadInput
from channellab.scenarios.explain import explain
from channellab.scenarios.keys import dotted, frozen
from channellab.scenarios.layers import Layers, read_table
from channellab.scenarios.overrides import override


def _day(value: Any) -> Any:
    """A date in quotes as a date, and a clear word for what is none."""
    if isinstance(value, str):
        try:
            return datetime.date.fromisoformat(value)
        except ValueError:
            raise ValueError(f"is {value!r}, allowed are dates such as 2011-01-12 and week numbers") from None
    return value


Day = Annotated[datetime.date, BeforeValidator(_day)]
Moment = Annotated[int | datetime.date, BeforeValidator(_day)]
"""A week by its number, or any day in it."""
EXAMPLES = Path(__file__).parent / "examples"
"""Folder of the calibration files that ship."""
Key = Literal["outlet", "product", "category", "brand", "region"]
KEYS: tuple[Key, ...] = get_args(Key)
"""Text columns that say what a series is."""
FLAGS = ("promotion", "display", "feature")
"""Shares 0..1 of a week or of its sales."""
EXTRAS = ("distribution", "wholesale_price", "stock", "orders", "costs")
"""Numbers that may be there and are handed on as they are."""


class Columns(Declared):
    """Our names, and the names of the columns in the user's files.

    Attributes:
        period: date of any day of the week, or number of the week.
        outlet, product: what a series is; without one, region or brand takes its place, without that all rows are one.
        units: whole units sold. price: paid on average, per unit. base_price: without promotion.
        promotion: price reduced without display or feature; display; feature: advertised; each a share 0..1.
        distribution: share 0..1 of outlets that carry it. wholesale_price, costs: per unit. stock, orders: units.
    """

    period: str
    units: str
    price: str
    outlet: str | None = None
    region: str | None = None
    product: str | None = None
    brand: str | None = None
    category: str | None = None
    base_price: str | None = None
    promotion: str | None = None
    display: str | None = None
    feature: str | None = None
    distribution: str | None = None
    wholesale_price: str | None = None
    stock: str | None = None
    orders: str | None = None
    costs: str | None = None

    @model_validator(mode="after")
    def _different(self) -> "Columns":
        numbers = {name: column for name, column in self.given.items() if name not in KEYS}
        for name, column in numbers.items():
            other = next(each for each, its in numbers.items() if its == column)
            if other != name:
                raise ValueError(f"{name} is {column!r} as {other} is, allowed is a column of its own")
        return self

    @property
    def given(self) -> dict[str, str]:
        """Our name: the file's name, of those that are mapped."""
        return {name: column for name in type(self).model_fields if (column := getattr(self, name)) is not None}


class Group(Declared):
    """An attribute of outlets or products. recode: old text = new text, of values that count as another."""

    column: str
    recode: dict[str, str] = Field(default_factory=dict)


def _is_format(form: str) -> bool:
    """Whether dates that are written so can be read."""
    try:
        time.strptime(datetime.date(2011, 1, 5).strftime(form), form)
    except ValueError:
        return False
    return True


class Calendar(Declared):
    """What the periods are.

    Attributes:
        kind: ``dates``, ``weeks`` (plain numbers), or found out from the column.
        format: of dates that are not year-month-day, as in ``%d.%m.%Y``.
        start: date of week 1 where periods are numbers; without it nothing is known of seasons and holidays.
        holidays: whose holidays move demand, or none.
    """

    kind: Literal["dates", "weeks"] | None = None
    format: str | None = None
    start: Day | None = None
    holidays: Literal["us", "china", "none"] = "none"

    @field_validator("format")
    @classmethod
    def _known_format(cls, form: str | None) -> str | None:
        if form is None or ("%z" not in form and _is_format(form)):
            return form
        known = "allowed are formats such as %d.%m.%Y, without offsets of time zones (%z)"
        raise ValueError(f"is {form!r}, which strptime does not know; {known}")


class HistorySettings(Declared):
    """A sales history.

    Attributes:
        folder: of the files, relative to the calibration file. file: CSV or Parquet. outlets, products: side tables.
        encoding: of CSV files.
        duplicates: what to do with several rows of one week, outlet and product that differ; equal copies are dropped.
        stock: what the column stock holds: units that could be sold in the week (``available``) or what was left at its
            end (``left``); found out from whether more was often sold than there was.
        tolerance: share of rows that may be bad; with more, the mapping is taken to be wrong.
        gap_weeks: a series that is absent for so many weeks or more was not listed; a shorter gap is weeks without a
            sale; by default six, and more of series that seldom have rows (see ``listing.py``).
        base_price_weeks: see ``base_price.py``.
    """

    folder: str = "."
    file: str
    outlets: str | None = None
    products: str | None = None
    encoding: str = "utf-8-sig"
    columns: Columns
    groups: dict[str, Group] = Field(default_factory=dict)
    calendar: Calendar = Field(default_factory=lambda: Calendar.model_validate({}))
    duplicates: Literal["refuse", "sum", "first", "last"] = "refuse"
    stock: Literal["available", "left"] | None = None
    tolerance: float = Field(0.2, ge=0, le=1)
    gap_weeks: int | None = Field(None, ge=1, le=520)
    base_price_weeks: int = Field(13, ge=3, le=104)

    @field_validator("groups")
    @classmethod
    def _new_names(cls, groups: dict[str, Group]) -> dict[str, Group]:
        for name in groups:
            if name in Columns.model_fields or name in {"week", "listed", "recorded", "row", "total"}:
                raise ValueError(f"{name} is the name of a column, allowed are other names")
        return groups


class Train(Declared):
    """Weeks that methods learn from: from ``first`` to ``last``, by default all before the test."""

    first: Moment | None = None
    last: Moment | None = None


class Test(Declared):
    """Weeks that are forecast: from ``first`` to ``last``, or the ``last_weeks`` of each series.

    Attributes:
        origins: how many forecasts, each ``step`` weeks before the next one. listing_known: whether methods are told
            which series are listed in the test weeks; if not, what was listed at the end of training stays listed.
        mean_weeks: of the reference forecast that is a mean of the last weeks.
    """

    __test__ = False  # pytest takes it for tests of its own

    first: Moment | None = None
    last: Moment | None = None
    last_weeks: int | None = Field(None, ge=1, le=520)
    origins: int = Field(1, ge=1, le=52)
    step: int = Field(4, ge=1, le=104)
    listing_known: bool = True
    mean_weeks: int = Field(13, ge=1, le=104)

    @model_validator(mode="after")
    def _one(self) -> "Test":
        if self.last_weeks is not None and (self.first is not None or self.last is not None):
            raise ValueError("last_weeks and first or last are both given, allowed is one way to say it")
        if self.last is not None and self.first is None:
            raise ValueError("first is missing where last is given")
        return self


class Level(Declared):
    """Series that are scored: sums over all that is not named.

    Attributes:
        by: outlet, product, category, brand, region or names of groups; none of them for the total.
        series: CSV file of the series to score, with the columns of ``by`` (our names or the file's), and where it has
            a column ``level``, the rows with this level's name. min_weeks: those with at least so many weeks of rows.
    """

    by: tuple[str, ...]
    series: str | None = None
    min_weeks: int = Field(1, ge=1)


class CalibrationFile(Declared):
    """A calibration as it is written. fit: see ``fit_settings.py``."""

    about: str = ""
    history: HistorySettings
    train: Train = Field(default_factory=lambda: Train.model_validate({}))
    test: Test = Field(default_factory=lambda: Test.model_validate({"last_weeks": 8}))
    levels: dict[str, Level] = Field(default_factory=dict)
    fit: dict[str, Any] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _known_levels(self) -> "CalibrationFile":
        known = {*KEYS, *self.history.groups}
        for name, level in self.levels.items():
            for key in level.by:
                if key not in known:
                    raise ValueError(f"levels.{name}.by names {key!r}, allowed are {', '.join(sorted(known))}")
        return self


@dataclass(frozen=True)
class Calibration:
    """A calibration file that was read and checked. where: its name in messages. base: its folder."""

    where: str
    base: Path
    file: CalibrationFile

    def path(self, name: str) -> Path:
        """A data file as the history names it."""
        return self.base / self.file.history.folder / name


def read_calibration(path: Path, overrides: Sequence[str] = ()) -> Calibration:
    """Reads and checks a calibration file, with ``KEY=VALUE`` overrides laid over it.

    A relative folder belongs to the file; in an override, to the current folder.

    Raises:
        BadInput: for the first thing that is wrong, in the file or the override that set it.
    """
    where = str(path)
    layers = Layers(where)
    layers.lay(read_table(path, where), where)
    for text in overrides:
        for parts in override(layers, text, CalibrationFile):
            if parts == ("history", "folder"):
                layers.data["history"]["folder"] = str(Path(layers.data["history"]["folder"]).absolute())
            if parts[:1] == ("history",) and parts[1:] in {("file",), ("outlets",), ("products",)}:
                layers.data["history"][parts[1]] = str(Path(layers.data["history"][parts[1]]).absolute())
    try:
        file = CalibrationFile.model_validate(frozen(layers.data))
    except ValidationError as error:
        complaint = explain(error, CalibrationFile)
        blamed = layers.blame(complaint.parts, *complaint.others)
        raise BadInput(blamed, dotted(complaint.parts), complaint.problem) from None
    return Calibration(where, path.parent, file)
