"""What cases come to: some are disputed, the others and all rulings against a partner lead it up the ladder."""

from typing import TYPE_CHECKING

import numpy as np

from channellab.agents.draws import Stream, uniforms
from channellab.scenarios.metrics import WEEKS_PER_YEAR
from channellab.scenarios.policies.protection import penalty
from channellab.sim.cases import Case
from channellab.sim.ledger import Account
from channellab.sim.shipments import DAYS
from channellab.sim.territories import TERRITORIAL, ProtectionTerms

if TYPE_CHECKING:
    from channellab.sim.market import Market


def judge(market: "Market", terms: ProtectionTerms, active: set[int]) -> list[Case]:
    """Punishes those found guilty by Sunday, unless they have left, or the brand has, or it overlooks the case.

    Returns the cases that end now and are contested; nobody contests what is overlooked.
    """
    due = [case for case in market.grey.cases if case.ends <= market.week * DAYS]
    market.grey.cases = [case for case in market.grey.cases if case.ends > market.week * DAYS]
    if not market.manufacturers.active[0]:
        return []
    due = [case for case in due if case.offender in active and not overlooked(market, terms, case)]
    disputed = contested(market, due)
    ruled = [ruling.case for ruling in market.desk.ruled if ruling.guilty and ruling.case.offender in active]
    for case in sorted([*ruled, *(case for case in due if case not in disputed)], key=market.grey.identities.turn):
        if not market.partners.exited[case.offender] and not overlooked(market, terms, case):
            _punish(market, terms, case, case.victim in active)
    return disputed


def overlooked(market: "Market", terms: ProtectionTerms, case: Case) -> bool:
    """Whether the goods of a case are worth so little beside what the partner brings that the brand lets it pass."""
    tolerance = float(terms.tolerance[case.region])
    return tolerance > 0.0 and case.value < tolerance * brought_in_a_year(market, case.offender)


def brought_in_a_year(market: "Market", partner: int) -> float:
    """Margin that the brand earns in a year on what a partner with a territory expects to sell, at prices ex factory.

    A sub-distributor's sales pass through the distributor above it too, and count for both.
    """
    margin = market.manufacturers.ex_factory_price[0] - market.goods.unit_cost[: market.goods.own]
    tiers = (market.tiers[name] for name in TERRITORIAL)
    return WEEKS_PER_YEAR * sum(float((tier.mean[tier.party == partner] @ margin).sum()) for tier in tiers)


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
    if not fine:
        return
    partners.fined[offender] += fine
    ledger.pay(Account.PENALTIES, offender, maker, fine)
    if victim_is_there:
        share = fine * float(terms.injured_share[here])
        partners.compensated[case.victim] += share
        ledger.pay(Account.PENALTIES, maker, case.victim, share)
