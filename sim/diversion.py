"""Goods that leave their territory: grey orders, their delivery, and what is paid for them.

Partners of a tier look at the territories of all others of their tier. What buyers there order from them is spot trade:
it comes from what a diverter has on hand once its own territory is served, and what it cannot deliver falls back to the
buyer's own supplier, so that no grey order outlives its week.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from channellab.agents.columns import lines
from channellab.agents.diversion import GreyOffers
from channellab.agents.draws import Stream, uniforms
from channellab.agents.kernels.grey import shift_demand
from channellab.agents.replenishment import Forecast
from channellab.scenarios.arrays import Flags, Floats, Ints
from channellab.scenarios.policies.protection import next_multiple
from channellab.sim.assortment import BRAND_SLOTS
from channellab.sim.cases import Case, Identities
from channellab.sim.chain import Link
from channellab.sim.disputes import dispute_terms
from channellab.sim.ledger import Account, Group
from channellab.sim.shipments import DAYS, Shipment
from channellab.sim.territories import (
    TERRITORIAL,
    ProtectionTerms,
    Roster,
    Territories,
    at_work,
    in_transit,
    keys,
    protection_terms,
    roster,
    territories,
)

if TYPE_CHECKING:
    from channellab.sim.market import Market


class GreyOrders(NamedTuple):
    """What the B buyers of a link order from diverters this week, (B, K0) units, and the offers that they take."""

    link: Link
    units: Ints
    offers: GreyOffers

    def diverter(self, buyer: Ints, sku: Ints) -> Ints:
        """(N,) rows of those who supply buyers (N,) with SKUs (N,)."""
        return np.asarray(self.offers.diverter[self.link.supplier[buyer], sku])


class Consignment(NamedTuple):
    """A diverted consignment: parties and identities of offender and victim, units, their value at the local price."""

    offender: int
    victim: int
    offender_key: int
    victim_key: int
    region: int
    units: int
    value: float


@dataclass
class GreyTrade:
    """A market's trade across territories.

    Attributes:
        roster: all firms with a territory. identities: theirs in the draws.
        places: geography by tier. buyer_keys: by buyers' tier, see `buyers`.
        terms: protection in force. orders, sent: grey orders and consignments of the week.
        asked, lost: (F,) units that the buyers of each party's territory ordered this week, and moved to diverters.
        accused: (F,) falsely accused this week. searched: (F,) audited this week, and nothing was found.
        under_way: (N,) units of all in the roster that were in transit when the week's orders were placed.
        excess: (N,) their shipments of the week over their usual ones, 0 without a past.
        found: consignments of the week that are an offence, how many of them were found, and by each `CHANNELS`.
        audits, audit_bill: how many audits there were, and what they cost.
        cases: open cases, the only thing here that outlives a week.
    """

    roster: Roster
    identities: Identities
    asked: Ints
    lost: Ints
    accused: Flags
    searched: Flags
    under_way: Ints
    excess: Floats
    found: dict[str, int] = field(default_factory=dict)
    audits: int = 0
    audit_bill: float = 0.0
    places: dict[str, Territories] = field(default_factory=dict)
    buyer_keys: dict[str, tuple[Ints, Flags]] = field(default_factory=dict)
    terms: ProtectionTerms | None = None
    orders: list[GreyOrders] = field(default_factory=list)
    sent: list[Consignment] = field(default_factory=list)
    cases: list[Case] = field(default_factory=list)

    @classmethod
    def opened(cls, tiers: dict[str, Any], parties: int) -> "GreyTrade":
        """No trade yet."""
        units, firms = np.zeros(parties, np.int64), roster(tiers)
        known = Identities(zip(firms.party.tolist(), firms.key.tolist(), strict=True))
        nobody = np.zeros(parties, np.bool_)
        past = np.zeros(firms.party.size)
        return cls(firms, known, units, units.copy(), nobody, nobody.copy(), in_transit(tiers), past)

    def open_week(self, market: "Market") -> None:
        """Terms of the week; last week's trade and rulings are forgotten."""
        self.terms = protection_terms(market, self.terms)
        market.desk.open_week(dispute_terms(market))
        self.orders, self.sent, self.found, self.audits, self.audit_bill = [], [], {}, 0, 0.0
        self.asked[:] = self.lost[:] = 0
        self.accused[:] = self.searched[:] = False
        self.under_way = in_transit(market.tiers)

    def geography(self, market: "Market", tier: str) -> Territories:
        """The territories of a tier, measured when they are first needed."""
        if tier not in self.places:
            self.places[tier] = territories(market.roads, market.tiers[tier], market.scenario.logistics)
        return self.places[tier]

    def buyers(self, market: "Market", tier: str) -> tuple[Ints, Flags]:
        """Identity of a tier's buyers in the draws (the site of a shop, or the firm), and who buys from outside."""
        if tier not in self.buyer_keys:
            buyers = market.tiers[tier]
            own = np.asarray(keys(buyers) if tier in TERRITORIAL else buyers.site, np.int64)
            luck = uniforms(market.seed, Stream.GREY_OPEN, own)
            self.buyer_keys[tier] = own, luck < market.scenario.diversion.openness
        return self.buyer_keys[tier]


