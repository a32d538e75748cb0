"""How the brand finds diverted goods: by traced codes, buyers' scans, watched shipments, and audits of partners."""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from channellab.agents.draws import Stream, uniforms
from channellab.agents.kernels.grey import members_at_home, picked
from channellab.scenarios.arrays import Flags, Floats, Ints
from channellab.scenarios.policies.protection import excess, found_by_scans, unusual
from channellab.sim.cases import PAIR, Case
from channellab.sim.diversion import Consignment
from channellab.sim.shipments import DAYS
from channellab.sim.territories import ProtectionTerms, shipped

if TYPE_CHECKING:
    from channellab.sim.market import Market

CHANNELS = ("codes", "scans", "anomaly", "audits")
"""Ways to find a consignment: those of the region sold into first, then those of the partner's own."""


class Suspects(NamedTuple):
    """Whom of the roster (N,) the brand looks at: whose shipments are unusual, and who is audited."""

    alarmed: Flags
    audited: Flags


def suspects(market: "Market", terms: ProtectionTerms, watched: Flags) -> Suspects:
    """Watches the week's shipments, audits partners, and learns what is usual.

    Args:
        watched: (N,) partners at work whose region has exclusive territories.
    """
    grey, usual = market.grey, market.partners.usual_shipments
    firms = grey.roster
    sent, before = shipped(market.tiers, grey.under_way), usual[firms.party]
    grey.excess = excess(sent, before)
    alarmed = watched & unusual(grey.excess, terms.anomaly_threshold[firms.region])
    audited = _audited(market, terms, watched, grey.excess)
    weeks = np.minimum(market.week, terms.history_weeks[firms.region])
    usual[firms.party] += (sent - before) / weeks
    grey.audits = int(audited.sum())
    grey.audit_bill = float(terms.audit_cost[firms.region] @ audited)
    return Suspects(alarmed, audited)


def find(market: "Market", terms: ProtectionTerms, guarded: Flags, seen: Suspects) -> list[Consignment]:
    """Opens a case for each consignment into a guarded territory that is found; returns those that are not."""
    sent = [consignment for consignment in market.grey.sent if guarded[consignment.region]]
    _note_searches(market, seen, [])
    if not sent:
        return []
    pairs = np.array([one.offender_key * PAIR + one.victim_key for one in sent], np.int64)
    found = _by_channel(market, terms, seen, sent, pairs)
    ends = np.where(found, _ends(market, terms, sent), np.inf).min(axis=0)
    missed = []
    for one, day in zip(sent, ends.tolist(), strict=True):
        if day == np.inf:
            missed.append(one)
        else:
            parties = one.offender, one.victim, one.region, one.value
            market.grey.cases.append(Case(*parties, day, market.week, guilty=True))
    counts = dict(zip(CHANNELS, found.sum(axis=1).tolist(), strict=True))
    market.grey.found = {"sent": len(sent), "any": len(sent) - len(missed), **counts}
    _note_searches(market, seen, [one.offender for one, yes in zip(sent, found[-1], strict=True) if yes])
    return missed


def _by_channel(
    market: "Market", terms: ProtectionTerms, seen: Suspects, sent: list[Consignment], pairs: Ints
) -> Flags:
    """Whether each channel finds each consignment, (channels, S)."""
    party = market.grey.roster.party
    place = np.array([one.region for one in sent])
    offender = np.searchsorted(party, np.array([one.offender for one in sent]))
    codes = uniforms(market.seed, Stream.TRACED, pairs, market.week) < terms.detection[place]
    scans = np.zeros(len(sent), np.bool_)
    if terms.scanned:
        chance = found_by_scans(_scan_rates(market, terms)[place], np.array([one.units for one in sent]))
        scans = uniforms(market.seed, Stream.SCANNED, pairs, market.week) < chance
    audits = seen.audited[offender]
    finds = terms.audit_finds[market.grey.roster.region[offender]]
    audits = audits & (uniforms(market.seed, Stream.AUDIT_FINDS, pairs, market.week) < finds)
    return np.stack([codes, scans, seen.alarmed[offender], audits])


def _ends(market: "Market", terms: ProtectionTerms, sent: list[Consignment]) -> Floats:
    """Day on which a case ends that each channel opens, (channels, S): alarms and audits come to light on Sunday."""
    place, monday = np.array([one.region for one in sent]), (market.week - 1) * DAYS
    sunday = np.full(place.size, float(market.week * DAYS))
    return np.stack([monday + terms.trace_days[place], monday + terms.scan_days[place], sunday, sunday])


def _scan_rates(market: "Market", terms: ProtectionTerms) -> Floats:
    """Probability that a buyer scans a unit, (R,), by the share of members among the people of each region."""
    people, residents = market.consumers, market.residents
    members = members_at_home(people.mind.member, people.tastes.area, market.area_region, residents.size)
    share = members / np.maximum(residents, 1)
    return np.asarray(terms.scan_rate + (terms.member_scan_rate - terms.scan_rate) * share)


def _audited(market: "Market", terms: ProtectionTerms, watched: Flags, share: Floats) -> Flags:
    """Who of the roster is audited: as many of each region as the policy says, suspects or anybody."""
    firms = market.grey.roster
    if not terms.audits.any():
        return np.zeros(firms.party.size, np.bool_)
    luck = uniforms(market.seed, Stream.AUDITS, np.arange(terms.audits.size), market.week)
    capacity = np.floor(terms.audits + luck)
    score = np.where((terms.audit_target == "suspects")[firms.region], share, 0.0)
    draw = uniforms(market.seed, Stream.AUDIT, firms.key, market.week)
    return picked(firms.region, watched, score, draw, capacity)


def _note_searches(market: "Market", seen: Suspects, found: list[int]) -> None:
    """Notes who was audited in vain."""
    market.grey.searched[market.grey.roster.party] = seen.audited
    if found:
        market.grey.searched[found] = False
