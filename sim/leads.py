"""Leads: the part of the week in which buyers of goods that need advice come a step nearer to their order, or leave.

It stands before shopping: whoever signs fetches the unit in the same week, before others who want it.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from channellab.agents.draws import Stream, stream_key, uniforms
from channellab.agents.kernels.leads import DAYS, Chances, Hazards
from channellab.agents.leads import Counter, LeadColumns, Origin, Outcome, Pipeline, stage_days
from channellab.scenarios.arrays import Flags, Floats, Index, Ints
from channellab.scenarios.settings import Scenario
from channellab.scenarios.settings.leads import LeadSettings
from channellab.sim.chain import OUTLETS
from channellab.sim.ledger import Account, Group
from channellab.sim.outlets import carried
from channellab.sim.shopping import season, shelf

if TYPE_CHECKING:
    from channellab.sim.market import Market


@dataclass
class LeadDesk:
    """The open leads, and what happened to leads this week.

    Attributes:
        open: the table of open leads.
        created: (origins,) leads that arose. won, lost: leads closed. days: of those won, from first contact to order.
        handled: (O, S) leads that came to the end of each stage, by outlet.
        advised: (N,) offer that a shopper asked advice about this week, -1 = none; empty where there are no leads.
    """

    handled: Ints
    advised: Index
    open: LeadColumns = field(default_factory=LeadColumns.none)
    created: Ints = field(default_factory=lambda: np.zeros(len(Origin), np.int64))
    won: int = 0
    lost: int = 0
    days: float = 0.0

    @classmethod
    def of(cls, scenario: Scenario, outlets: int) -> "LeadDesk":
        """A desk without leads."""
        shoppers = scenario.consumers.count if leads_on(scenario) else 0
        handled = np.zeros((outlets, len(scenario.leads.stages)), np.int64)
        return cls(handled, np.full(shoppers, -1, np.int32))

    def open_week(self) -> None:
        """Starts a new week of counting."""
        self.created[:] = self.handled[:] = 0
        self.won = self.lost = 0
        self.days = 0.0


def leads_on(scenario: Scenario) -> bool:
    """Whether leads arise: declared demand has none."""
    return scenario.leads.on and scenario.consumers.demand.source == "choice"


def pipeline(settings: LeadSettings) -> Pipeline:
    """The scenario's stages as the kernels take them."""
    return Pipeline(
        days=np.array([stage.days for stage in settings.stages]),
        conversion=np.array([stage.conversion for stage in settings.stages]),
        speed_gain=settings.speed_gain,
        conversion_gain=settings.conversion_gain,
        capacity=-1 if settings.capacity is None else settings.capacity,
        stock_out_loss=settings.stock_out_loss,
    )


def chances(seed: int) -> Chances:
    """The streams of leads under a seed."""
    return Chances(
        arise=stream_key(seed, Stream.LEAD_ARISES),
        stage=stream_key(seed, Stream.LEAD_STAGE),
        stock=stream_key(seed, Stream.LEAD_STOCK),
        rival=stream_key(seed, Stream.LEAD_RIVAL),
    )


def work_leads(market: "Market") -> None:
    """Media and friends bring leads, all leads take the steps of the week, and those who sign come for their goods."""
    if not leads_on(market.scenario):
        return
    market.leads.open_week()
    market.shelves.promised[:] = market.shelves.awaited[:] = 0
    _bring(market)
    _advance(market)


def _bring(market: "Market") -> None:
    """Leads of media, opinion leaders and friends; the day of the week on which each arises is drawn."""
    settings, consumers, retailers = market.scenario.leads, market.consumers, market.retailers
    hazards = Hazards(
        media=settings.media * market.scenario.manufacturer.advertising * bool(market.manufacturers.active[0]),
        kol=settings.kol,
        referral=settings.referral,
        mixed=market.scenario.consumers.society.mixing == "full",
    )
    if hazards.media + hazards.kol + hazards.referral == 0.0:
        return
    who, offers, origins = market.rules.arise(
        market.week,
        season(market.scenario.consumers, market.measured_week),
        consumers.tastes,
        consumers.mind,
        consumers.segments,
        consumers.friends,
        shelf(market),
        market.shelves.stock,
        retailers.authorised,
        _territories(market),
        hazards,
        market.luck,
        chances(market.seed),
    )
    day = uniforms(market.seed, Stream.LEAD_DAY, who, market.week)
    _take_in(market, who, offers, origins, DAYS * (market.week - 1 + day))


def _territories(market: "Market") -> Index:
    """(A,) the outlet that leads of each area belong to: a partner, else the first open own store, -1 = none."""
    retailers, stores = market.retailers, market.stores
    owner = territories(retailers.authorised, retailers.rank, market.scenario.network.sites_per_area)
    if stores.open.any():
        here = np.full(owner.size, -1, np.int32)
        rows = np.flatnonzero(stores.open)[::-1]
        here[stores.area[rows]] = market.first_store + rows
        owner = np.where(owner < 0, here, owner)
    return owner


