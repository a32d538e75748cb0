"""A market that replays a history: what it lists, charges and promotes is played back, and its consumers decide.

Own goods are asked for at the history's price times the ratio of what the outlet's price rule gives under the policy in
force to what it gave under the reference policy, the scenario's market without policies and timetable. The ratio moves
the base price alike; what a band, a minimum price or an event then takes off or adds is a discount from that base.
"""

from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

from channellab.agents.draws import Stream, stream_key, uniforms
from channellab.agents.kernels.replay import Offers, Visitors, Week
from channellab.agents.kernels.shelf import Tally
from channellab.agents.replenishment import Forecast
from channellab.scenarios.arrays import Flags, Floats, Ints
from channellab.scenarios.errors import BadInput
from channellab.scenarios.fitted import Fitted, read_fitted
from channellab.scenarios.regions import RegionTable
from channellab.scenarios.settings import Scenario
from channellab.scenarios.settings.policy import PolicySettings
from channellab.sim.assortment import Assortment
from channellab.sim.development import local_display
from channellab.sim.luck import poisson_quantile
from channellab.sim.promotions import event_displays

if TYPE_CHECKING:
    from channellab.sim.market import Market

YEAR = 52
SHOCKS = (Stream.SHOCK_CATEGORY, Stream.SHOCK_ITEM, Stream.SHOCK_OUTLET)
"""Streams of the weekly shocks, by `scenarios.fitted.LEVELS`."""
Keys = npt.NDArray[np.uint64]


@dataclass
class Replay:
    """What was fitted, with outlets and items in the order of the market's shops and SKUs.

    Attributes:
        fitted: the tables. offers: what of it the kernels take.
        first_week, last_year: which week of the plan is measured week 1, and whether its last year repeats.
        names: numbers, in every draw, of what is struck by shocks alike; the last are the outlets' categories.
        category: (K,). variance: of the sum of a week's shocks.
        states: by level of shocks, the autoregressions of weeks 1, 2, ... as far as they were asked for.
        reference: (O, K0) what price rules gave under the reference policy; None until that is known.
        ratio: (O, K0) what they give now, over that.
    """

    fitted: Fitted
    offers: Offers
    first_week: int
    last_year: bool
    names: tuple[Keys, ...]
    category: Ints
    variance: float
    states: tuple[list[Floats], ...]
    ratio: Floats
    reference: Floats | None = field(default=None)

    @classmethod
    def of(cls, scenario: Scenario, table: RegionTable, goods: Assortment, where: str) -> "Replay | None":
        """The replay that a scenario asks for; None where demand has another source. Raises BadInput."""
        demand = scenario.consumers.demand
        if demand.source != "fitted" or demand.tables is None:
            return None
        fitted = _arranged(read_fitted(Path(demand.tables)), scenario, table, goods, where)
        member = np.argsort(fitted.category, kind="stable")
        return cls(
            fitted=fitted,
            offers=Offers(
                first=np.searchsorted(fitted.category[member], np.arange(len(fitted.categories) + 1)),
                member=member,
                expansion=fitted.expansion,
                utility=fitted.utility,
                coefficients=fitted.coefficients,
                reference=fitted.base_reference,
            ),
            first_week=demand.first_week,
            last_year=demand.beyond == "last_year",
            names=(
                _numbers([(name,) for name in fitted.categories]),
                _numbers([(name,) for name in fitted.items]),
                _numbers([[(outlet, name) for name in fitted.categories] for outlet in fitted.outlets]),
            ),
            category=fitted.category,
            variance=float((fitted.sd**2).sum()),
            states=tuple([] for _ in SHOCKS),
            ratio=np.ones((len(fitted.outlets), goods.own)),
        )

    @property
    def cell(self) -> Keys:
        """(O, C) numbers of the outlets' categories, which shoppers come for."""
        return self.names[-1]

    def row(self, measured: int) -> int:
        """Row of the plan that a measured week plays; weeks before the first are those of the year from it on."""
        row, weeks = measured + self.first_week - 2, len(self.fitted.listed)
        if not self.last_year:
            return row % weeks
        year = min(YEAR, weeks)
        if row < 0:
            return row % year
        return row if row < weeks else weeks - year + (row - weeks) % year

    def shocks(self, seed: int, week: int) -> Floats:
        """By what the mean units of a week are multiplied, (O, K); the mean of it is 1."""
        category, item, outlet = (self._state(level, seed, week) for level in range(len(SHOCKS)))
        log = category[self.category] + item + outlet[:, self.category]
        return np.asarray(np.exp(log - self.variance / 2.0))

    def _state(self, level: int, seed: int, week: int) -> Floats:
        states, sd, kept = self.states[level], self.fitted.sd[level], self.fitted.persistence[level]
        while len(states) < week:
            draw = uniforms(seed, SHOCKS[level], self.names[level], len(states) + 1)
            new = sd * ndtri(np.clip(draw, 1e-12, 1 - 1e-12))
            states.append(kept * states[-1] + np.sqrt(1.0 - kept**2) * new if states else new)
        return states[week - 1]

    def week(self, market: "Market", row: int, price: Floats, extra: Floats) -> Week:
        """What shoppers find at these prices in the week of a row of the plan."""
        plan = self.fitted
        return Week(
            log_visits=plan.log_visits[row],
            offered=offered(market, row),
            usual=plan.base_price[row],
            base=self.moved(plan.base_price[row]),
            price=price,
            feature=plan.feature[row],
            display=plan.display[row],
            tpr=plan.tpr[row],
            extra=extra,
        )

    def moved(self, price: Floats) -> Floats:
        """A price of the history, (O, K), as the policy in force moves it."""
        own = self.ratio.shape[1]
        return np.concatenate([price[:, :own] * self.ratio, price[:, own:]], axis=1)


