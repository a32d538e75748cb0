"""What cases come to: some are disputed, the others and all rulings against a partner lead it up the ladder."""

from typing import TYPE_CHECKING

import numpy as np

from channellab.agents.draws import Stream, uniforms
from channellab.scenarios.policies.protection import penalty
from channellab.sim.cases import Case
from channellab.sim.ledger import Account
from channellab.sim.shipments import DAYS
from channellab.sim.territories import ProtectionTerms

if TYPE_CHECKING:
    from channellab.sim.market import Market


def judge(market: "Market", terms: ProtectionTerms, active: set[int]) -> list[Case]:
    """Punishes those found guilty by Sunday, unless they have left, or the brand has.

    Returns the cases that end now and are contested.
    """
    due = [case for case in market.grey.cases if case.ends <= market.week * DAYS]
    market.grey.cases = [case for case in market.grey.cases if case.ends > market.week * DAYS]
    if not market.manufacturers.active[0]:
        return []
    due = [case for case in due if case.offender in active]
    disputed = contested(market, due)
    ruled = [ruling.case for ruling in market.desk.ruled if ruling.guilty and ruling.case.offender in active]
    for case in sorted([*ruled, *(case for case in due if case not in disputed)], key=market.grey.identities.turn):
        if not market.partners.exited[case.offender]:
            _punish(market, terms, case, case.victim in active)
    return disputed


def contested(market: "Market", cases: list[Case]) -> list[Case]:
    """Those of the cases that the accused brings before the dispute desk."""
    if not (cases and market.desk.staffed):
        return []
    pairs = np.array([market.grey.identities.pair(case) for case in cases], np.uint64)
    drawn = uniforms(market.seed, Stream.CONTEST, pairs, market.week)
    return [case for case, draw in zip(cases, drawn, strict=True) if draw < market.scenario.conflict.contest]


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
    if earlier >= sum(ladder) + terms.damages_cases[here]:
        partners.exited[offender] = market.week
    if earlier >= sum(ladder):
        partners.stopped[offender] = max(int(partners.stopped[offender]), market.week + int(terms.stop_weeks[here]))
    if deducted:
        partners.deposit[offender] -= deducted
        partners.paid_back[offender] += deducted
        ledger.pay(Account.DEPOSITS, maker, offender, deducted)
    fine = deducted + damages
    partners.fined[offender] += fine
    ledger.pay(Account.PENALTIES, offender, maker, fine)
    if victim_is_there:
        share = fine * float(terms.injured_share[here])
        partners.compensated[case.victim] += share
        ledger.pay(Account.PENALTIES, maker, case.victim, share)
