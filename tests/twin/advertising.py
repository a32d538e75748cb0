"""Minimum prices: the rules in plain loops, and a witness of who goes below, who is found, and what that brings."""

from collections import defaultdict
from typing import TYPE_CHECKING, Any

import numpy as np

from channellab.agents.draws import Stream
from channellab.scenarios.arrays import Floats
from channellab.sim.ledger import Account, Group

from .chain import outlets
from .draws import uniform
from .photo import agree

if TYPE_CHECKING:
    from .terms import Terms

EVERYWHERE = -1
Row = list[float]


def weighed(prior: float, worth: float, seen: Any, of: Any, near: Any, near_of: Any, hearsay: float) -> Floats:
    """What each believes: its first belief, what it has seen, and a part of what its neighbours have."""
    rows = zip(np.asarray(seen).tolist(), np.asarray(of).tolist(), near.tolist(), near_of.tolist(), strict=True)
    return np.array([one_belief(prior, worth, *row, hearsay) for row in rows])


def one_belief(
    prior: float, worth: float, seen: float, of: float, near: float, near_of: float, hearsay: float
) -> float:
    """The same for one.

    >>> one_belief(0.5, 2.0, 3, 8, 0, 0, 1.0)
    0.4
    """
    return (prior * worth + seen + hearsay * near) / (worth + of + hearsay * near_of)


def advertised_price(asked: Floats, minimum: Floats, cost: Floats, elasticity: Floats, penalty: Floats) -> Floats:
    """What each outlet advertises of each SKU."""
    shown = np.zeros(asked.shape)
    for o, k in np.ndindex(*asked.shape):
        given = (float(table[o, k]) for table in (asked, minimum, cost, elasticity))
        shown[o, k] = one_advertised(*given, float(penalty[o]))
    return shown


def one_advertised(asked: float, minimum: float, cost: float, elasticity: float, penalty: float) -> float:
    """The price asked for, or the minimum where going below does not pay.

    >>> one_advertised(9.0, 10.0, 6.0, 6.0, 0.0), one_advertised(9.0, 10.0, 6.0, 6.0, 0.2)
    (9.0, 10.0)
    """
    if asked >= minimum:
        return asked
    return asked if asked > 0.0 and pays(asked, minimum, cost, elasticity, penalty) else minimum


def pays(asked: float, minimum: float, cost: float, elasticity: float, penalty: float) -> bool:
    """Whether the units that a lower price sells earn more in all, after the penalty to be expected."""
    return (minimum / asked) ** elasticity * (asked - cost - penalty * asked) > minimum - cost


