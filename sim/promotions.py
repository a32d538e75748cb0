"""The promotion calendar at work: events on the shelves, deals with partners, and what firms order for both.

Who takes part follows from scenario and week, so nothing here is saved; what firms have learned of events is a column
of theirs, ``response``.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from channellab.scenarios.arrays import Floats, Index, Ints
from channellab.scenarios.policies.promotions import (
    DAYS_PER_WEEK,
    announced,
    deal_on,
    deal_rate,
    event_in,
    foreseen,
    running,
    turns,
)
from channellab.scenarios.settings import Scenario
from channellab.scenarios.settings.promotions import PromotionPolicySettings
from channellab.scenarios.timetable import active_entries
from channellab.sim.chain import MAKERS, OUTLETS, SELLERS, TIERS, Link
from channellab.sim.ledger import Account
from channellab.sim.outlets import carried_brand
from channellab.sim.partner_groups import standings

if TYPE_CHECKING:
    from channellab.sim.market import Market

Stand = tuple[PromotionPolicySettings, str | None]
"""A calendar in force, and the partner group for which it is read; none for suppliers, who look at all events."""


@dataclass
class Promotions:
    """Whose calendar is which.

    Attributes:
        in_use: whether the scenario has any promotions.
        entries: timetable entries for which the rest holds; None before the first week.
        stands: all calendars in force, by group. stand: (F,) by tier, number of each firm's in `stands`.
        calendars: the same without groups, each once. turns: weeks in which something of them changes.
        ahead: (stands, W) discounts announced this week for some weeks from when a tier's goods are sold, by tier and
            weeks; see `_discount_ahead`.
        asked: the week for which `ahead` holds, and quiet, whether no event is on or foreseen in it.
        links, lags: the chain for which lags are known, and these, by tier; see `_lag`.
    """

    in_use: bool
    entries: tuple[int, ...] | None = None
    stands: list[Stand] = field(default_factory=list)
    stand: dict[str, Index] = field(default_factory=dict)
    calendars: tuple[PromotionPolicySettings, ...] = ()
    turns: tuple[int, ...] = ()
    ahead: dict[tuple[str, range], Floats] = field(default_factory=dict)
    asked: int | None = None
    quiet: bool = False
    links: tuple[Link, ...] = ()
    lags: dict[str, int] = field(default_factory=dict)

    def event_on(self, week: int) -> bool:
        """Whether an event runs in a week, for anybody."""
        return any(running(policy, week) for policy in self.calendars)

    def deal_on(self, kind: str, week: int) -> bool:
        """Whether a deal of a kind is offered in a week, to anybody."""
        return any(deal_on(policy, kind, week) for policy in self.calendars)

    def nothing_ahead(self, week: int) -> bool:
        """Whether there are no events now, and none has been announced, to anybody."""
        if self.asked != week:
            self.asked, self.ahead = week, {}
            self.quiet = not any(foreseen(policy, week) for policy in self.calendars)
        return self.quiet

    def of(self, tier: str, value: Any) -> Floats:
        """(F,) a number for each firm of a tier, from a function of calendar and group."""
        found = np.array([value(*stand) for stand in self.stands], np.float64)
        return np.asarray(found[self.stand[tier]])

    def table(self, value: Any, weeks: range) -> Floats:
        """(stands, weeks) a number for each calendar and group in several weeks."""
        found = np.array([[value(*stand, week) for week in weeks] for stand in self.stands], np.float64)
        return found.reshape(len(self.stands), len(weeks))


def declared(scenario: Scenario) -> bool:
    """Whether a scenario has events or deals, from the start or by its timetable."""
    policy = scenario.policy.promotion
    changed = any(key.startswith("policy.promotion") for entry in scenario.timetable for key in entry.set)
    return bool(policy.events or policy.deals) or changed


def open_calendar(market: "Market") -> None:
    """Finds out whose calendar is which, if that has changed."""
    book = market.promotions
    if not book.in_use:
        return
    entries = active_entries(market.scenario, market.measured_week)
    if entries != book.entries:
        book.entries, book.stands, book.stand, book.asked = entries, [], {}, None
        for name in TIERS:
            _stand(market, name)
        book.calendars = tuple({policy: None for policy, _ in book.stands})
        book.turns = turns(book.calendars)


def _stand(market: "Market", name: str) -> None:
    book = market.promotions
    number = np.zeros(market.tiers[name].party.size, np.int32)
    for rows, group, policy in standings(market, name):
        # Wholesalers are offered deals under the name of their group, but look at everybody's events.
        stand: Stand = (policy.promotion, None if name in MAKERS else group)
        if stand not in book.stands:
            book.stands.append(stand)
        number[rows] = book.stands.index(stand)
    book.stand[name] = number


# Events


def event_discounts(market: "Market") -> Floats:
    """(N,) discount of the event that runs this week at each outlet."""
    return _of_events(market, "discount")


def event_displays(market: "Market") -> Floats:
    """(N,) what display and bustle of this week's event lend own goods at each outlet, utility."""
    return _of_events(market, "display")


