"""Minimum advertised prices: who goes below, who is found, and what becomes of it.

Terms follow from scenario and week; what is remembered of cases stands with the partners: ``map_weeks``, ``map_cases``,
``map_cost``, ``taken_down``.
"""

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING

import numpy as np

from channellab.agents.columns import lines, rows_of
from channellab.agents.draws import Stream, uniforms
from channellab.agents.kernels.pricing import cases_known, offers_below
from channellab.scenarios.arrays import Flags, Floats, Ints
from channellab.scenarios.policies.prices import estimated_elasticity
from channellab.scenarios.settings import Scenario
from channellab.scenarios.timetable import active_entries
from channellab.sim.chain import OUTLETS
from channellab.sim.ledger import Account, Group
from channellab.sim.outlets import carried_brand
from channellab.sim.partner_groups import standings
from channellab.sim.promotions import event_discounts
from channellab.sim.rebate_outlook import at_risk, usual_units
from channellab.sim.rebate_periods import COMPLIANCE, accounts_of, worth

if TYPE_CHECKING:
    from channellab.sim.market import Market

BELOW = 1e-9
"""Share of a minimum price that may be missing by rounding."""


@dataclass(frozen=True)
class MapTerms:
    """Policy in force at each outlet, (N,): the settings of the same names; nothing for the brand's own outlets."""

    entries: tuple[int, ...]
    minimum: Floats
    detection: Floats
    scan_cost: Floats
    warnings: Ints
    takedowns: Ints
    takedown_weeks: Ints
    penalty: Floats


@dataclass
class MinimumPrices:
    """A market's minimum prices.

    Attributes:
        in_use: whether the scenario has any. terms: those in force.
        down: (N,) outlets whose own offers are taken down this week.
        advertised: (N, K0) offers that have a minimum price this week. below: those of them that are below it.
        watched: (N,) outlets that were scanned at this week, see `_watched`.
    """

    in_use: bool
    terms: MapTerms | None = None
    down: Flags = field(default_factory=lambda: np.zeros(0, np.bool_))
    advertised: Flags = field(default_factory=lambda: np.zeros((0, 0), np.bool_))
    below: Flags = field(default_factory=lambda: np.zeros((0, 0), np.bool_))
    watched: Flags = field(default_factory=lambda: np.zeros(0, np.bool_))

    @classmethod
    def of(cls, scenario: Scenario, outlets: int) -> "MinimumPrices":
        """A scenario's, before the first week."""
        return cls(declared(scenario), watched=np.zeros(outlets, np.bool_))


def declared(scenario: Scenario) -> bool:
    """Whether a scenario has a minimum price, from the start or by its timetable."""
    changed = any(key.startswith("policy.map") for entry in scenario.timetable for key in entry.set)
    return bool(scenario.policy.map.minimum) or changed


def open_terms(market: "Market") -> MapTerms:
    """The terms in force this week."""
    book, entries = market.minimum_prices, active_entries(market.scenario, market.measured_week)
    if book.terms is None or book.terms.entries != entries:
        names = [column.name for column in fields(MapTerms)[1:]]
        columns: dict[str, list[Floats]] = {name: [] for name in names}
        for tier in OUTLETS:
            outlets = market.tiers[tier]
            found = {name: np.zeros(outlets.party.size) for name in names}
            for rows, _, policy in standings(market, tier):
                partners = rows & (outlets.party != market.manufacturers.party[0])
                for name in names:
                    found[name][partners] = getattr(policy.map, name)
            for name in names:
                columns[name].append(found[name])
        together = {name: np.concatenate(parts) for name, parts in columns.items()}
        for name in ("warnings", "takedowns", "takedown_weeks"):
            together[name] = together[name].astype(np.int64)
        book.terms = MapTerms(entries, **together)  # type: ignore[arg-type]  # types follow from the settings
    return book.terms


def keep_to_minimum(market: "Market", cost: Floats) -> None:
    """Outlets whose rule gives less than the minimum price decide what to advertise; cost is (N, K)."""
    terms, shelves, own = open_terms(market), market.shelves, market.goods.own
    if not terms.minimum.any():
        return
    asked = shelves.price[:, :own]
    offers = lines(asked), lines(shelves.recommended_price[:, :own]), lines(carried_brand(market))
    minimum, below, rows = offers_below(*offers, terms.minimum)
    found, a_case = _expected_penalty(market, rows)
    penalty = found * (a_case + _stake(market, below.T)[rows])
    decide = rows_of(asked, rows), rows_of(minimum.T, rows), rows_of(cost[:, :own], rows)
    advertised = market.rules.advertised_price(*decide, _elasticity(market, rows), penalty)
    # Who asks no less has nothing to decide.
    np.maximum(asked, minimum.T, out=asked)
    asked[rows] = advertised


def watch_offers(market: "Market") -> None:
    """Which offers of the week have a minimum price, and which are below it."""
    book = market.minimum_prices
    if not book.in_use:
        return
    terms, shelves, own = open_terms(market), market.shelves, market.goods.own
    minimum = terms.minimum[:, None] * shelves.recommended_price[:, :own]
    if market.promotions.event_on(market.measured_week):
        minimum = minimum * (1.0 - event_discounts(market))[:, None]
    book.down = shelves.taken_down >= market.week
    book.advertised = (minimum > 0.0) & (shelves.active & ~book.down)[:, None]
    book.below = book.advertised & (shelves.price[:, :own] < minimum * (1.0 - BELOW))


