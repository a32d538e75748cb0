"""Showrooming in the week: who looks at goods in a shop and buys them online, what that costs and earns the shop."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from channellab.agents.consumers import Float32, Tastes
from channellab.agents.draws import Stream, uniforms
from channellab.scenarios.arrays import Flags, Floats, Index, Ints
from channellab.scenarios.settings import Scenario
from channellab.sim.handover import bought_online
from channellab.sim.ledger import Account

if TYPE_CHECKING:
    from channellab.sim.market import Market


@dataclass
class Showrooms:
    """Who looks at goods in shops; empty where nobody does.

    Attributes:
        looks: (N,) True for consumers who look in a shop before they buy online.
        shown: (N,) the shop each of them has looked at last, -1 = none. advice: (N,) what it is worth online, utility.
        liking: (N,) utility of shopping online this week, that advice included.
        shop, seller, sku: (B,) of this week's purchases of own goods online after a look: the shop looked at, the
            online shop and the SKU bought.
    """

    looks: Flags
    shown: Index
    advice: Float32
    liking: Float32
    shop: Ints
    seller: Ints
    sku: Ints

    @classmethod
    def of(cls, scenario: Scenario, seed: int) -> "Showrooms":
        """Nobody has looked anywhere yet."""
        people = np.arange(scenario.consumers.count if showrooming_on(scenario) else 0)
        looks = uniforms(seed, Stream.SHOWROOMING, people) < scenario.consumers.showrooming.share
        none, (advice, liking) = np.empty(0, np.int64), np.zeros((2, people.size), np.float32)
        return cls(looks, np.full(people.size, -1, np.int32), advice, liking, none, none, none)


def showrooming_on(scenario: Scenario) -> bool:
    """Whether anybody buys online after a look at a shop: declared demand has no choice."""
    chosen = scenario.consumers.demand.source == "choice"
    return chosen and scenario.consumers.showrooming.share > 0.0 and bool(scenario.online.shops)


def look_around(market: "Market", coming: Index) -> Tastes:
    """Lets shoppers who showroom look; returns this week's tastes, in which online offers are worth the advice too."""
    consumers, shops, desk = market.consumers, market.retailers, market.showrooms
    if not desk.looks.size:
        return consumers.tastes
    market.rules.look_around(
        consumers.tastes,
        consumers.mind,
        consumers.segments,
        desk.looks,
        shops.service,
        (shops.stock[:, : market.goods.own] > 0).any(axis=1) & shops.active,
        market.first_site,
        market.scenario.consumers.showrooming.carried,
        desk.shown,
        desk.advice,
        coming,
    )
    liking = np.add(consumers.tastes.online_taste, desk.advice, out=desk.liking)
    return consumers.tastes._replace(online_taste=liking)


def note_showroomed(market: "Market", coming: Index) -> None:
    """Finds the shoppers who bought own goods online this week and had looked at a shop."""
    desk, mind = market.showrooms, market.consumers.mind
    if not desk.looks.size:
        return
    who = bought_online(market, coming)
    who = who[desk.shown[who] >= 0]
    desk.shop, desk.sku = desk.shown[who].astype(np.int64), mind.last_sku[who].astype(np.int64)
    desk.seller = mind.last_site[who].astype(np.int64) - market.first_online
    market.omni.advised[:] = np.bincount(desk.shop, minlength=market.omni.advised.size)


def lead_commissions(market: "Market") -> Floats:
    """(B,) commission that each of this week's purchases after a look earns the shop, money; partners alone earn it."""
    desk, omni = market.showrooms, market.omni
    pays = market.manufacturers.active[0] | omni.from_seller
    rate = omni.commission * (market.retailers.authorised & market.retailers.active & pays)
    return np.asarray(rate[desk.shop] * market.counter_price[market.first_online + desk.seller, desk.sku])


def pay_advisers(market: "Market") -> None:
    """Who owes a shop a lead commission pays it."""
    desk, omni, shops = market.showrooms, market.omni, market.retailers
    if not desk.looks.size:
        return
    earned = lead_commissions(market)
    omni.earned[:] = np.bincount(desk.shop, earned, omni.earned.size)
    maker, sellers = int(market.manufacturers.party[0]), market.online.party
    market.ledger.pay(Account.LEAD_COMMISSION, maker, shops.party, omni.earned * ~omni.from_seller)
    theirs = omni.from_seller[desk.shop]
    if theirs.any():
        shop, seller = desk.shop[theirs], desk.seller[theirs]
        market.ledger.pay(Account.LEAD_COMMISSION, sellers[seller], shops.party[shop], earned[theirs])
