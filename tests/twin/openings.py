"""Partners' shops online in plain loops: what they expect of them, and a witness of when they open and close them."""

from typing import Any

import numpy as np

from channellab.scenarios.arrays import Flags, Floats, Ints
from channellab.scenarios.settings import Scenario

from .chain import rows
from .photo import agree


def seen_online(seen: Floats, figures: Ints, active: Flags, own: Flags, rate: float) -> Floats:
    """What owners expect of their online shops after a week, figure by figure."""
    learned = seen.copy()
    others = [s for s in range(len(active)) if active[s] and not own[s]]
    for shop, column in np.ndindex(*seen.shape):
        shown = [int(figures[shop, column])] if active[shop] else [int(figures[s, column]) for s in others]
        if shown:
            learned[shop, column] = one_expectation(float(seen[shop, column]), shown, rate)
    return learned


def one_expectation(seen: float, shown: list[int], rate: float) -> float:
    """An expectation, corrected by the mean of what was shown.

    >>> one_expectation(2.0, [4, 6], 0.5)
    3.5
    """
    return seen + rate * (sum(shown) / len(shown) - seen)


def worth_running(
    units: Floats,
    visits: Floats,
    price: Floats,
    purchase: Floats,
    fee: Floats,
    delivery: Floats,
    traffic: Floats,
    fixed: float,
) -> Floats:
    """Profit a week of each online shop."""
    worth = []
    for shop in range(len(visits)):
        earned = costs_of_being_there(float(traffic[shop]), float(visits[shop]), fixed)
        for sku in range(units.shape[1]):
            margin = float(price[shop, sku]) * (1.0 - float(fee[shop])) - float(delivery[shop])
            earned = earned + float(units[shop, sku]) * (margin - float(purchase[shop, sku]))
        worth.append(earned)
    return np.array(worth)


def costs_of_being_there(traffic: float, visits: float, fixed: float) -> float:
    """What a shop costs before it has sold anything, as a negative number."""
    return -traffic * visits - fixed


# Witness


def expect_at_first(was: Any, now: Any) -> None:
    """Who opens a shop online expects to sell there what others sold, before anything else happens in the week."""
    for s in rows(now.online):
        if was.online.dormant[s] and not now.online.dormant[s]:
            for remembered in (was.online.mean, was.online.variance, *was.online.history):
                remembered[s] = list(was.online.seen[s])


def check(scenario: Scenario, was: Any, now: Any) -> None:
    """Asserts that partners expect what the week showed them, and opened and closed shops by last week's worth."""
    shops, settings = now.online, scenario.online
    if not any(shops.partner):
        return
    assert shops.partner == [shop.owner == "partner" for shop in settings.shops]
    for s in rows(shops):
        due = (now.week + shops.site[s]) % settings.review_weeks == 0
        opens = shops.partner[s] and due and was.online.dormant[s] and was.online.worth[s] > 0
        closes = shops.partner[s] and due and was.online.active[s] and was.online.worth[s] < 0
        gone = was.online.active[s] and not shops.active[s] and not shops.dormant[s]
        if not gone:
            assert shops.active[s] == bool((was.online.active[s] or opens) and not closes), (now.week, s)
            assert shops.dormant[s] == bool((was.online.dormant[s] or closes) and not opens), (now.week, s)
    active, own = (np.array(column, np.bool_) for column in (shops.active, shops.own))
    for name, before, figures in (
        ("seen", np.array(was.online.seen), np.array(shops.sold)),
        ("seen visits", np.array(was.online.seen_visits)[:, None], np.array(shops.visits)[:, None]),
    ):
        found = np.array(shops.seen if name == "seen" else shops.seen_visits).reshape(before.shape)
        agree(name, now.week, seen_online(before, figures, active, own, settings.learning), found)
    declared = {
        name: np.array([getattr(shop, name) for shop in settings.shops])
        for name in ("platform_fee", "delivery_cost", "traffic_cost")
    }
    price, paid = np.array(shops.price), np.array(shops.purchase_price)
    worth = worth_running(
        np.array(shops.seen), np.array(shops.seen_visits), price, paid, *declared.values(), settings.fixed_cost
    )
    agree("worth of shops online", now.week, worth, shops.worth)
