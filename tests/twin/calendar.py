"""A witness of the promotion calendar: which events and deals hold for whom, from the scenario's own words."""

import csv
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from channellab.sim.ledger import Account

from .chain import MAKERS, OUTLETS, SELLERS, TIERS, rows, served
from .ordering import nearest
from .photo import agree
from .promoting import believed_lift, for_events, one_cover, one_lesson

if TYPE_CHECKING:
    from .terms import Terms

EVERYWHERE = -1
FESTIVALS = Path(__file__).parents[2] / "scenarios" / "data" / "china_festivals.csv"
Window = tuple[int, int]


def read(entry: Any, name: str, default: Any) -> Any:
    """A value of an event or a deal, as settings or as a table of a timetable."""
    return entry.get(name, default) if isinstance(entry, dict) else getattr(entry, name)


def festival(name: str, first_year: int, duration: int) -> list[Window]:
    """Measured weeks of the events that end in a festival's week, year by year."""
    found = []
    for row in csv.DictReader(FESTIVALS.read_text(encoding="utf-8").splitlines()):
        day = date.fromisoformat(row["date"])
        week = min((day - date(day.year, 1, 1)).days // 7 + 1, 52) + 52 * (day.year - first_year)
        if row["festival"] == name and day.year >= first_year:
            found.append((max(week - duration + 1, 1), week))
    return found


class Calendar:
    """What the calendar says, and what firms make of it."""

    def __init__(self, terms: "Terms") -> None:
        self.terms, self.scenario = terms, terms.scenario
        self.own = len(self.scenario.products)
        self.used = any("policy.promotion" in key for entry in self.scenario.timetable for key in entry.set)
        self.used |= bool(self.scenario.policy.promotion.events or self.scenario.policy.promotion.deals)

    def in_force(self, name: str, now: Any, tier: str, row: int) -> Any:
        """A setting of the calendar in force for a firm."""
        group = self.group(now, tier, row)
        region = EVERYWHERE if tier in (*MAKERS, "online") else getattr(now, tier).region[row]
        return self.terms.in_force(f"policy.promotion.{name}", now.measured, region, group)

    def group(self, now: Any, tier: str, row: int) -> str:
        """The partner group of a firm; the brand's own plants and warehouses are of none."""
        if tier == "retailers":
            return self.terms.group(now, row)
        return tier if tier in ("stores", "online") else "" if tier in MAKERS else "distributors"

    # Events

    def event(self, now: Any, tier: str, row: int, week: int, known: bool = False) -> Any:
        """The event of a week in which an outlet takes part, of any in which somebody does for a supplier."""
        for event in self.in_force("events", now, tier, row):
            who = read(event, "who", ())
            if tier in OUTLETS and who and self.group(now, tier, row) not in who:
                continue
            for first, last in self.windows(event, now, tier, row):
                if first <= week <= last and (not known or self.knows(now, tier, row, first)):
                    return event
        return None

    def windows(self, event: Any, now: Any, tier: str, row: int) -> list[Window]:
        """Its weeks."""
        weeks = read(event, "weeks", None)
        if weeks:
            return [tuple(weeks)]
        year = self.in_force("first_year", now, tier, row)
        return festival(read(event, "festival", None), year, read(event, "duration", 1))

    def knows(self, now: Any, tier: str, row: int, first: int) -> bool:
        """Whether something that begins in a week has been announced."""
        return bool(first - now.measured <= self.in_force("notice_days", now, tier, row) // 7)

    def discount(self, now: Any, tier: str, row: int) -> float:
        """Discount of the event that runs at an outlet."""
        event = self.event(now, tier, row, now.measured)
        return read(event, "discount", 0.2) if event else 0.0

    def display(self, now: Any, tier: str, row: int) -> float:
        """What the event lends own goods there."""
        event = self.event(now, tier, row, now.measured)
        return read(event, "display", 0.0) if event else 0.0

    def floor(self, now: Any, row: int) -> float:
        """Least price of an online shop over the mean price on the street."""
        running = self.event(now, "online", row, now.measured)
        return self.in_force("online_floor", now, "online", row) if running else 0.0

    # Deals

    def deal(self, kind: str, now: Any, tier: str, row: int, week: int) -> float:
        """Rate of a deal in a week, if it is known now."""
        for deal in self.in_force("deals", now, tier, row):
            first, last = read(deal, "weeks", None)
            who = read(deal, "who", ())
            offered = not who or self.group(now, tier, row) in who
            if read(deal, "kind", "off_invoice") == kind and offered and first <= week <= last:
                return read(deal, "rate", 0.1) if self.knows(now, tier, row, first) else 0.0
        return 0.0

    def scan_back(self, now: Any, tier: str, row: int, sku: int) -> float:
        """What an outlet is paid for each unit of an own SKU that it sells."""
        if getattr(now, tier).party[row] == now.manufacturers.party[0]:
            return 0.0
        rate = self.deal("scan_back", now, tier, row, now.measured)
        return rate * float(now.manufacturers.ex_factory_price[0][sku])

    def flows(self, now: Any) -> list[tuple[Account, int, int, float]]:
        """What the brand pays outlets for what they sold in events and deals."""
        maker, paid = now.manufacturers.party[0], []
        if not (self.used and now.manufacturers.active[0]):
            return []
        for tier in OUTLETS:
            shops = getattr(now, tier)
            for row, party in enumerate(shops.party):
                event = self.event(now, tier, row, now.measured)
                share = read(event, "brand_share", 0.5) * read(event, "discount", 0.2) if event else 0.0
                for sku in range(self.own):
                    a_unit = share * shops.recommended_price[row][sku] + self.scan_back(now, tier, row, sku)
                    if party != maker and self.terms.shelf.carries(now, self._number(now, tier, row), sku):
                        paid.append((Account.PROMOTION, maker, party, shops.sold[row][sku] * a_unit))
        return paid

    def _number(self, now: Any, tier: str, row: int) -> int:
        return sum(len(getattr(now, name).party) for name in OUTLETS[: OUTLETS.index(tier)]) + row

    # Orders

    def for_events(self, mine: Any, now: Any, tier: str, row: int) -> list[int]:
        """Units of each SKU that a firm wants on top of the usual for announced events."""
        firms = getattr(mine, tier)
        settings = self.scenario.manufacturer if tier == "plants" else getattr(self.scenario, tier)
        if not self.used or settings.stock.rule != "order_up_to":
            return [0] * len(firms.stock[row])
        lag, discounts = self._lag(mine, tier), 0.0
        for week in range(1, firms.protection[row] + 1):
            event = self.event(now, tier, row, now.measured + lag + week, known=True)
            discounts += read(event, "discount", 0.2) if event else 0.0
        means, response = getattr(now, tier).mean[row], getattr(now, tier).response[row]
        own = [nearest(for_events(means[sku], response, discounts)) for sku in range(self.own)]
        return own + [0] * (len(firms.stock[row]) - self.own)

    def ahead(self, mine: Any, now: Any, tier: str, row: int, holding: float) -> list[int]:
        """Units of each SKU that a firm wants on top of the usual."""
        firms, found = getattr(mine, tier), []
        settings = self.scenario.manufacturer if tier == "plants" else getattr(self.scenario, tier)
        if not self.used or settings.stock.rule != "order_up_to":
            return [0] * len(firms.stock[row])
        for sku, units in enumerate(self.for_events(mine, now, tier, row)):
            found.append(units + (self._forward(mine, now, tier, row, sku, holding) if sku < self.own else 0))
        return found

    def _forward(self, mine: Any, now: Any, tier: str, row: int, sku: int, holding: float) -> int:
        firms = getattr(mine, tier)
        if tier in MAKERS or SELLERS[firms.supplier_tier[row]] not in MAKERS:
            return 0
        if firms.party[row] == now.manufacturers.party[0]:
            return 0
        rates = [self.deal("off_invoice", now, tier, row, now.measured + ahead) for ahead in range(60)]
        if not rates[0]:
            return 0
        price = getattr(now, tier).purchase_price[row][sku] / (1.0 - rates[0])
        return nearest(getattr(now, tier).mean[row][sku] * one_cover(rates, price, holding))

    def _lag(self, mine: Any, seller: str) -> int:
        lags = []
        if seller in SELLERS:
            buyers: dict[str, list[int]] = {}
            for name, row, _ in served(mine, seller):
                buyers.setdefault(name, []).append(getattr(mine, name).protection[row])
            lags = [self._lag(mine, name) + nearest(sum(weeks) / len(weeks)) for name, weeks in buyers.items()]
        return max(lags, default=0)

    def check_lessons(self, was: Any, now: Any) -> None:
        """What firms believe of events, and that forecasts stay those of usual weeks."""
        for tier in TIERS:
            firms, before = getattr(now, tier), getattr(was, tier)
            settings = (self.scenario.manufacturer if tier == "plants" else getattr(self.scenario, tier)).stock
            if tier == "retailers" and self.scenario.retailers.shelf_space is not None:
                continue  # what is usual of a SKU that was just listed is for another witness
            for row in rows(firms):
                discount = self._discount_of_demand(now, tier, row) if self.used else 0.0
                demand, mean = firms.demand[row], before.mean[row]
                believed = one_lesson(
                    demand[: self.own],
                    mean[: self.own],
                    before.response[row],
                    discount,
                    self.scenario.anticipation.learning,
                )
                agree(f"response of {tier} {row}", now.week, believed, firms.response[row])
                if settings.forecast != "exponential":
                    continue
                usual = self.usual(was, now, tier, row)
                weight = 0.0 if settings.forecast == "first" else settings.smoothing
                new = [old + weight * (u - old) for old, u in zip(mean, usual, strict=True)]
                agree(f"forecast of {tier} {row}", now.week, new, firms.mean[row])

    def usual(self, was: Any, now: Any, tier: str, row: int) -> list[float]:
        """This week's demand without what an event is believed to have added."""
        discount = self._discount_of_demand(now, tier, row) if self.used else 0.0
        lift = believed_lift(getattr(was, tier).response[row], discount)
        demand = getattr(now, tier).demand[row]
        return [units / lift if sku < self.own else units for sku, units in enumerate(demand)]

    def _discount_of_demand(self, now: Any, tier: str, row: int) -> float:
        event = self.event(now, tier, row, now.measured + self._lag(now, tier), known=True)
        return read(event, "discount", 0.2) if event else 0.0