def scanning_cost(market: "Market") -> float:
    """What scanning costs this week: a share of the outlets that have a minimum price and carry the brand."""
    if not (market.minimum_prices.in_use and market.manufacturers.active[0]):
        return 0.0
    terms = open_terms(market)
    return float((terms.detection * terms.scan_cost) @ market.minimum_prices.watched)


def police_prices(market: "Market") -> None:
    """Offers below the minimum are found by lot; a case leads up the ladder."""
    book = market.minimum_prices
    if not (book.in_use and market.manufacturers.active[0]):
        return
    carried = carried_brand(market)
    book.watched = _watched(market, carried)
    cost = scanning_cost(market)
    if cost:
        market.ledger.pay(Account.POLICING, int(market.manufacturers.party[0]), Group.INSPECTORS, cost)
    terms, shelves, partners = open_terms(market), market.shelves, market.partners
    below = book.below & carried
    offenders = below.any(axis=1) & book.watched
    if not offenders.any():
        return
    partners.map_weeks[shelves.party[offenders]] += 1
    drawn = uniforms(market.seed, Stream.MAP_SCAN, _sites(market), market.week)
    found = np.flatnonzero(offenders & (drawn < terms.detection))
    if found.size:
        _judge(market, terms, found, below[found])


def _judge(market: "Market", terms: MapTerms, found: Ints, below: Flags) -> None:
    """What the cases of the week, outlets ``found`` with offers ``below``, bring each of them."""
    shelves, partners, own, party = market.shelves, market.partners, market.goods.own, market.shelves.party[found]
    units, price = shelves.sold[found, :own] * below, market.counter_price[found, :own]
    takings = (units * price).sum(axis=1)
    margin = takings - (units * shelves.purchase_price[found, :own]).sum(axis=1)
    earlier, first = partners.map_cases[party], terms.warnings[found]
    fined = earlier >= first + terms.takedowns[found]
    down = (earlier >= first) & ~fined
    penalty = np.where(fined, terms.penalty[found], 0.0)
    weeks = np.where(down, terms.takedown_weeks[found], 0)
    shelves.taken_down[found] = np.maximum(shelves.taken_down[found], np.where(weeks > 0, market.week + weeks, 0))
    lost = weeks * np.maximum(np.divide(margin, takings, out=np.zeros_like(margin), where=takings > 0.0), 0.0)
    partners.map_cases[party] += 1
    partners.map_cost[party] += penalty + lost
    fines = penalty * takings
    partners.fined[party] += fines
    market.ledger.pay(Account.PENALTIES, party, int(market.manufacturers.party[0]), fines)


def _watched(market: "Market", carried: Flags) -> Flags:
    """Outlets (N,) that have a minimum price, are there, and carry any of the brand's SKUs, (N, K0)."""
    terms, shelves = open_terms(market), market.shelves
    there = shelves.active & ~market.minimum_prices.down & carried.any(axis=1)
    return np.asarray((terms.minimum > 0.0) & there)


def _sites(market: "Market") -> Ints:
    return np.concatenate([market.tiers[name].site for name in OUTLETS])


def _elasticity(market: "Market", rows: Ints) -> Floats:
    """(R, K0) what some outlets believe of demand: what is declared, and those that learn what they have learned."""
    groups, outlets = market.pricing, market.shelves.party.size
    declared, place = np.empty(outlets), np.full(outlets, -1)
    for rule, places in market.price_rules:
        declared[places] = rule.elasticity
    believed = np.repeat(declared[rows, None], market.goods.own, axis=1)
    place[groups.member] = groups.group
    learns = place[rows] >= 0
    if learns.any():
        believed[learns] = estimated_elasticity(groups.pricers, groups.moments)[place[rows[learns]]]
    return believed


def _expected_penalty(market: "Market", rows: Ints) -> tuple[Floats, Floats]:
    """(R,) how likely some outlets think a case in a week below the minimum, and its cost over the week's takings.

    They know how often they and the other outlets of their place were below, the cases, and what these cost.
    """
    settings, partners, rules = market.scenario.compliance, market.partners, market.rules
    columns = partners.map_weeks, partners.map_cases, partners.map_cost
    (weeks, cases, cost), near = cases_known(*columns, market.shelves.party, market.price_place, rows)
    found = rules.weighed(
        settings.prior_detection, settings.prior_weeks, cases, weeks, near[1], near[0], settings.hearsay
    )
    a_case = rules.weighed(settings.prior_cost, settings.prior_cases, cost, cases, near[2], near[1], settings.hearsay)
    return found, a_case


def _stake(market: "Market", below: Floats) -> Floats:
    """(N,) rebates for a clean record that a case costs the outlets, over their usual takings at prices below.

    Args:
        below: (N, K0) prices that would be below the minimum, 0 elsewhere.
    """
    stake, first = np.zeros(len(below)), 0
    if COMPLIANCE not in market.rebates.in_use:
        return stake
    for name in OUTLETS:
        here = slice(first, first + market.tiers[name].party.size)
        first = here.stop
        if accounts_of(market, name).parties.size:
            takings = worth(usual_units(market, name), below[here])
            np.divide(at_risk(market, name), takings, out=stake[here], where=takings > 0.0)
    return stake


def offers(market: "Market") -> dict[str, float]:
    """Own offers in stock this week that have a minimum price, and those below it."""
    book, own = market.minimum_prices, market.goods.own
    if not book.in_use:
        return {"map_offers": 0.0, "map_below": 0.0}
    stocked = (market.shelves.held[:, :own] + market.shelves.sold[:, :own]) > 0
    return {
        "map_offers": float((book.advertised & stocked).sum()),
        "map_below": float((book.below & stocked).sum()),
    }