def online_floors(market: "Market") -> Floats:
    """(S,) least price online over that on the street, where an event runs there; else 0."""
    week = market.measured_week

    def floor(policy: PromotionPolicySettings, group: str | None) -> float:
        return policy.online_floor if event_in(policy, week, group) else 0.0

    return market.promotions.of("online", floor)


def _of_events(market: "Market", name: str) -> Floats:
    """(N,) a setting of the event that runs this week at each outlet, 0 where none does."""
    week = market.measured_week
    if not market.promotions.event_on(week):
        return np.zeros(market.shelves.party.size)

    def value(policy: PromotionPolicySettings, group: str | None) -> float:
        event = event_in(policy, week, group)
        return float(getattr(event, name)) if event else 0.0

    return _by_outlet(market, value)


def _by_outlet(market: "Market", value: Any) -> Floats:
    return np.concatenate([market.promotions.of(name, value) for name in OUTLETS])


# Deals


def scan_back_rates(market: "Market") -> Floats:
    """(N,) rate that each outlet is paid this week for own units sold; the brand's own outlets get none."""
    week, maker = market.measured_week, market.manufacturers.party[0]
    if not market.promotions.deal_on("scan_back", week):
        return np.zeros(market.shelves.party.size)
    rates = _by_outlet(market, lambda policy, group: deal_rate(policy, "scan_back", week, week, group or ""))
    return np.asarray(np.where(market.shelves.party == maker, 0.0, rates))


def cost_after_scan_backs(market: "Market", cost: Floats) -> Floats:
    """(N, K) what a unit sold this week costs outlets: purchase price less what they are paid for selling it."""
    rates = scan_back_rates(market)
    if not rates.any():
        return cost
    own, net = market.goods.own, cost.copy(order="K")
    back = rates[:, None] * market.manufacturers.ex_factory_price
    net[:, :own] = np.maximum(cost[:, :own] - back, 0.0)
    return net


def promotion_pay(market: "Market") -> Floats:
    """(N,) what the brand owes each outlet for what it sold this week in events and deals, money."""
    shelves, own, week = market.shelves, market.goods.own, market.measured_week
    pays = market.promotions.event_on(week) or market.promotions.deal_on("scan_back", week)
    if not (pays and market.manufacturers.active[0]):
        return np.zeros(shelves.party.size)

    def shared(policy: PromotionPolicySettings, group: str | None) -> float:
        event = event_in(policy, week, group)
        return event.brand_share * event.discount if event else 0.0

    part = np.where(shelves.party == market.manufacturers.party[0], 0.0, _by_outlet(market, shared))
    a_unit = part[:, None] * shelves.recommended_price[:, :own]
    a_unit += scan_back_rates(market)[:, None] * market.manufacturers.ex_factory_price
    units = shelves.sold[:, :own] * carried_brand(market)
    return np.asarray((units * a_unit).sum(axis=1))


def pay_promotions(market: "Market") -> None:
    """The brand pays outlets its part of event discounts, and scan-backs."""
    due = promotion_pay(market)
    if due.any():
        market.ledger.pay(Account.PROMOTION, int(market.manufacturers.party[0]), market.shelves.party, due)


# Orders


def usual_demand(market: "Market", name: str) -> Floats:
    """This week's demand of a tier without what an event has added, (F, K); firms learn how much that is."""
    tier, own = market.tiers[name], market.goods.own
    if market.promotions.nothing_ahead(market.measured_week):
        return np.asarray(tier.demand)
    discount = _discount_ahead(market, name, range(1))[market.promotions.stand[name], 0]
    if not discount.any():
        return np.asarray(tier.demand)
    usual = tier.demand.copy(order="K")
    usual[:, :own] = market.rules.usual_demand(tier.demand[:, :own], tier.response, discount)
    weight = market.scenario.anticipation.learning
    tier.response[:] = market.rules.learned_response(
        tier.demand[:, :own], tier.mean[:, :own], tier.response, discount, weight
    )
    return np.asarray(usual)