class Advertising:
    """What the witness knows of minimum prices.

    Attributes:
        memory: by column of the partners and party. down: by outlet, last week in which its offers are taken down.
        flows: payments of the week.
    """

    def __init__(self, terms: "Terms") -> None:
        self.terms, self.scenario, self.own = terms, terms.scenario, terms.own
        self.memory: dict[str, dict[int, float]] = {
            name: defaultdict(float) for name in ("map_weeks", "map_cases", "map_cost")
        }
        self.fined: dict[int, float] = {}
        self.down: dict[int, int] = defaultdict(int)
        self.flows: list[tuple[Account, int, int, float]] = []

    def in_force(self, name: str, now: Any, o: int) -> Any:
        """A setting of the policy in force at an outlet."""
        tier, row = self.terms.shelf.place(now, o)
        region = EVERYWHERE if tier == "online" else getattr(now, tier).region[row]
        group = self.terms.group(now, row) if tier == "retailers" else tier
        return self.terms.in_force(f"policy.map.{name}", now.measured, region, group)

    def minimum(self, now: Any, o: int, recommended: float) -> float:
        """The minimum price of goods at an outlet; the brand's own have none."""
        brand = outlets(now, "party")[o] == now.manufacturers.party[0]
        return 0.0 if brand else recommended * float(self.in_force("minimum", now, o))

    def shown(self, now: Any, seen: Any, o: int, asked: Row, recommended: Row, paid: tuple[Row, Row]) -> Row:
        """What an outlet advertises that would ask so much; ``paid`` for a unit, and less what selling it brings."""
        low = [0.0] * self.own
        for sku in range(self.own):
            if self.terms.shelf.carries(now, o, sku) and asked[sku] < self.minimum(now, o, recommended[sku]):
                low[sku] = asked[sku]
        stake = self._stake(now, o, low, paid[0]) if any(low) else 0.0
        rows = enumerate(zip(asked, recommended, paid[1], strict=True))
        return [self._shown(now, seen, o, sku, *row, stake) for sku, row in rows]

    def _stake(self, now: Any, o: int, low: Row, paid: Row) -> float:
        """What a case costs an outlet of the rebate for a clean record, over its usual takings at prices below."""
        tier, row = self.terms.shelf.place(now, o)
        usual = getattr(self.terms.was, tier).mean[row][: self.own]
        usual = usual if any(usual) else [1.0] * self.own
        takings = sum(n * price for n, price in zip(usual, low, strict=True))
        need = sum(n * price for n, price in zip(usual, paid, strict=False))
        lost = self.terms.rebates.at_risk(now, outlets(now, "party")[o], need)
        return lost / takings if takings > 0.0 else 0.0

    def _shown(
        self, now: Any, seen: Any, o: int, sku: int, asked: float, recommended: float, cost: float, stake: float
    ) -> float:
        minimum = self.minimum(now, o, recommended)
        if sku >= self.own or not minimum or not self.terms.shelf.carries(now, o, sku):
            return asked
        elasticity = self.terms.shelf.elasticity(now, seen, o, sku)
        # What is known of cases is what was known last week, also to who sets prices after shopping.
        found, a_case = self.expected(self.terms.was, o)
        return one_advertised(asked, minimum, cost, elasticity, found * (a_case + stake))

    def expected(self, seen: Any, o: int) -> tuple[float, float]:
        """How likely an outlet thinks a case in a week below, and its cost over takings, from what there was to see."""
        parties = outlets(seen, "party")
        areas = [*seen.retailers.area, *seen.stores.area, *[-1 for _ in seen.online.party]]
        mine = [getattr(seen.partners, name)[parties[o]] for name in ("map_weeks", "map_cases", "map_cost")]
        near = [
            sum(
                getattr(seen.partners, name)[party]
                for p, party in enumerate(parties)
                if p != o and areas[p] == areas[o]
            )
            for name in ("map_weeks", "map_cases", "map_cost")
        ]
        told = self.scenario.compliance
        found = one_belief(told.prior_detection, told.prior_weeks, mine[1], mine[0], near[1], near[0], told.hearsay)
        cost = one_belief(told.prior_cost, told.prior_cases, mine[2], mine[1], near[2], near[1], told.hearsay)
        return found, cost

    # The week

    def below(self, now: Any, o: int, sku: int, price: float) -> bool:
        """Whether an offer is below its minimum price, which falls with the price in an event."""
        discount = self.terms.calendar.discount(now, *self.terms.shelf.place(now, o))
        minimum = self.minimum(now, o, self.terms.shelf.recommended(now)[o][sku]) * (1.0 - discount)
        return price < minimum * (1.0 - 1e-9)

    def police(self, now: Any) -> dict[str, float]:
        """Plays the week's scanning at the prices before livestreams; returns the offers held against the minimum."""
        before = self.terms.shelf.before_streams
        self.flows, self.fined = [], {}
        shows, counted = self.terms.shelf, {"map_offers": 0.0, "map_below": 0.0}
        recommended, sites = shows.recommended(now), outlets(now, "site")
        for o, (party, active) in enumerate(zip(outlets(now, "party"), outlets(now, "active"), strict=True)):
            if not active or self.down[o] >= now.week or not self.minimum(now, o, 1.0):
                continue
            low = [self.below(now, o, sku, before[o][sku]) for sku in range(self.own)]
            stocked = [outlets(now, "held")[o][sku] + outlets(now, "sold")[o][sku] > 0 for sku in range(self.own)]
            counted["map_offers"] += sum(
                there for there, price in zip(stocked, recommended[o], strict=False) if self.minimum(now, o, price)
            )
            counted["map_below"] += sum(a and b for a, b in zip(low, stocked, strict=True))
            carried = [shows.carries(now, o, sku) for sku in range(self.own)]
            if not any(carried) or not now.manufacturers.active[0]:
                continue
            self._scan(now, o, party, sites[o], [a and b for a, b in zip(low, carried, strict=True)])
        return counted

    def _scan(self, now: Any, o: int, party: int, site: int, low: list[bool]) -> None:
        rate, maker = self.in_force("detection", now, o), now.manufacturers.party[0]
        self.flows.append((Account.POLICING, maker, Group.INSPECTORS, rate * self.in_force("scan_cost", now, o)))
        if not any(low):
            return
        self.memory["map_weeks"][party] += 1
        if uniform(self.terms.seed, Stream.MAP_SCAN, site, now.week) < rate:
            self._judge(now, o, party, low)

    def _judge(self, now: Any, o: int, party: int, low: list[bool]) -> None:
        case, warnings = self.memory["map_cases"][party], self.in_force("warnings", now, o)
        self.memory["map_cases"][party] += 1
        takings = margin = 0.0
        for sku in (sku for sku, bad in enumerate(low) if bad):
            units, price = outlets(now, "sold")[o][sku], now.counter_price[o][sku]
            takings += units * price
            margin += units * (price - outlets(now, "purchase_price")[o][sku])
        if case >= warnings + self.in_force("takedowns", now, o):
            penalty = self.in_force("penalty", now, o)
            self.memory["map_cost"][party] += penalty
            self.fined[party] = penalty * takings
            self.flows.append((Account.PENALTIES, party, now.manufacturers.party[0], penalty * takings))
        elif case >= warnings:
            weeks = self.in_force("takedown_weeks", now, o)
            self.down[o] = max(self.down[o], now.week + weeks if weeks else 0)
            self.memory["map_cost"][party] += weeks * max(margin / takings, 0.0) if takings else 0.0

    def check(self, now: Any) -> None:
        """Asserts that the market remembers the cases."""
        for name, known in self.memory.items():
            mine = [known[party] for party in range(len(now.cash))]
            agree(f"partners.{name}", now.week, mine, [float(n) for n in getattr(now.partners, name)])
        agree(
            "taken down", now.week, [self.down[o] for o in range(len(outlets(now, "site")))], outlets(now, "taken_down")
        )
