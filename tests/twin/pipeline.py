"""A witness of the leads: that the table of open leads adds up from week to week, and who is told what."""

from typing import Any

from channellab.agents.draws import Stream
from channellab.agents.leads import Origin
from channellab.scenarios.settings import Scenario

from .chain import outlets
from .draws import uniform
from .photo import agree

DAYS = 7.0


class Leads:
    """What must hold of all leads, whoever decides on them."""

    def __init__(self, scenario: Scenario, seed: int, considered: list[list[int]]) -> None:
        self.settings, self.own, self.seed = scenario.leads, len(scenario.products), seed
        self.considered = considered
        self.open = 0

    def check(self, now: Any) -> dict[str, float]:
        """Asserts what must hold after a week, and returns its numbers."""
        desk, born = now.leads, sum(now.leads.created)
        closed, before, self.open = desk.won + desk.lost, self.open, len(desk.open.consumer)
        agree("open leads", now.week, before + born - closed, self.open)
        flags = [0] * len(now.mind.lead)
        for who in desk.open.consumer:
            flags[who] += 1
        agree("leads", now.week, flags, now.mind.lead)
        for row, week in enumerate(desk.open.week):
            if week == now.week:
                self._check_new(now, row)
        self._check_promises(now)
        self._check_awaited(now)
        return {"leads_created": born, "leads_won": desk.won, "leads_closed": closed, "lead_days": desk.days}

    def _check_new(self, now: Any, row: int) -> None:
        """Who asked for advice starts at the week's end at an outlet considered, the others on a day of the week."""
        leads = now.leads.open
        who, outlet, found = leads.consumer[row], leads.outlet[row], [leads.created[row], leads.due[row]]
        if leads.origin[row] == Origin.SHOWROOM:
            first, end = self.settings.stages[0].days, DAYS * now.week
            days = first * (1 - self.settings.speed_gain * outlets(now, "knowledge")[outlet])
            agree(f"first days of {who}", now.week, [end, end + days], found)
            watched = len(outlets(now, "party")) - len(now.online.party) + now.mind.watching[who]
            assert outlet in self.considered[who] or (now.mind.watching[who] >= 0 and outlet == watched)
        else:
            day = uniform(self.seed, Stream.LEAD_DAY, who, now.week)
            agree(f"day of {who}", now.week, DAYS * (now.week - 1 + day), found[0])
            shops = len(now.retailers.party)
            assert now.retailers.authorised[outlet] if outlet < shops else now.stores.open[outlet - shops]

    def _check_awaited(self, now: Any) -> None:
        """An outlet counts those who are through all stages and still here: they have found no unit."""
        awaited = [[0] * len(units) for units in outlets(now, "awaited")]
        leads = now.leads.open
        for outlet, sku, stage in zip(leads.outlet, leads.sku, leads.stage, strict=True):
            awaited[outlet][sku] += stage == len(self.settings.stages)
        agree("awaited", now.week, awaited, outlets(now, "awaited"))

    def _check_promises(self, now: Any) -> None:
        """Every lead won is promised an own unit; a rival's is promised to some of those lost."""
        promised = outlets(now, "promised")
        own = sum(sum(units[: self.own]) for units in promised)
        agree("own units promised", now.week, now.leads.won, own)
        assert sum(sum(units) for units in promised) - own <= now.leads.lost
