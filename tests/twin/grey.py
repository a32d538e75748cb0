"""A witness of territories: who diverts what to whom, what comes of it, and how content partners are."""

import math
from collections import defaultdict
from statistics import fmean
from types import SimpleNamespace
from typing import Any, NamedTuple

import numpy as np

from channellab.agents.draws import Stream
from channellab.sim.ledger import Account, Group
from channellab.sim.network import km_between_districts, road_network

from .cases import Case
from .chain import rows, served
from .disputes import NOBODY, PAIR, Desk, Traced
from .diversion import believed_detection, cheaper_online, content, gain_of_a_unit, goes, share_moved
from .draws import uniform
from .fairness import felt
from .finding import Finding
from .ordering import one_order
from .photo import agree
from .terms import EVERYWHERE, Terms

TIERS = ("distributors", "subdistributors")
FIRST_DISTRICT, FIRMS, SKUS = 1_000_000, 64, 32
REMEMBERED = ("required", "deposit", "paid_in", "paid_back", "fined", "compensated", "attempts", "caught", "stopped")
REMEMBERED += ("exited", "usual_shipments")
Row = tuple[str, int]


class GreyOrder(NamedTuple):
    """What a buyer wants of one SKU from a diverter: names and rows, units, and price asked."""

    seller: str
    diverter: int
    victim: int
    buyer: str
    row: int
    sku: int
    units: int
    price: float