def _arranged(fitted: Fitted, scenario: Scenario, table: RegionTable, goods: Assortment, where: str) -> Fitted:
    """The tables with outlets in the order of districts and items in that of the SKUs. Raises BadInput."""
    network, folder = scenario.network, scenario.consumers.demand.tables
    if network.sites_per_district != 1:
        problem = f"is {network.sites_per_district}, allowed is 1 with fitted demand: each district is an outlet"
        raise BadInput(where, "network.sites_per_district", problem)
    if scenario.retailers.shelf_space is not None:
        problem = "is set, but with fitted demand the plan says what is listed; leave it out"
        raise BadInput(where, "retailers.shelf_space", problem)
    _same(where, "network.districts", table.district_ids, fitted.outlets, f"{folder}/outlets.parquet")
    _same(where, "products and rivals", goods.names, fitted.items, f"{folder}/items.parquet")
    outlet = np.array([fitted.outlets.index(name) for name in table.district_ids])
    item = np.array([fitted.items.index(name) for name in goods.names])
    for number, row in enumerate(outlet.tolist()):
        region = table.region_ids[table.district_region[number]]
        if region != fitted.regions[row]:
            problem = f"puts {fitted.outlets[row]} in {region}, outlets.parquet in {fitted.regions[row]}"
            raise BadInput(where, "network.districts", problem)
    for number, row in enumerate(item.tolist()):
        if fitted.own[row] != (number < goods.own):
            whose = "the brand's own" if fitted.own[row] else "a rival's"
            raise BadInput(
                where, "products and rivals", f"differ about {fitted.items[row]}: in items.parquet it is {whose}"
            )
    place = np.ix_(outlet, item)
    plan = ("listed", "base_price", "price", "feature", "display", "tpr")
    return Fitted(
        outlets=table.district_ids,
        regions=tuple(fitted.regions[row] for row in outlet.tolist()),
        items=goods.names,
        category=fitted.category[item],
        own=fitted.own[item],
        categories=fitted.categories,
        expansion=fitted.expansion,
        utility=fitted.utility[place],
        coefficients=fitted.coefficients[place],
        base_reference=fitted.base_reference[place],
        first_week=fitted.first_week,
        log_visits=fitted.log_visits[:, outlet],
        **{name: getattr(fitted, name)[:, outlet][:, :, item] for name in plan},
        sd=fitted.sd,
        persistence=fitted.persistence,
    )


def _same(where: str, key: str, here: tuple[str, ...], there: tuple[str, ...], file: str) -> None:
    for names, others, what in ((here, there, f"which is not in {file}"), (there, here, f"missing, as {file} has it")):
        lost = sorted({*names} - {*others})
        if lost:
            raise BadInput(where, key, f"{'name' if names is here else 'leave out'} {lost[0]!r}, {what}")


def _numbers(names: Any) -> Keys:
    """A number for each tuple of names, the same in every market that has it."""
    if isinstance(names[0], list):
        return np.stack([_numbers(row) for row in names])
    digests = [blake2b("\0".join(name).encode(), digest_size=8).digest() for name in names]
    return np.array([int.from_bytes(digest, "little") for digest in digests], np.uint64)


def open_replay(market: "Market", table: RegionTable, where: str) -> None:
    """Reads what is replayed, and prices it once as under the reference policy."""
    market.replay = Replay.of(market.scenario, table, market.goods, where)
    plain = market.scenario.model_copy(update={"policy": PolicySettings(), "timetable": ()})
    if market.replay is not None and plain != market.scenario:
        other = type(market)(plain, table, market.seed, market.rules, where)
        market.replay.reference = other.replay.reference  # type: ignore[union-attr]  # has the same source of demand
        other.close()


