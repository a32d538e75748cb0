"""Protection of territories: deposits, traced consignments, cases and their penalties, and the cost of policing."""

from typing import TYPE_CHECKING

import numpy as np

from channellab.agents.columns import Flags, Floats, Ints
from channellab.agents.draws import Stream, uniforms
from channellab.scenarios.policies.protection import penalty
from channellab.sim.diversion import Case
from channellab.sim.ledger import Account, Group
from channellab.sim.logistics import DAYS
from channellab.sim.territories import TERRITORIAL, ProtectionTerms, at_work

if TYPE_CHECKING:
    from channellab.sim.market import Market

PAIR = 2**32
"""The draw of a consignment is keyed by who sends it and into whose territory."""


def protect(market: "Market") -> None:
    """The week's protection phase; what the brand promised ends with the brand."""
    partners, terms = market.partners, market.grey.terms
    for column in (partners.paid_in, partners.paid_back, partners.fined, partners.compensated):
        column[:] = 0.0
    if not market.grey.roster.party.size:
        return
    assert terms is not None
    if not (terms.policed or market.grey.sent or market.grey.cases or partners.required.any()):
        return
    active = np.concatenate([at_work(market.tiers[name]) for name in TERRITORIAL])
    guarded = terms.territories & bool(market.manufacturers.active[0])
    _hold_deposits(market, active, np.where(guarded, terms.deposit, 0.0))
    _trace(market, terms, guarded)
    if market.grey.cases:
        _close_cases(market, terms, set(market.grey.roster.party[active].tolist()))
    _accuse(market, active, np.where(guarded, terms.false_alarms, 0.0))
    cost = policing_cost(market)
    if cost:
        market.ledger.pay(Account.POLICING, int(market.manufacturers.party[0]), Group.INSPECTORS, cost)


def refused(market: "Market", tier: str) -> Flags:
    """Firms (M,) of a tier whose orders are refused this week."""
    return np.asarray(market.partners.stopped[market.tiers[tier].party] >= market.week)


def policing_cost(market: "Market") -> float:
    """What tracing costs this week: a share of the authorised outlets of each guarded region is checked."""
    terms, retailers = market.grey.terms, market.retailers
    if terms is None or not (terms.policed and market.grey.roster.party.size and market.manufacturers.active[0]):
        return 0.0
    rate = terms.territories * terms.detection * terms.check_cost
    return float(rate @ np.bincount(retailers.region, retailers.authorised, rate.size))


def _hold_deposits(market: "Market", active: Flags, asked: Floats) -> None:
    """Partners pay what is asked beyond last week's deposit, and get back what is held beyond this week's."""
    partners, firms = market.partners, market.grey.roster
    if not (asked.any() or partners.required.any()):
        return
    party, maker = firms.party, int(market.manufacturers.party[0])
    required = np.where(active, asked[firms.region], 0.0)
    paid_in = np.maximum(required - partners.required[party], 0.0)
    beyond = np.maximum(partners.deposit[party] - required, 0.0)
    paid_back = np.where(required < partners.required[party], beyond, 0.0)
    partners.required[party], partners.paid_in[party], partners.paid_back[party] = required, paid_in, paid_back
    partners.deposit[party] += paid_in - paid_back
    if paid_in.any():
        market.ledger.pay(Account.DEPOSITS, party, maker, paid_in)
    if paid_back.any():
        market.ledger.pay(Account.DEPOSITS, maker, party, paid_back)


def _trace(market: "Market", terms: ProtectionTerms, guarded: Flags) -> None:
    """A consignment into a guarded territory is found with the probability in force there, and a case opens."""
    sent = [consignment for consignment in market.grey.sent if guarded[consignment.region]]
    if not sent:
        return
    pairs = np.array([one.offender_key * PAIR + one.victim_key for one in sent], np.uint64)
    drawn = uniforms(market.seed, Stream.TRACED, pairs, market.week)
    for one, draw in zip(sent, drawn.tolist(), strict=True):
        if draw < terms.detection[one.region]:
            ends = (market.week - 1) * DAYS + float(terms.trace_days[one.region])
            market.grey.cases.append(Case(one.offender, one.victim, one.region, one.value, ends))


def _close_cases(market: "Market", terms: ProtectionTerms, active: set[int]) -> None:
    """Cases that end by Sunday; those against firms that have left, and all when the brand leaves, are dropped.

    Their order matters, since each case of an offender is a step further up the ladder: by the day on which they end,
    then by who sent the goods and into whose territory, then by value.
    """
    key = dict(zip(market.grey.roster.party.tolist(), market.grey.roster.key.tolist(), strict=True))
    due = [case for case in market.grey.cases if case.ends <= market.week * DAYS]
    market.grey.cases = [case for case in market.grey.cases if case.ends > market.week * DAYS]
    for case in sorted(due, key=lambda case: (case.ends, key[case.offender], key[case.victim], case.value)):
        if case.offender in active and market.manufacturers.active[0]:
            _punish(market, terms, case, case.victim in active)


def _punish(market: "Market", terms: ProtectionTerms, case: Case, victim_is_there: bool) -> None:
    partners, ledger, maker = market.partners, market.ledger, int(market.manufacturers.party[0])
    offender, here = case.offender, case.region
    ladder = (int(terms.warnings[here]), int(terms.deductions[here]))
    earlier = int(partners.caught[offender])
    deducted, damages = penalty(
        earlier,
        case.value,
        float(partners.deposit[offender]),
        *ladder,
        float(terms.deduction[here]),
        float(terms.damages[here]),
    )
    partners.caught[offender] += 1
    if earlier >= sum(ladder):
        partners.stopped[offender] = max(int(partners.stopped[offender]), market.week + int(terms.stop_weeks[here]))
    if deducted:
        partners.deposit[offender] -= deducted
        partners.paid_back[offender] += deducted
        ledger.pay(Account.DEPOSITS, maker, offender, deducted)
    fine = deducted + damages
    share = fine * float(terms.injured_share[here]) * victim_is_there
    partners.fined[offender] += fine
    partners.compensated[case.victim] += share
    ledger.pay(Account.PENALTIES, offender, maker, fine)
    ledger.pay(Account.PENALTIES, maker, case.victim, share)


def _accuse(market: "Market", active: Flags, rate: Floats) -> None:
    """Partners that have sent nothing across territories this week may be accused all the same."""
    firms = market.grey.roster
    rates = rate[firms.region]
    if not rates.any():
        return
    guilty: Ints = np.array([one.offender for one in market.grey.sent], np.int64)
    drawn = uniforms(market.seed, Stream.FALSE_ALARM, firms.key, market.week)
    market.grey.accused[firms.party] = active & ~np.isin(firms.party, guilty) & (drawn < rates)