def stock_ahead(market: "Market", name: str) -> Ints | int:
    """Units (F, K) that a tier wants on top of the usual: for announced events, and because a deal is on."""
    tier, own = market.tiers[name], market.goods.own
    if not market.promotions.in_use or market.stock_rules[name].rule != "order_up_to":
        return 0
    more = event_stock(market, name) + (0 if name in MAKERS else _bought_ahead(market, name))
    if isinstance(more, int):
        return 0
    ahead: Ints = np.zeros_like(tier.stock)
    ahead[:, :own] = more
    return ahead


def event_stock(market: "Market", name: str) -> Ints | int:
    """Units (F, K0) that a tier wants on top of the usual for announced events."""
    tier, own = market.tiers[name], market.goods.own
    if not market.promotions.in_use or market.stock_rules[name].rule != "order_up_to":
        return 0
    if market.promotions.nothing_ahead(market.measured_week):
        return 0
    weeks = int(tier.protection.max(initial=1))
    discounts = np.cumsum(_discount_ahead(market, name, range(1, weeks + 1)), axis=1)
    covered = discounts[market.promotions.stand[name], tier.protection - 1]
    if not covered.any():
        return 0
    units: Ints = market.rules.extra_need(tier.mean[:, :own], tier.response, covered)
    return units


def _discount_ahead(market: "Market", name: str, weeks: range) -> Floats:
    """(stands, weeks) discounts announced for the weeks in which what a tier is asked for then is sold to shoppers."""
    book, week = market.promotions, market.measured_week
    # A tier asks several times a week: what it wants, what it has too much of, and what it could take.
    if (name, weeks) in book.ahead:
        return book.ahead[name, weeks]
    first = week + _lag(market, name) + weeks.start
    if any(foreseen(policy, week, first, first + len(weeks) - 1) for policy in book.calendars):
        found = _announced(market, name, first, len(weeks))
    else:
        found = np.zeros((len(book.stands), len(weeks)))
    book.ahead[name, weeks] = found
    return found


def _announced(market: "Market", name: str, first: int, weeks: int) -> Floats:
    """(stands, weeks) discounts of events from a measured week on, as far as they are known to a tier."""
    now, supplier = market.measured_week, name in SELLERS

    def discount(policy: PromotionPolicySettings, group: str | None, ahead: int) -> float:
        return announced(policy, now, first + ahead, None if supplier else group)

    return market.promotions.table(discount, range(weeks))


def _lag(market: "Market", name: str) -> int:
    """Weeks from an order with a tier to the sale to shoppers: what the orders of all tiers below it cover."""
    book = market.promotions
    if book.links is not market.links:
        book.links, book.lags = market.links, {}
    if name not in book.lags:
        lags = [
            _lag(market, link.buyer) + int(np.floor(market.tiers[link.buyer].protection[link.rows].mean() + 0.5))
            for link in market.links
            if link.seller == name
        ]
        book.lags[name] = max(lags, default=0)
    return book.lags[name]


def _bought_ahead(market: "Market", name: str) -> Ints | int:
    """Units (F, K0) that direct buyers want beyond their need because the price ex factory will rise again."""
    tier, own, week = market.tiers[name], market.goods.own, market.measured_week
    if not market.promotions.deal_on("off_invoice", week):
        return 0
    horizon = max((policy.notice_days // DAYS_PER_WEEK for policy in market.promotions.calendars), default=0) + 1

    def rate(policy: PromotionPolicySettings, group: str | None, ahead: int) -> float:
        return deal_rate(policy, "off_invoice", week, week + ahead, group or "")

    rates = market.promotions.table(rate, range(horizon + 1))[market.promotions.stand[name]]
    direct = (tier.supplier_tier < len(MAKERS)) & (tier.party != market.manufacturers.party[0])
    rows = np.flatnonzero(direct & (rates[:, 0] > 0.0))
    if not rows.size:
        return 0
    usual_price = tier.purchase_price[rows, :own] / (1.0 - rates[rows, :1])
    weeks = market.rules.weeks_ahead(rates[rows], usual_price, market.holding_rate[name])
    units = np.zeros((tier.party.size, own), np.int64)
    units[rows] = market.rules.forward_need(tier.mean[rows, :own], weeks)
    return units