class Grey:
    """What the witness knows of trade across territories; money is by party."""

    def __init__(self, case: Case, terms: Terms, region_km: list[list[float]], opening: Any) -> None:
        self.scenario, self.table, self.seed, self.terms = case.scenario, case.table, case.seed, terms
        self.own, self.region_km = len(case.scenario.products), region_km
        self.district_km = km_between_districts(road_network(case.table, case.scenario.network.detour)).tolist()
        self.memory: dict[str, dict[int, float]] = {name: defaultdict(float) for name in REMEMBERED}
        self.usual: dict[int, float] = {}
        self.content: dict[int, float] = defaultdict(lambda: 0.5)
        self.resentment: dict[int, float] = defaultdict(float)
        self.cases: list[Traced] = []
        self.flows: list[tuple[Account, int, int, float]] = []
        self.desk = Desk(self.seed, case.scenario.policy.disputes.levels)
        areas = case.scenario.network.sites_per_district // case.scenario.network.sites_per_area
        self.finding = Finding(self, [int(case.table.district_region[area // areas]) for area in opening.area])

    def open_week(self) -> None:
        """Forgets last week's trade."""
        self.orders: list[GreyOrder] = []
        self.trucks: dict[tuple[str, str, int, int], float] = {}
        self.loads: dict[tuple[str, str, int, int], int] = {}
        self.asked: dict[int, int] = defaultdict(int)
        self.lost: dict[int, int] = defaultdict(int)
        for name in ("paid_in", "paid_back", "fined", "compensated"):
            self.memory[name].clear()

    # Orders

    def divert(self, mine: Any, now: Any, seller: str) -> list[list[int]]:
        """Takes the grey orders of a tier's territories; by partner and SKU, what it gains less what it loses."""
        sellers = getattr(mine, seller)
        change = [[0] * self.own for _ in rows(sellers)]
        if not self.scenario.diversion.openness or seller not in TIERS or len(sellers.party) < 2:
            return change
        best, fixed = self._offers(mine, now, seller)
        here = served(mine, seller)
        for buyer in dict.fromkeys(name for name, _, _ in here):
            for order in self._wanted(mine, now, seller, buyer, best, fixed):
                change[order.diverter][order.sku] += order.units
                change[order.victim][order.sku] -= order.units
                self.lost[sellers.party[order.victim]] += order.units
                self.orders.append(order)
        for buyer, b, supplier in here:
            self.asked[sellers.party[supplier]] += sum(getattr(mine, buyer).ordered[b][: self.own])
        return change

    def _wanted(self, mine: Any, now: Any, seller: str, buyer: str, best: Any, fixed: Any) -> list[GreyOrder]:
        settings, prices, buyers = self.scenario.diversion, getattr(now, seller).price, getattr(mine, buyer)
        wanted, gained = [], defaultdict(float)
        for b, victim in ((b, victim) for name, b, victim in served(mine, seller) if name == buyer):
            who = self.identity(buyer, buyers, b)
            if uniform(self.seed, Stream.GREY_OPEN, who) >= settings.openness:
                continue
            for sku in range(self.own):
                gain, diverter = best[victim, sku]
                local = prices[victim][sku]
                asked = local - settings.undercut * max(gain, 0.0)
                share = share_moved(local, asked, settings.half_discount)
                luck = uniform(self.seed, Stream.GREY_SHARE, who * SKUS + sku, now.week)
                units = int(buyers.ordered[b][sku] * share + luck)
                wanted.append(GreyOrder(seller, diverter, victim, buyer, b, sku, units, asked))
                gained[diverter, victim] += units * (1.0 - settings.undercut) * max(gain, 0.0)
        return [
            order
            for order in wanted
            if order.units and goes(gained[order.diverter, order.victim], fixed[order.diverter][order.victim])
        ]

    def _offers(self, mine: Any, now: Any, seller: str) -> tuple[Any, list[list[float]]]:
        """By territory and SKU the largest gain and whose it is, and what a truck costs whatever it carries."""
        sellers, prices, settings = getattr(mine, seller), getattr(now, seller), self.scenario.diversion
        believed = self._believed(seller, sellers)
        logistics, firms = self.scenario.logistics, rows(sellers)
        costs = [self._costs(mine, now, seller, firm) for firm in firms]
        best: dict[tuple[int, int], tuple[float, int]] = {}
        for victim in firms:
            for sku in range(self.own):
                gains = []
                for firm in firms:
                    if not self._may(seller, prices, firm, victim):
                        continue
                    freight = self.km(seller, sellers, firm, victim) * logistics.freight_per_unit_km
                    fine = believed[firm] * self._multiple(now, sellers, firm, victim)
                    price = prices.price[victim][sku]
                    gain = gain_of_a_unit(price, costs[firm][sku], freight, fine, settings.margin)
                    gains.append((gain, -firm))
                gain, firm = max(gains, default=(-1.0, 0))
                best[victim, sku] = gain, -firm
        fixed = [
            [logistics.drop_cost + believed[firm] * self._stop(now, mine, seller, firm, victim) for victim in firms]
            for firm in firms
        ]
        return best, fixed

    def _may(self, seller: str, sellers: Any, firm: int, victim: int) -> bool:
        places = sellers.district if seller == "subdistributors" else sellers.region
        return places[firm] != places[victim] and self.works(sellers, firm) and self.works(sellers, victim)

    def works(self, firms: Any, firm: int) -> bool:
        """Whether a partner is there and has work."""
        return bool(firms.active[firm] and firms.contracted[firm])

    def _costs(self, mine: Any, now: Any, seller: str, firm: int) -> list[float]:
        """Purchase prices, less a share of them for goods of which there are more than the partner wants."""
        sellers, rule = getattr(mine, seller), getattr(self.scenario, seller).stock
        costs = []
        for sku, paid in enumerate(getattr(now, seller).purchase_price[firm]):
            mean, variance = sellers.mean[firm][sku], sellers.variance[firm][sku]
            level = one_order(rule, 0, mean, variance, sellers.protection[firm])
            full = sellers.stock[firm][sku] + sellers.on_order[firm][sku] > level
            costs.append(paid * (1.0 - self.scenario.diversion.pressure * full))
        return costs

    def _believed(self, seller: str, sellers: Any) -> list[float]:
        roads = {(int(a), int(b)) for a, b in self.table.edges.tolist()}
        near = np.zeros((len(sellers.party),) * 2)
        for a, b in np.ndindex(*near.shape):
            one, other = sellers.region[a], sellers.region[b]
            near[a, b] = a != b and (one == other or (one, other) in roads or (other, one) in roads)
        settings = self.scenario.diversion
        attempts, caught = (
            np.array([int(self.memory[name][party]) for party in sellers.party]) for name in ("attempts", "caught")
        )
        found = believed_detection(
            attempts, caught, near, settings.hearsay, settings.prior_attempts, settings.prior_detection
        )
        return [float(share) for share in found]

    def _multiple(self, now: Any, sellers: Any, firm: int, victim: int) -> float:
        """What the next case would cost as a multiple of the goods' value."""
        region, party = sellers.region[victim], sellers.party[firm]
        if not self.guarded(now, region):
            return 0.0
        case = self.memory["caught"][party]
        warnings, deductions = (self.in_force(name, now, region) for name in ("warnings", "deductions"))
        if case < warnings:
            return 0.0
        if case < warnings + deductions:
            return float(self.in_force("deduction", now, region)) if self.memory["deposit"][party] > 0 else 0.0
        return float(self.in_force("damages", now, region))

    def _stop(self, now: Any, mine: Any, seller: str, firm: int, victim: int) -> float:
        """Profit of the weeks without supply that the next case would bring."""
        sellers, terms = getattr(mine, seller), getattr(now, seller)
        region = sellers.region[victim]
        ladder = self.in_force("warnings", now, region) + self.in_force("deductions", now, region)
        if not self.guarded(now, region) or self.memory["caught"][sellers.party[firm]] < ladder:
            return 0.0
        weekly = sum(
            mean * (price - paid)
            for mean, price, paid in zip(sellers.mean[firm], terms.price[firm], terms.purchase_price[firm], strict=True)
        )
        return float(self.in_force("stop_weeks", now, region) * max(weekly, 0.0))

    def refused(self, party: int, week: int) -> bool:
        """Whether a partner's orders are refused."""
        return week <= self.memory["stopped"][party]

    # Geography and terms

    def km(self, seller: str, sellers: Any, firm: int, victim: int) -> float:
        """By road from one territory to another."""
        if seller == "subdistributors":
            return float(self.district_km[sellers.district[firm]][sellers.district[victim]])
        return self.region_km[sellers.region[firm]][sellers.region[victim]]

    def days(self, seller: str, sellers: Any, firm: int, victim: int) -> float:
        """On the road."""
        logistics = self.scenario.logistics
        return logistics.handling_days + self.km(seller, sellers, firm, victim) / logistics.km_per_day

    def in_force(self, name: str, now: Any, region: int) -> Any:
        """A setting of the protection policy in a region."""
        return self.terms.in_force(f"policy.protection.{name}", now.measured, region, "distributors")

    def guarded(self, now: Any, region: int) -> bool:
        """Whether there are exclusive territories, and a brand that minds."""
        return bool(self.in_force("territories", now, region) and now.manufacturers.active[0])

    def identity(self, tier: str, firms: Any, row: int) -> int:
        if tier == "retailers":
            return int(firms.site[row])
        places = firms.district if tier == "subdistributors" else firms.region
        number = sum(place == places[row] for place in places[:row])
        return int((places[row] + FIRST_DISTRICT * (tier == "subdistributors")) * FIRMS + number)

    # Consequences

    def truck(self, seller: str, buyer: str, diverter: int, victim: int, units: int, value: float) -> None:
        """Goods worth so much at the local price have left for another territory; each tier of buyers has a truck."""
        road = (seller, buyer, diverter, victim)
        self.trucks[road] = self.trucks.get(road, 0.0) + value
        self.loads[road] = self.loads.get(road, 0) + units

    def protect(self, was: Any, now: Any) -> None:
        """Deposits, cases and penalties of the week."""
        self.flows, self.maker = [], now.manufacturers.party[0]
        self.accused: set[int] = set()
        self.desk.play_week((now.week - 1) * 7, self._desk_in_force(now))
        if any(getattr(now, tier).party for tier in TIERS):
            for tier in TIERS:
                self._deposits(now, getattr(now, tier))
            self.finding.open_week(now, was)
            disputed = [*self._trace(now), *self._judge(now)]
            for tier in TIERS:
                disputed += self._accuse(now, tier)
            for case in sorted(disputed):
                self.desk.file(case, now.week * 7)
            self._police(now)
            self._staff_the_desk(now)

    def _desk_in_force(self, now: Any) -> list[Any]:
        """The levels of the desk this week, which are the same everywhere."""
        return [
            SimpleNamespace(
                **{
                    name: self.terms.in_force(f"policy.disputes.{level}.{name}", now.measured, EVERYWHERE, TIERS[0])
                    for name in type(getattr(self.scenario.policy.disputes, level)).model_fields
                }
            )
            for level in ("talks", "arbitration", "ruling")
        ]

    def _staffed(self) -> bool:
        return any(level.staff for level in self.desk.levels)

    def _staff_the_desk(self, now: Any) -> None:
        regions = {region for tier in TIERS for region in getattr(now, tier).region}
        people = [level.staff for level in self.desk.levels]
        cost = self.terms.in_force("policy.disputes.staff_cost", now.measured, EVERYWHERE, TIERS[0])
        if now.manufacturers.active[0]:
            bill = cost * ((people[0] + people[1]) * len(regions) + people[2])
            self.flows.append((Account.DISPUTES, self.maker, Group.INSPECTORS, bill))

    def _deposits(self, now: Any, firms: Any) -> None:
        for firm, party in enumerate(firms.party):
            region, held = firms.region[firm], self.memory["deposit"]
            due = (
                self.in_force("deposit", now, region) if self.works(firms, firm) and self.guarded(now, region) else 0.0
            )
            before = self.memory["required"][party]
            self.memory["required"][party] = due
            if due > before:
                self._pay(Account.DEPOSITS, party, self.maker, due - before, "paid_in", party)
                held[party] += due - before
            elif held[party] > due:
                self._pay(Account.DEPOSITS, self.maker, party, held[party] - due, "paid_back", party)
                held[party] = due

    def _trace(self, now: Any) -> list[Traced]:
        """Opens cases; returns those that the brand does not find and that are complained of."""
        complaints = []
        for (tier, buyer, diverter, victim), value in self.trucks.items():
            firms = getattr(now, tier)
            region = firms.region[victim]
            self.memory["attempts"][firms.party[diverter]] += 1
            keys = self.identity(tier, firms, diverter), self.identity(tier, firms, victim)
            parties = firms.party[diverter], firms.party[victim], region, now.week
            if not self.guarded(now, region):
                continue
            load = self.loads[tier, buyer, diverter, victim]
            ends = self.finding.ends(now, keys, parties, load)
            if ends < math.inf:
                self.cases.append(Traced(ends, *keys, value, *parties))
            elif self._staffed() and self._told(Stream.COMPLAINT, keys, now) < self.scenario.conflict.complaint:
                complaints.append(Traced(now.week * 7, *keys, value, *parties))
        return complaints

    def _told(self, stream: Stream, keys: tuple[int, int], now: Any) -> float:
        return uniform(self.seed, stream, keys[0] * PAIR + keys[1], now.week)

    def _contests(self, case: Traced, now: Any) -> bool:
        luck = uniform(self.seed, Stream.CONTEST, case.pair, now.week)
        return self._staffed() and luck < self.scenario.conflict.contest

    def _judge(self, now: Any) -> list[Traced]:
        """Cases that end are contested or count; so do rulings that find somebody guilty. Returns the former."""
        there = self.present(now)
        due = [case for case in self.cases if case.ends <= now.week * 7]
        self.cases = [case for case in self.cases if case.ends > now.week * 7]
        if not now.manufacturers.active[0]:
            return []
        due = [case for case in due if case.offender in there and not self._let_pass(now, case)]
        ruled = [case for case, _, wrong in self.desk.settled if case.guilty != wrong and case.offender in there]
        for case in sorted([*ruled, *(case for case in due if not self._contests(case, now))]):
            if not self.memory["exited"][case.offender] and not self._let_pass(now, case):
                self._punish(now, case.offender, case.victim, case.victim in there, case.region, case.value)
        return [case for case in due if self._contests(case, now)]

    def present(self, now: Any) -> list[int]:
        """Parties with a territory that have not left."""
        firms = [getattr(now, tier) for tier in TIERS]
        return [tier.party[firm] for tier in firms for firm in rows(tier) if self.works(tier, firm)]

    def _let_pass(self, now: Any, case: Traced) -> bool:
        """The partner's sales of a year are worth more to the brand than a case over so little."""
        share = self.in_force("tolerance", now, case.region)
        brought = 0.0
        for firms in (getattr(now, tier) for tier in TIERS):
            for firm in (firm for firm in rows(firms) if firms.party[firm] == case.offender):
                for sku, product in enumerate(self.scenario.products):
                    paid = now.manufacturers.ex_factory_price[0][sku]
                    brought += 52 * firms.mean[firm][sku] * (paid - product.unit_cost)
        return bool(share and case.value < share * brought)

    def _punish(self, now: Any, offender: int, victim: int, there: bool, region: int, value: float) -> None:
        rules = {name: self.in_force(name, now, region) for name in ("warnings", "deductions", "deduction", "damages")}
        case = self.memory["caught"][offender]
        self.memory["caught"][offender] += 1
        last_step = self.in_force("damages_cases", now, region)
        if last_step is not None and case >= rules["warnings"] + rules["deductions"] + last_step:
            self.memory["exited"][offender] = now.week
        fine = 0.0
        if case >= rules["warnings"] + rules["deductions"]:
            fine = rules["damages"] * value
            last = now.week + self.in_force("stop_weeks", now, region)
            self.memory["stopped"][offender] = max(self.memory["stopped"][offender], last)
        elif case >= rules["warnings"]:
            fine = min(rules["deduction"] * value, self.memory["deposit"][offender])
            self.memory["deposit"][offender] -= fine
            self._pay(Account.DEPOSITS, self.maker, offender, fine, "paid_back", offender)
        share = fine * self.in_force("injured_share", now, region) if there else 0.0
        self._pay(Account.PENALTIES, offender, self.maker, fine, "fined", offender)
        if victim != NOBODY:
            self._pay(Account.PENALTIES, self.maker, victim, share, "compensated", victim)

    def _pay(self, account: Account, payer: int, payee: int, amount: float, column: str, party: int) -> None:
        self.flows.append((account, payer, payee, amount))
        self.memory[column][party] += amount

    def _accuse(self, now: Any, tier: str) -> list[Traced]:
        """Accuses innocents; returns those who do not put up with it."""
        firms, disputed = getattr(now, tier), []
        guilty = {diverter for name, _, diverter, _ in self.trucks if name == tier}
        for firm in (firm for firm in rows(firms) if self.works(firms, firm) and firm not in guilty):
            region = firms.region[firm]
            who = self.identity(tier, firms, firm)
            luck = uniform(self.seed, Stream.FALSE_ALARM, who, now.week)
            alarm = luck < self.in_force("false_alarms", now, region) or firms.party[firm] in self.finding.alarmed
            if self.guarded(now, region) and alarm:
                self.accused.add(firms.party[firm])
                case = Traced(now.week * 7, who, PAIR - 1, 0.0, firms.party[firm], NOBODY, region, now.week, False)
                disputed += [case] if self._contests(case, now) else []
        return disputed

    def _police(self, now: Any) -> None:
        for shop, region in enumerate(now.retailers.region):
            if now.retailers.authorised[shop] and self.guarded(now, region):
                cost = self.in_force("detection", now, region) * self.in_force("check_cost", now, region)
                self.flows.append((Account.POLICING, self.maker, Group.INSPECTORS, cost))
        for region in self.finding.audited.values():
            cost = self.in_force("audit_cost", now, region)
            self.flows.append((Account.POLICING, self.maker, Group.INSPECTORS, cost))

    # Feelings

    def feel(self, now: Any, profit: list[float]) -> dict[str, float]:
        """Mean satisfaction of all partners, and what conflict takes of it, after this week's profit."""
        settings = self.scenario.conflict
        members, unfair = self.present(now), felt(self.scenario, now, profit)
        hurt = {party: settings.from_diversion * self._share_lost(party) for party in members}
        for party in self.accused & set(members):
            hurt[party] += settings.from_accusation
        for party in members:
            hurt[party] += settings.from_audit * (party in self.finding.searched)
            hurt[party] += settings.from_dispute * self._disputes_of(party)
            hurt[party] += settings.from_ruling * self._wronged(party)
        for shop, party in enumerate(now.retailers.party):
            if now.retailers.authorised[shop]:
                members.append(party)
                hurt[party] = settings.from_online * self._cheaper(now, shop)
                hurt[party] += settings.from_unfairness * unfair[shop]
        if now.week == 1:
            self.usual = dict(enumerate(profit))
        for party in members:
            pleased = content(profit[party], self.usual[party])
            self.content[party] += settings.satisfaction_rate * (pleased - self.content[party])
            less = min(hurt[party], pleased)
            self.resentment[party] += settings.satisfaction_rate * (less - self.resentment[party])
            self.usual[party] += settings.habit_rate * (profit[party] - self.usual[party])
        pleased = fmean(self.content[party] for party in members) if members else 0.0
        less = fmean(self.resentment[party] for party in members) if members else 0.0
        return {"partner_content": pleased, "partner_resentment": less, "partner_satisfaction": pleased - less}

    def _disputes_of(self, party: int) -> int:
        return sum(party in (dispute.case.offender, dispute.case.victim) for dispute in self.desk.open)

    def _wronged(self, party: int) -> int:
        wrong = [case for case, _, wrong in self.desk.settled if wrong]
        return sum(party == (case.victim if case.guilty else case.offender) for case in wrong)

    def _share_lost(self, party: int) -> float:
        return self.lost[party] / self.asked[party] if self.asked[party] else 0.0

    def _cheaper(self, now: Any, shop: int) -> float:
        first = len(now.retailers.party) + len(now.stores.party)
        there = [n for n, on in enumerate(now.online.active) if on]
        if not there:
            return 0.0
        lowest, asked = [], []
        for sku in range(self.own):
            offers = [now.counter_price[first + n][sku] for n in there if now.online.assigned[n][sku]]
            lowest.append(min(offers, default=math.inf))
            asked.append(now.counter_price[shop][sku] if now.retailers.assigned[shop][sku] else 0.0)
        return float(cheaper_online(np.array([asked]), np.array(lowest))[0])

    def check(self, now: Any) -> None:
        """Asserts that the market remembers of its partners what the witness does."""
        for name in REMEMBERED:
            mine = [self.memory[name][party] for party in range(len(now.cash))]
            agree(f"partners.{name}", now.week, mine, [float(n) for n in getattr(now.partners, name)])
        agree("number of open disputes", now.week, len(self.desk.open), len(now.disputes))
        agree("open disputes", now.week, [dispute.row() for dispute in self.desk.open], now.disputes)
        for name in ("content", "resentment"):
            mine = [getattr(self, name)[party] for party in range(len(now.cash))]
            agree(f"partners.{name}", now.week, mine, getattr(now.partners, name))