def divert(market: "Market", seller: str) -> Ints | int:
    """Takes the week's grey orders in the territories of a tier.

    Returns:
        (M, K0) units by which the orders that each partner sees change: those it diverts less those it loses.
    """
    sellers = market.tiers[seller]
    if not market.scenario.diversion.openness or seller not in TERRITORIAL or sellers.party.size < 2:
        return 0
    believed, (fine, stop, into) = _believed(market, seller)[:, None], _expected_penalty(market, seller)
    offers = _offers(market, seller, np.take(believed * fine, into, axis=1))
    if not (offers.gain > 0.0).any():
        return 0
    fixed = market.scenario.logistics.drop_cost + np.take(believed * stop, into, axis=1)
    change, lost = np.zeros((market.goods.own, sellers.party.size), np.int64), np.zeros(sellers.party.size, np.int64)
    for link in market.links:
        if link.seller == seller:
            orders = _grey_orders(market, link, offers, fixed)
            market.grey.orders.append(orders)
            shift_demand(change, lost, lines(orders.units), lines(offers.diverter), link.supplier)
            ordered = market.tiers[link.buyer].ordered[link.rows, : market.goods.own].sum(axis=1)
            asked = np.bincount(link.supplier, ordered, sellers.party.size)
            market.grey.asked[sellers.party] += asked.astype(np.int64)
    market.grey.lost[sellers.party] += lost
    return change.T


def _grey_orders(market: "Market", link: Link, offers: GreyOffers, fixed: Floats) -> GreyOrders:
    settings, rules, own = market.scenario.diversion, market.rules, market.goods.own
    sellers, buyers = market.tiers[link.seller], market.tiers[link.buyer]
    supplier = link.supplier
    key, open_buyer = (column[link.rows] for column in market.grey.buyers(market, link.buyer))
    draw, ids = np.zeros((supplier.size, own)), key[open_buyer, None] * BRAND_SLOTS + np.arange(own)
    draw[open_buyer] = uniforms(market.seed, Stream.GREY_SHARE, ids, market.week)
    units = rules.grey_orders(
        buyers.ordered[link.rows, :own], supplier, sellers.price, offers, open_buyer, settings.half_discount, draw
    )
    units = rules.worth_a_truck(units, supplier, offers, settings.undercut, fixed)
    return GreyOrders(link, units, offers)


def _believed(market: "Market", seller: str) -> Floats:
    settings, party = market.scenario.diversion, market.tiers[seller].party
    believed: Floats = market.rules.believed_detection(
        market.partners.attempts[party],
        market.partners.caught[party],
        market.grey.geography(market, seller).near,
        settings.hearsay,
        settings.prior_attempts,
        settings.prior_detection,
    )
    return believed


def _offers(market: "Market", seller: str, fine: Floats) -> GreyOffers:
    """The best offer in every territory of a tier."""
    settings, sellers = market.scenario.diversion, market.tiers[seller]
    place, active = market.grey.geography(market, seller), at_work(sellers)
    offers: GreyOffers = market.rules.best_grey_offers(
        _cost(market, seller),
        sellers.price,
        place.freight,
        fine,
        place.abroad & active[:, None] & active,
        settings.margin,
        settings.undercut,
    )
    return offers


def _cost(market: "Market", seller: str) -> Floats:
    """What a unit is worth to each partner, (M, K0): its purchase price, less where it has more than it wants."""
    sellers, rule = market.tiers[seller], market.stock_rules[seller]
    nothing = np.zeros_like(sellers.stock)
    level = market.rules.order_quantities(rule, nothing, Forecast(sellers.mean, sellers.variance), sellers.protection)
    too_much = sellers.stock + sellers.on_order > level
    return np.asarray(sellers.purchase_price * (1.0 - market.scenario.diversion.pressure * too_much))


def _expected_penalty(market: "Market", seller: str) -> tuple[Floats, Floats, Ints]:
    """What being found would cost: a share of the goods' value, and the profit of a stop of supply, (M, U) each.

    Both depend on the diverter's record and on the ladder of penalties in the region sold into alone; there are U
    different ones, and (M,) tells which of them is each partner's.
    """
    sellers, partners, terms = market.tiers[seller], market.partners, market.grey.terms
    assert terms is not None
    (regions, number), party = terms.ladders, sellers.party
    warnings, deductions = terms.warnings[regions], terms.deductions[regions]
    cases, deposit = partners.caught[party][:, None], partners.deposit[party][:, None]
    forbidden = terms.territories[regions] * float(market.manufacturers.active[0])
    ladder = warnings, deductions, terms.deduction[regions], terms.damages[regions]
    margin = (sellers.mean * (sellers.price - sellers.purchase_price)).sum(axis=1).clip(min=0.0)
    stop = (cases >= warnings + deductions) * terms.stop_weeks[regions] * margin[:, None]
    return forbidden * next_multiple(cases, deposit, *ladder), forbidden * stop, number[sellers.region]


