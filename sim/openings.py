"""Partners who sell online when it pays: they watch what sells there, open shops of their own, and close them."""

from typing import TYPE_CHECKING

from channellab.sim.development import set_development
from channellab.sim.rebates import set_plans

if TYPE_CHECKING:
    from channellab.sim.market import Market


def judge_online(market: "Market") -> None:
    """What partners expect a shop of theirs to earn in a week: from its own sales, or those of others while closed."""
    online, rules = market.online, market.rules
    if not online.partner.any():
        return
    rate = market.scenario.online.learning
    online.seen[:] = rules.seen_online(online.seen, online.sold, online.active, online.own, rate)
    visits = rules.seen_online(online.seen_visits[:, None], online.visits[:, None], online.active, online.own, rate)
    online.seen_visits[:] = visits[:, 0]
    online.worth[:] = rules.worth_running(
        online.seen,
        online.seen_visits,
        online.price,
        online.purchase_price,
        online.platform_fee,
        online.delivery_cost,
        online.traffic_cost,
        market.scenario.online.fixed_cost,
    )


def open_and_close(market: "Market") -> None:
    """Partners whose turn it is open a shop that is worth it, and close one that is not."""
    online = market.online
    if not online.partner.any():
        return
    due = online.partner & ((market.week + online.site) % market.scenario.online.review_weeks == 0)
    opens = due & online.dormant & (online.worth > 0.0)
    closes = due & online.active & (online.worth < 0.0)
    online.dormant[:] = (online.dormant | closes) & ~opens
    online.active[opens], online.active[closes] = True, False
    online.mean[opens] = online.variance[opens] = online.seen[opens]
    online.history[:, opens] = online.seen[opens]
    if opens.any():
        set_plans(market)
        set_development(market)
