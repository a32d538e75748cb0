"""Protection of territories: deposits, accusations, disputes filed, and what policing and the dispute desk cost."""

from typing import TYPE_CHECKING

import numpy as np

from channellab.agents.draws import Stream, uniforms
from channellab.scenarios.arrays import Flags, Floats
from channellab.sim.cases import NOBODY, PAIR, Case
from channellab.sim.detection import find, suspects
from channellab.sim.diversion import Consignment
from channellab.sim.ledger import Account, Group
from channellab.sim.penalties import contested, judge
from channellab.sim.shipments import DAYS
from channellab.sim.territories import TERRITORIAL, at_work

if TYPE_CHECKING:
    from channellab.sim.market import Market


def protect(market: "Market") -> None:
    """The week's protection phase; what the brand promised ends with the brand."""
    partners, terms = market.partners, market.grey.terms
    for column in (partners.paid_in, partners.paid_back, partners.fined, partners.compensated):
        column[:] = 0.0
    if not market.grey.roster.party.size:
        return
    assert terms is not None
    active = np.concatenate([at_work(market.tiers[name]) for name in TERRITORIAL])
    guarded = terms.territories & bool(market.manufacturers.active[0])
    seen = suspects(market, terms, active & guarded[market.grey.roster.region])
    desk = market.desk.staffed or market.desk.open or market.desk.ruled
    if not (terms.policed or desk or market.grey.sent or market.grey.cases or partners.required.any()):
        return
    _hold_deposits(market, active, np.where(guarded, terms.deposit, 0.0))
    disputed = _complaints(market, find(market, terms, guarded, seen))
    disputed += judge(market, terms, set(market.grey.roster.party[active].tolist()))
    disputed += _accuse(market, active, np.where(guarded, terms.false_alarms, 0.0), seen.alarmed)
    for case in sorted(disputed, key=market.grey.identities.turn):
        market.desk.file(case)
    for account, cost in ((Account.POLICING, policing_cost(market)), (Account.DISPUTES, desk_cost(market))):
        if cost:
            market.ledger.pay(account, int(market.manufacturers.party[0]), Group.INSPECTORS, cost)


def refused(market: "Market", tier: str) -> Flags:
    """Firms (M,) of a tier whose orders are refused this week."""
    return np.asarray(market.partners.stopped[market.tiers[tier].party] >= market.week)


def policing_cost(market: "Market") -> float:
    """What policing costs: a share of the authorised outlets of each guarded region is checked, partners audited."""
    terms, retailers = market.grey.terms, market.retailers
    if terms is None or not (terms.policed and market.grey.roster.party.size and market.manufacturers.active[0]):
        return 0.0
    rate = terms.territories * terms.detection * terms.check_cost
    return float(rate @ np.bincount(retailers.region, retailers.authorised, rate.size)) + market.grey.audit_bill


def desk_cost(market: "Market") -> float:
    """What the dispute desk costs this week; two levels have people in every region with territories."""
    settings, roster = market.desk.settings, market.grey.roster
    if not (market.desk.staffed and roster.party.size and market.manufacturers.active[0]):
        return 0.0
    regional = (settings.talks.staff + settings.arbitration.staff) * roster.regions
    return settings.staff_cost * float(regional + settings.ruling.staff)


def _hold_deposits(market: "Market", active: Flags, asked: Floats) -> None:
    """Partners pay what is asked beyond last week's deposit, and get back what is held beyond this week's."""
    partners, firms = market.partners, market.grey.roster
    if not (asked.any() or partners.required.any()):
        return
    party, maker = firms.party, int(market.manufacturers.party[0])
    required, before = np.where(active, asked[firms.region], 0.0), partners.required[party]
    if (required == before).all():
        return
    paid_in = np.maximum(required - before, 0.0)
    beyond = np.maximum(partners.deposit[party] - required, 0.0)
    paid_back = np.where(required < before, beyond, 0.0)
    partners.required[party], partners.paid_in[party], partners.paid_back[party] = required, paid_in, paid_back
    partners.deposit[party] += paid_in - paid_back
    if paid_in.any():
        market.ledger.pay(Account.DEPOSITS, party, maker, paid_in)
    if paid_back.any():
        market.ledger.pay(Account.DEPOSITS, maker, party, paid_back)


def _complaints(market: "Market", missed: list[Consignment]) -> list[Case]:
    """What those who were harmed bring before the dispute desk of the consignments that the brand has not found."""
    if not (missed and market.desk.staffed):
        return []
    pairs = np.array([one.offender_key * PAIR + one.victim_key for one in missed], np.uint64)
    told = uniforms(market.seed, Stream.COMPLAINT, pairs, market.week) < market.scenario.conflict.complaint
    day, week = market.week * DAYS, market.week
    return [
        Case(one.offender, one.victim, one.region, one.value, day, week, guilty=True)
        for one, complains in zip(missed, told, strict=True)
        if complains
    ]


def _accuse(market: "Market", active: Flags, rate: Floats, alarmed: Flags) -> list[Case]:
    """Partners that have sent nothing across territories this week may be accused all the same, by lot or by alarm.

    Returns the cases against those who bring that before the dispute desk.
    """
    firms = market.grey.roster
    rates = rate[firms.region]
    if not (rates.any() or alarmed.any()):
        return []
    innocent = np.ones(market.grey.accused.size, np.bool_)
    innocent[[one.offender for one in market.grey.sent]] = False
    drawn = uniforms(market.seed, Stream.FALSE_ALARM, firms.key, market.week)
    accused = active & innocent[firms.party] & ((drawn < rates) | alarmed)
    market.grey.accused[firms.party] = accused
    cases = [
        Case(int(firms.party[n]), NOBODY, int(firms.region[n]), 0.0, market.week * DAYS, market.week, guilty=False)
        for n in np.flatnonzero(accused)
    ]
    return contested(market, cases)