def withdraw(market: "Market", seller: str) -> None:
    """What buyers have ordered from diverters, their own supplier does not owe them."""
    for orders in market.grey.orders:
        if orders.link.seller == seller:
            market.tiers[orders.link.buyer].owed[orders.link.rows] -= orders.units


def deliver(market: "Market", seller: str) -> None:
    """Diverters of a tier send what they have left; what they cannot send falls back to the buyer's own supplier."""
    for orders in market.grey.orders:
        if orders.link.seller == seller and orders.units.any():
            sellers, buyers = market.tiers[seller], market.tiers[orders.link.buyer]
            sent, (buyer, sku) = np.zeros_like(orders.units), np.nonzero(orders.units)
            # What a diverter has of one SKU is dealt out as if it were the only one of a seller of its own.
            here = (sellers.stock * sellers.active[:, None]).reshape(-1, 1)
            holder = orders.diverter(buyer, sku) * sent.shape[1] + sku
            asked = orders.units[buyer, sku, None]
            sent[buyer, sku] = market.rules.allocate(here, asked, holder.astype(np.int32))[:, 0]
            buyers.owed[orders.link.rows] += orders.units - sent
            _send(market, orders, sent)


def _send(market: "Market", orders: GreyOrders, sent: Ints) -> None:
    """Puts the diverted goods of a link on the road; the diverters pay for the way, one stop a territory."""
    link, firms = orders.link, market.tiers[orders.link.seller].party.size
    buyer, sku = np.nonzero(sent)
    if not buyer.size:
        return
    # A buyer may have different SKUs from different diverters: each pair of them is a receiver of the shipment.
    pairs, row = np.unique(orders.diverter(buyer, sku) * len(sent) + buyer, return_inverse=True)
    sender, receiver = pairs // len(sent), pairs % len(sent)
    units = np.zeros((pairs.size, sent.shape[1]), np.int64)
    units[row, sku] = sent[buyer, sku]
    _depart(market, orders, sender, receiver, units)
    local = market.tiers[link.seller].price[link.supplier[receiver]]
    flows, flow = np.unique(sender * firms + link.supplier[receiver], return_inverse=True)
    diverter, victim = flows // firms, flows % firms
    load = np.bincount(flow, units.sum(axis=1)).astype(np.int64)
    _pay_for_the_way(market, link.seller, diverter, victim, load)
    value = np.bincount(flow, (units * local).sum(axis=1)).astype(np.float64)
    _note(market, link.seller, diverter, victim, load, value)


def _depart(market: "Market", orders: GreyOrders, sender: Ints, receiver: Ints, units: Ints) -> None:
    """Sends units (N, K0) from diverters to buyers of a link; they do not wait for docks."""
    link, now = orders.link, market.logistics.env.now
    days = market.grey.geography(market, link.seller).days[sender, link.supplier[receiver]]
    order = np.argsort(days, kind="stable")
    sender, receiver, units = sender[order], receiver[order], units[order]
    market.logistics.send(
        Shipment(
            seller=link.seller,
            buyer=link.buyer,
            first_sku=0,
            decided=now,
            departed=now,
            senders=sender,
            receivers=np.asarray(link.places(receiver), np.int64),
            arrives=now + days[order],
            units=units,
            value=units * orders.offers.price[link.supplier[receiver]],
            grey=True,
        )
    )


def _pay_for_the_way(market: "Market", seller: str, diverter: Ints, victim: Ints, units: Ints) -> None:
    settings, place = market.scenario.logistics, market.grey.geography(market, seller)
    payer = market.tiers[seller].party[diverter]
    freight = units * place.km[diverter, victim] * settings.freight_per_unit_km + settings.drop_cost
    on_the_way = units * (place.days[diverter, victim] / DAYS) * market.holding_rate[seller]
    market.ledger.pay(Account.FREIGHT, payer, Group.CARRIERS, freight)
    market.ledger.pay(Account.HOLDING, payer, Group.WAREHOUSES, on_the_way)
    market.freight_bill += float(freight.sum())
    market.way_stock_cost += float(on_the_way.sum())


def _note(market: "Market", seller: str, diverter: Ints, victim: Ints, units: Ints, value: Floats) -> None:
    sellers = market.tiers[seller]
    identity = market.grey.geography(market, seller).key
    np.add.at(market.partners.attempts, sellers.party[diverter], 1)
    for i, j, load, worth in zip(diverter.tolist(), victim.tolist(), units.tolist(), value.tolist(), strict=True):
        parties = int(sellers.party[i]), int(sellers.party[j])
        market.grey.sent.append(
            Consignment(*parties, int(identity[i]), int(identity[j]), int(sellers.region[j]), load, worth)
        )