def list_planned(market: "Market") -> None:
    """Shops list what the plan lists in this week or in the weeks that an order must cover."""
    replay, shops = market.replay, market.retailers
    if replay is None:
        return
    ahead = int(shops.protection.max())
    shops.listed[:] = False
    for week in range(ahead + 1):
        planned = replay.fitted.listed[replay.row(market.measured_week + week)]
        shops.listed |= planned & (shops.protection >= week)[:, None]


def price_as_replayed(market: "Market") -> None:
    """Turns what price rules ask into this week's prices of the history, moved as far as the policy moves the rules."""
    replay, shops = market.replay, market.retailers
    if replay is None:
        return
    own, row = market.goods.own, replay.row(market.measured_week)
    asked = shops.price[:, :own]
    if replay.reference is None:
        replay.reference = asked.copy()
    replay.ratio[:] = np.divide(asked, replay.reference, out=np.ones_like(asked), where=replay.reference > 0.0)
    planned = replay.fitted.listed[row]
    shops.price[:] = np.where(planned, replay.moved(replay.fitted.price[row]), shops.price)


def offered(market: "Market", row: int) -> Flags:
    """(O, K) what shops that are there offer in the week of a row of the plan, by their terms."""
    replay, shops, own = market.replay, market.retailers, market.goods.own
    assert replay is not None
    found: Flags = replay.fitted.listed[row] & shops.active[:, None]
    found[:, :own] &= shops.carries
    found[:, own:] &= market.rivals.active[market.goods.brand[own:] - 1]
    return found


def serve_replayed(market: "Market") -> None:
    """Shoppers come to every outlet, choose, and take what is there or do what they do before an empty shelf."""
    replay, shops, own, response = (
        market.replay,
        market.retailers,
        market.goods.own,
        market.scenario.consumers.stock_out,
    )
    assert replay is not None
    count, row = shops.party.size, replay.row(market.measured_week)
    extra = np.zeros(shops.price.shape)
    extra[:, :own] += np.broadcast_to(local_display(market), (market.shelves.party.size, 1))[:count]
    if market.promotions.in_use:
        extra[:, :own] += event_displays(market)[:count, None]
    week = replay.week(market, row, shops.price, extra)
    if market.minimum_prices.in_use:
        week.offered[:, :own] &= ~market.minimum_prices.down[:count, None]
    weight = market.rules.expected_units(replay.offers, week) * replay.shocks(market.seed, market.week)
    mean = np.stack([weight[:, replay.category == c].sum(axis=1) for c in range(replay.cell.shape[1])], axis=1)
    draw = uniforms(market.seed, Stream.REPLAY_VISITS, replay.cell, market.week)
    visitors = Visitors(
        shoppers=poisson_quantile(draw, mean).astype(np.int64),
        weight=weight,
        cell=replay.cell,
        choice=stream_key(market.seed, Stream.REPLAY_CHOICE),
        response=stream_key(market.seed, Stream.REPLAY_RESPONSE),
        again=stream_key(market.seed, Stream.REPLAY_AGAIN),
        week=np.uint64(market.week),
    )
    served = market.rules.serve_fitted(
        *(visitors, replay.offers, shops.stock, shops.waiting), response.wait, response.leave, response.rounds > 0
    )
    for column, values in served._asdict().items():
        getattr(shops, column)[:] = values
    shops.stock -= shops.sold
    market.tally = Tally(int(visitors.shoppers.sum()), 0, 0)


def planned_forecast(market: "Market") -> Forecast | None:
    """What shops expect of the weeks that an order must cover, (O, K): they know the plan, and how demand varies.

    The mean and the variance are those of a week of them, at today's policy. None where nothing is replayed.
    """
    replay, shops = market.replay, market.retailers
    if replay is None:
        return None
    nothing, spread = np.zeros(shops.price.shape), np.expm1(replay.variance)
    mean, variance = nothing.copy(), nothing.copy()
    for ahead in range(1, int(shops.protection.max()) + 1):
        row = replay.row(market.measured_week + ahead)
        week = replay.week(market, row, replay.moved(replay.fitted.price[row]), nothing)
        units = market.rules.expected_units(replay.offers, week) * (shops.protection >= ahead)[:, None]
        mean += units
        variance += units + spread * units * units
    weeks = np.maximum(shops.protection, 1)[:, None]
    return Forecast(mean / weeks, variance / weeks)
