"""Media and shopping: the consumers' part of the week."""

from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtri

from channellab.agents.draws import Stream, stream_key, uniforms
from channellab.agents.kernels.shelf import Basket, Habits, Luck, Shelf, Tally, utilities
from channellab.agents.kernels.takings import by_outlet
from channellab.scenarios.arrays import Floats, Ints
from channellab.scenarios.settings import Scenario
from channellab.scenarios.settings.consumers import ConsumerSettings, DemandSettings
from channellab.sim.assortment import SITE_SLOTS
from channellab.sim.chain import OUTLETS
from channellab.sim.development import local_display
from channellab.sim.fairness import resentment_of_shops
from channellab.sim.handover import delivery_days, hand_over, ways_to_collect
from channellab.sim.ledger import Account, Group
from channellab.sim.luck import poisson_quantile
from channellab.sim.membership import renew_subscriptions, reward_members
from channellab.sim.outlets import carried
from channellab.sim.promotions import event_displays
from channellab.sim.replay import serve_replayed
from channellab.sim.showrooms import look_around, note_showroomed

if TYPE_CHECKING:
    from channellab.sim.market import Market

YEAR = 52
COUNTED = ("wished", "served", "sold", "unmet", "waiting", "fetched")
"""What shopping counts at the outlets, as columns of the shelves."""


def season(settings: ConsumerSettings, week: int) -> float:
    """Need of a measured week over its mean: a cosine over the year of 52 weeks, whose first is measured week 1."""
    phase = 2.0 * np.pi * (week - 1 - settings.season_peak) / YEAR
    return float(1.0 + settings.season_amplitude * np.cos(phase))


def habits(settings: ConsumerSettings, advice: float) -> Habits:
    """The scenario's consumer behaviour as the kernels take it; ``advice`` is the share of wishes that need it."""
    memory, empty = settings.memory, settings.stock_out
    return Habits(
        loyalty_rate=memory.loyalty_rate,
        loyalty_fade=memory.loyalty_fade,
        channel_habit=memory.channel_habit,
        habit_rate=memory.habit_rate,
        brand_loyalty=memory.brand_loyalty,
        outlet_loyalty=memory.outlet_loyalty,
        satisfaction_rate=memory.satisfaction_rate,
        satisfaction_weight=memory.satisfaction_weight,
        service_weight=memory.service_weight,
        substitution_regret=memory.substitution_regret,
        talk_weight=memory.talk_weight,
        talk_threshold=settings.awareness.talk_threshold,
        complaint_threshold=settings.awareness.complaint_threshold,
        wait=empty.wait,
        leave=empty.leave,
        rounds=empty.rounds,
        patience=empty.patience,
        rest_weeks=settings.rest_weeks,
        advice=advice,
    )


def luck(seed: int, gumbel: Floats) -> Luck:
    """The streams of shopping under a seed."""
    return Luck(
        need=stream_key(seed, Stream.NEED),
        choice=stream_key(seed, Stream.CHOICE),
        lottery=stream_key(seed, Stream.LOTTERY),
        response=stream_key(seed, Stream.RESPONSE),
        advice=stream_key(seed, Stream.LEAD_ADVICE),
        gumbel=gumbel,
    )


def advertise(market: "Market") -> None:
    """Advertising and talk make consumers aware; the manufacturer pays for the media."""
    settings, awareness = market.scenario.manufacturer, market.scenario.consumers.awareness
    market.rules.hear(
        market.week,
        stream_key(market.seed, Stream.HEAR),
        stream_key(market.seed, Stream.FORGET),
        market.consumers.mind,
        market.consumers.friends,
        awareness.innovation
        + awareness.advertising_effect * settings.advertising * bool(market.manufacturers.active[0]),
        awareness.imitation,
        awareness.forgetting,
        market.scenario.consumers.society.mixing == "full",
    )
    maker = market.manufacturers
    spend = settings.advertising * market.consumers.count * maker.active
    market.ledger.pay(Account.ADVERTISING, maker.party, Group.MEDIA, spend)


def shelf(market: "Market") -> Shelf:
    """This week's offers: what is authorised or still in stock, in shops that are open."""
    shelves, goods, book = market.shelves, market.goods, market.minimum_prices
    sells = np.concatenate([carried(market.tiers, name, goods.own) for name in OUTLETS])
    rivals = market.rivals.active[goods.brand[goods.own :] - 1]
    down = book.down if book.in_use else np.zeros(shelves.party.size, np.bool_)
    display = np.zeros((shelves.party.size, 1)) + local_display(market)
    withheld = np.zeros(shelves.party.size)
    withheld[: market.first_store] = market.scenario.conflict.push_withheld * resentment_of_shops(market)
    lent = display.ravel(), event_displays(market), withheld
    return Shelf(
        utility=utilities(
            sells.T, rivals, shelves.stock.T, shelves.active, down, market.attraction.T, *lent, goods.own
        ),
        price=np.ascontiguousarray(shelves.price),
        service=shelves.service,
        site_key=shelves.site_key,
        sku_key=market.sku_key,
        brand=goods.brand,
        first_site=market.first_site,
        own=goods.own,
        first_online=market.first_online,
        delivery=delivery_days(market),
        group_size=market.online.group_size,
    )


