"""The week on one page."""

from typing import TYPE_CHECKING

from channellab.sim.dispatch import charge_waiting, dispatch
from channellab.sim.kols import endorse, reflect
from channellab.sim.leads import take_in_advised, work_leads
from channellab.sim.lifecycle import dismiss, retire
from channellab.sim.listing import review_listings
from channellab.sim.minimum_prices import police_prices, watch_offers
from channellab.sim.newsvendor import throw_away
from channellab.sim.openings import judge_online, open_and_close
from channellab.sim.ordering import order
from channellab.sim.pricing import set_prices, watch_market
from channellab.sim.protection import protect
from channellab.sim.record import record
from channellab.sim.replay import list_planned
from channellab.sim.returns import send_back
from channellab.sim.settlement import settle
from channellab.sim.shopping import advertise, serve_shoppers
from channellab.sim.subsidies import renew_service
from channellab.sim.terms import set_terms

if TYPE_CHECKING:
    from channellab.sim.market import Market


def terms(market: "Market") -> None:
    """Contracts that have ended; what is in force and on lists; shops opened online; offers held to minima."""
    dismiss(market)
    set_terms(market)
    renew_service(market)
    list_planned(market)
    open_and_close(market)
    watch_offers(market)


def life_cycle(market: "Market") -> None:
    """Firms that have left are wound up."""
    retire(market)


def media(market: "Market") -> None:
    """Advertising and word of mouth make the brand known; opinion leaders post, go live, and are believed or not."""
    advertise(market)
    endorse(market)


def leads(market: "Market") -> None:
    """Leads arise and take the week's steps; those who sign come to fetch what they were promised."""
    work_leads(market)


def shopping(market: "Market") -> None:
    """Need, consideration, choice, lotteries for scarce goods, stock-out response, experience, trust."""
    serve_shoppers(market)
    take_in_advised(market)
    reflect(market)


def selling(market: "Market") -> None:
    """Goods go back or are lost; outlets look at prices and demand; firms set new prices, shops choose their lists."""
    send_back(market)
    throw_away(market)
    watch_market(market)
    set_prices(market)
    judge_online(market)
    review_listings(market)


def ordering(market: "Market") -> None:
    """Forecasts and orders, from the shops up to the plants."""
    order(market)


def logistics(market: "Market") -> None:
    """Seven days of SimPy: dispatch, production, docks, trucks, arrivals; what arrives is sold from next week on."""
    market.forget_receipts()
    market.logistics.play_week(lambda: dispatch(market))
    charge_waiting(market)


def protection(market: "Market") -> None:
    """Deposits, traced consignments and scanned prices, cases and penalties; innocents may be accused too."""
    protect(market)
    police_prices(market)


def settlement(market: "Market") -> None:
    """Invoices, payments and running costs; the ledger closes."""
    settle(market)


def recording(market: "Market") -> None:
    """Books are checked and the week is written down."""
    record(market)


PHASES = (
    terms,
    life_cycle,
    media,
    leads,
    shopping,
    selling,
    ordering,
    logistics,
    protection,
    settlement,
    recording,
)


def play(market: "Market") -> None:
    """One week, in the order in which it happens."""
    for phase in PHASES:
        phase(market)
