"""The witness: watches a market week by week and works out beside it all that is vectorised outside the rules."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

from channellab.scenarios.fitted import read_fitted
from channellab.scenarios.settings.policy import PolicySettings
from channellab.sim.market import Market

from . import handover, openings, showrooms
from .cases import Case
from .declared import check_week
from .development import Development
from .diary import Diary
from .goods import Goods
from .grey import Grey
from .leaders import Leaders
from .listing import Listing
from .money import Money
from .photo import photo
from .rebates import Rebates
from .replayed import Replayed
from .roads import Roads
from .subsidies import Subsidies
from .terms import Terms


def history_of(case: Case) -> Replayed | None:
    """The history that a market replays, with what price rules gave under the reference policy; None without one."""
    demand = case.scenario.consumers.demand
    if demand.tables is None:
        return None
    history = Replayed(case.scenario, case.seed, read_fitted(Path(demand.tables)), case.table.district_ids)
    plain = case.scenario.model_copy(update={"policy": PolicySettings(), "timetable": ()})
    market = Market(plain, case.table, case.seed)
    opening = photo(market)
    market.close()
    terms = Terms(plain, case.table, case.seed)
    # Without policies there are no rebates that a supplier could expect.
    terms.was, terms.rebates = opening, SimpleNamespace(expected_rate=lambda *_: 0.0, at_risk=lambda *_: 0.0)
    history.reference = terms.shelf.by_rule(opening, opening)
    return history


class Witness:
    """A market under watch."""

    def __init__(self, case: Case, market: Market) -> None:
        self.case, self.market = case, market
        self.last: Any = photo(market)
        self.leaders = Leaders(case.scenario, case.table, case.seed, self.last)
        self.terms = Terms(case.scenario, case.table, case.seed)
        self.terms.check_assigned(self.last)
        self.history = self.terms.shelf.history = history_of(case)
        self.roads = Roads(case.scenario, self.terms)
        self.listing = Listing(case.scenario, case.seed, self.terms.calendar)
        self.listing.check_opening(self.last)
        self.rebates = Rebates(case.scenario, self.terms)
        self.development = Development(case.scenario, self.terms)
        self.grey = Grey(case, self.terms, self.roads.km, self.last)
        self.money = Money(case.scenario, self.last, self.terms)
        self.goods = Goods(case.scenario, self.grey)
        self.goods.unit_cost = self.money.unit_cost
        self.subsidies = Subsidies(case.scenario, self.terms, self.rebates, self.last)
        self.terms.subsidies = self.listing.subsidies = self.goods.subsidies = self.subsidies
        self.diary = Diary(case.scenario, market)

    def week(self) -> None:
        """Plays a week and asserts that it went as the scenario says, from terms to what was written down."""
        self.case.step(self.market)
        was, now = self.last, photo(self.market)
        openings.expect_at_first(was, now)
        self.roads.check(now)
        self.rebates.begin(now)
        self.development.begin(now, self.rebates.direct(now))
        self.subsidies.begin(was, now)
        self.terms.check(was, now, self.leaders.event_prices, self.rebates)
        self.leaders.check(now)
        self.listing.check_week(was, now)
        if self.case.scenario.consumers.demand.source == "declared":
            check_week(self.case.scenario, self.case.seed, was, now)
        if self.history:
            self.history.check_lists(now)
            self.history.check_sales(was, now, self.terms.shelf)
            self.history.check_forecasts(now, self.terms.shelf)
        self.goods.check(was, now, self.rebates, self.money.open)
        self.terms.calendar.check_lessons(was, now)
        self.rebates.settle(now, self.goods)
        self.development.settle(now, self.goods)
        self.development.check(now)
        self.subsidies.settle(now)
        self.subsidies.check(now)
        self.grey.protect(was, now)
        openings.check(self.case.scenario, was, now)
        handover.check(self.case.scenario, self.terms, was, now)
        offers = self.terms.advertising.police(now)
        for party, fine in self.terms.advertising.fined.items():
            self.grey.memory["fined"][party] += fine
        showrooms.check(self.case.scenario, self.terms, now)
        self.money.check(was, now, self.goods, self.rebates, (self.development, self.subsidies), self.market)
        self.diary.feelings = self.grey.feel(now, self.money.profit) | offers
        self.terms.advertising.check(now)
        self.grey.check(now)
        self.diary.check(now, self.goods, self.money, self.market)
        self.last = now