def territories(authorised: Flags, rank: Index, sites: int) -> Index:
    """(A,) the authorised shop of each area that the layout picked first, to which leads of its area belong; -1 = none.

    Args:
        authorised, rank: (O,) of the shops, ``sites`` to an area.
    """
    place = np.where(authorised, rank, sites).reshape(-1, sites)
    first = place.argmin(axis=1)
    here = np.arange(first.size) * sites + first
    return np.where(place.min(axis=1) < sites, here, -1).astype(np.int32)


def take_in_advised(market: "Market") -> None:
    """Shoppers who asked for advice become leads of the outlet on the last day of the week."""
    if not leads_on(market.scenario):
        return
    who = np.flatnonzero(market.leads.advised >= 0).astype(np.int32)
    origins = np.full(who.size, Origin.SHOWROOM, np.int8)
    _take_in(market, who, market.leads.advised[who], origins, np.full(who.size, DAYS * market.week))
    market.leads.advised[who] = -1


def _take_in(market: "Market", who: Index, offers: Index, origins: npt.NDArray[np.int8], day: Floats) -> None:
    """Opens leads of consumers for offers; the first stage begins on the given days."""
    skus, desk = len(market.goods.names), market.leads
    outlet, first = offers // skus, pipeline(market.scenario.leads)
    days = stage_days(first.days[0], market.shelves.knowledge[outlet], first.speed_gain)
    week, stage = (np.full(who.size, number, np.int32) for number in (market.week, 0))
    desk.open = desk.open.joined(LeadColumns(who, outlet, offers % skus, origins, week, stage, day, day + days))
    desk.created += np.bincount(origins, minlength=len(Origin))


def _advance(market: "Market") -> None:
    desk, shelves, own = market.leads, market.shelves, market.goods.own
    leads = desk.open
    counter = Counter(
        knowledge=shelves.knowledge,
        there=shelves.active,
        restocked=np.concatenate([carried(market.tiers, name, own)[:, :own] for name in OUTLETS])
        & bool(market.manufacturers.active[0]),
        free=np.maximum(shelves.stock[:, :own] - shelves.waiting[:, :own], 0),
    )
    outcome = market.rules.advance(
        market.week,
        leads.consumer,
        leads.outlet,
        leads.sku,
        leads.week,
        leads.stage,
        leads.due,
        pipeline(market.scenario.leads),
        counter,
        chances(market.seed),
        desk.handled,
    )
    won, lost = leads.kept(outcome == Outcome.WON), leads.kept(outcome == Outcome.LOST)
    desk.won, desk.lost, desk.days = won.count, lost.count, float((won.due - won.created).sum())
    desk.open = leads.kept(outcome == Outcome.OPEN)
    ready = desk.open.kept(desk.open.stage == desk.handled.shape[1])
    np.add.at(shelves.awaited, (ready.outlet, ready.sku), 1)
    _close(market, won, won.outlet * len(market.goods.names) + won.sku)
    # What the wish for the brand was worth says nothing about a rival's offer.
    market.consumers.mind.gain[lost.consumer] = 0.0
    _close(market, lost, _deserted(market, lost))


def _deserted(market: "Market", lost: LeadColumns) -> Index:
    offers: Index = market.rules.desert(
        market.week,
        lost.consumer,
        lost.outlet,
        market.consumers.tastes,
        market.consumers.mind,
        shelf(market),
        market.shelves.stock,
        market.scenario.leads.lost_to_rival,
        market.habits.brand_loyalty,
        market.luck,
        chances(market.seed),
    )
    return offers


def _close(market: "Market", leads: LeadColumns, offers: Index) -> None:
    """Frees the consumers of leads; those with an offer (site x K + SKU, -1 = none) come for it."""
    mind = market.consumers.mind
    mind.lead[leads.consumer] = 0
    coming, promised = leads.consumer[offers >= 0], offers[offers >= 0]
    mind.waiting_for[coming] = promised
    mind.waited[coming] = 0
    np.add.at(market.shelves.promised, np.divmod(promised, len(market.goods.names)), 1)


def lead_costs(market: "Market") -> tuple[Floats, float]:
    """What each outlet spends on the leads it handled this week, (O,) money, and the brand on leads from media."""
    desk, settings = market.leads, market.scenario.leads
    handling = desk.handled @ np.array([stage.cost for stage in settings.stages])
    return handling, settings.media_cost * float(desk.created[Origin.MEDIA])


def pay_for_leads(market: "Market") -> None:
    """Outlets pay their staff for the leads they handled, the brand pays media for those they brought."""
    if not leads_on(market.scenario):
        return
    handling, brought = lead_costs(market)
    market.ledger.pay(Account.LEADS, market.shelves.party, Group.LANDLORDS, handling)
    market.ledger.pay(Account.LEADS, market.manufacturers.party, Group.MEDIA, brought)