def serve_shoppers(market: "Market") -> None:
    """Lets consumers shop, or draws declared demand or that of a fitted market, and takes the money at the counter."""
    shelves = market.shelves
    market.counter_price = shelves.price.copy(order="K")
    if market.scenario.consumers.demand.source == "declared":
        _serve_declared(market)
    elif market.replay is not None:
        serve_replayed(market)
    else:
        basket, stock = _basket(market), np.ascontiguousarray(shelves.stock)
        consumers, offers = market.consumers, shelf(market)
        now = season(market.scenario.consumers, market.measured_week)
        renew_subscriptions(market, now, offers)
        mind, luck = consumers.mind, market.luck
        coming = market.rules.in_need(market.week, now, consumers.tastes, mind, consumers.segments, luck)
        market.tally = market.rules.shop(
            market.week,
            coming,
            ways_to_collect(market, look_around(market, coming), coming),
            mind,
            consumers.segments,
            offers,
            stock,
            market.habits,
            luck,
            basket,
            consumers.friends,
            market.scenario.consumers.society.mixing == "full",
        )
        shelves.stock[:] = stock
        for name in COUNTED:
            getattr(shelves, name)[:] = getattr(basket, name)
        market.online.visits *= market.online.active
        reward_members(market, offers)
        note_showroomed(market, coming)
        hand_over(market, coming)
    shelves.held[:] = shelves.stock
    for name in OUTLETS:
        market.books[name].sold += market.tiers[name].sold
    _take_money(market)


def _basket(market: "Market") -> Basket:
    """Counters for a week of shopping: consumers look at outlets, so what is counted lies outlet by outlet."""
    shape = market.shelves.sold.shape
    return Basket(
        **{name: np.zeros(shape, np.int64) for name in COUNTED},
        visits=market.online.visits,
        homes=market.online.homes,
        advised=market.leads.advised,
    )


def _take_money(market: "Market") -> None:
    shelves = market.shelves
    brand, rivals = by_outlet(shelves.sold.T, shelves.price.T, market.goods.own)
    market.ledger.pay(Account.RETAIL_SALES, Group.HOUSEHOLDS, shelves.party, brand)
    market.ledger.pay(Account.RIVAL_SALES, Group.HOUSEHOLDS, shelves.party, rivals)


def _serve_declared(market: "Market") -> None:
    """Declared demand: waiting buyers first, then this week's; of those who find nothing, a share waits."""
    retailers, own = market.retailers, market.goods.own
    asked = declared_demand(market.scenario, market.seed, retailers.site, own, market.week, market.measured_week)
    asked *= retailers.carries & retailers.active[:, None] & retailers.listed[:, :own]
    if market.minimum_prices.in_use:
        asked[market.minimum_prices.down[: retailers.party.size]] = 0
    draw = uniforms(market.seed, Stream.DEMAND_WAIT, _offer_ids(retailers.site, own), market.week)
    served = market.rules.serve_declared(
        asked, retailers.stock[:, :own], retailers.backlog, market.scenario.consumers.stock_out.wait, draw
    )
    for column, values in served._asdict().items():
        getattr(retailers, column)[:, :own] = values
    retailers.stock[:, :own] -= retailers.sold[:, :own]
    retailers.backlog[:] = retailers.waiting[:, :own]
    market.tally = Tally(int(asked.sum()), 0, 0)


def _offer_ids(site: Ints, own: int) -> Ints:
    return site[:, None] * SITE_SLOTS + np.arange(own)


def declared_demand(scenario: Scenario, seed: int, site: Ints, own: int, week: int, measured: int) -> Ints:
    """Units asked for this week at each site and own SKU, (O, K0), by the scenario's declared law.

    Draws are keyed by ``week``, a series is read by the ``measured`` week, so that its first entry is measured week 1.
    """
    law = scenario.consumers.demand
    draw = uniforms(seed, Stream.DEMAND, _offer_ids(site, own), week)
    if law.law == "series":
        return np.full(draw.shape, law.series[(measured - 1) % len(law.series)], np.int64)
    if law.law == "constant":
        return np.floor(law.mean + draw).astype(np.int64)
    return np.maximum(np.floor(_law(law, draw) + 0.5), 0).astype(np.int64)


def _law(law: DemandSettings, draw: Floats) -> Floats:
    if law.law == "uniform":
        return np.asarray(law.mean + law.sd * np.sqrt(3.0) * (2.0 * draw - 1.0))
    if law.law == "normal":
        return np.asarray(law.mean + law.sd * ndtri(np.clip(draw, 1e-15, 1 - 1e-15)))
    return poisson_quantile(draw, law.mean)
