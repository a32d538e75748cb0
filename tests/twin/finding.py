"""How the witness's brand finds diverted goods: consignment by consignment, partner by partner."""

import math
from typing import TYPE_CHECKING, Any

from channellab.agents.draws import Stream

from .draws import uniform

if TYPE_CHECKING:
    from .grey import Grey

PAIR = 2**32
TIERS = ("distributors", "subdistributors")


class Finding:
    """Whom the brand suspects, and what it finds in a week.

    Attributes:
        alarmed: parties whose shipments are unusual. audited: parties audited, with their regions.
        searched: those of them with whom nothing was found. counts: consignments by the way in which they were found.
    """

    def __init__(self, grey: "Grey", home: list[int]) -> None:
        """``home`` is the region of every consumer."""
        self.grey, self.home = grey, home
        self.alarmed: set[int] = set()
        self.audited: dict[int, int] = {}
        self.searched: set[int] = set()
        self.counts: dict[str, int] = {}

    def open_week(self, now: Any, was: Any) -> None:
        """Looks at what partners have shipped, and chooses whom to audit."""
        self.alarmed, self.audited, self.searched = set(), {}, set()
        self.counts = dict.fromkeys(("sent", "any", "codes", "scans", "anomaly", "audits"), 0)
        candidates: dict[int, list[tuple[float, float, int]]] = {}
        for tier in TIERS:
            firms, before = getattr(now, tier), getattr(was, tier)
            for firm, party in enumerate(firms.party):
                region, units = firms.region[firm], self._shipped(firms, before, firm)
                share = self._learn(now, party, region, units)
                if not (self.grey.works(firms, firm) and self.grey.guarded(now, region)):
                    continue
                threshold = self.grey.in_force("anomaly_threshold", now, region)
                if threshold is not None and share > 1.0 + threshold:
                    self.alarmed.add(party)
                who = self.grey.identity(tier, firms, firm)
                luck = uniform(self.grey.seed, Stream.AUDIT, who, now.week)
                by_share = self.grey.in_force("audit_target", now, region) == "suspects"
                candidates.setdefault(region, []).append((-share if by_share else 0.0, luck, party))
        for region, listed in candidates.items():
            luck = uniform(self.grey.seed, Stream.AUDITS, region, now.week)
            number = math.floor(self.grey.in_force("audits", now, region) + luck)
            self.audited |= {party: region for _, _, party in sorted(listed)[:number]}
        self.searched = set(self.audited)

    def _shipped(self, firms: Any, before: Any, firm: int) -> int:
        """Units that have left a firm this week."""
        return sum(firms.in_transit[firm]) + sum(firms.delivered[firm]) - sum(before.in_transit[firm])

    def _learn(self, now: Any, party: int, region: int, units: int) -> float:
        """What the firm has shipped over its usual shipments, which it then changes."""
        memory = self.grey.memory["usual_shipments"]
        usual = memory[party]
        weeks = min(now.week, self.grey.in_force("history_weeks", now, region))
        memory[party] = usual + (units - usual) / weeks
        return round(units / usual, 9) if usual > 0.0 else 0.0

    def ends(self, now: Any, keys: tuple[int, int], parties: tuple[int, ...], units: int) -> float:
        """Day on which the case of a consignment ends; never if it is not found."""
        offender, _, region, week = parties
        seed, pair, monday = self.grey.seed, keys[0] * PAIR + keys[1], (week - 1) * 7
        found = {}
        if uniform(seed, Stream.TRACED, pair, week) < self.grey.in_force("detection", now, region):
            found["codes"] = monday + self.grey.in_force("trace_days", now, region)
        chance = 1.0 - (1.0 - self._scan_rate(now, region)) ** units
        if uniform(seed, Stream.SCANNED, pair, week) < chance:
            found["scans"] = monday + self.grey.in_force("scan_days", now, region)
        if offender in self.alarmed:
            found["anomaly"] = monday + 7
        if offender in self.audited:
            finds = self.grey.in_force("audit_finds", now, self.audited[offender])
            if uniform(seed, Stream.AUDIT_FINDS, pair, week) < finds:
                found["audits"] = monday + 7
                self.searched.discard(offender)
        self.counts["sent"] += 1
        self.counts["any"] += bool(found)
        for way in found:
            self.counts[way] += 1
        return min(found.values(), default=math.inf)

    def _scan_rate(self, now: Any, region: int) -> float:
        """How likely somebody of a region scans a unit, who may be a member or not."""
        here = [person for person, place in enumerate(self.home) if place == region]
        members = sum(now.mind.member[person] for person in here) / max(len(here), 1)
        others, of_members = (self.grey.in_force(f"{name}scan_rate", now, region) for name in ("", "member_"))
        return float(others + (of_members - others) * members)
