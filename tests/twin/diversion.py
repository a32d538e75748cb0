"""Trade across territories in plain loops: what partners believe, whom they undercut, and what buyers move to them."""

import math

import numpy as np

from channellab.agents.diversion import GreyOffers
from channellab.scenarios.arrays import Flags, Floats, Index, Ints


def believed_detection(
    attempts: Ints, caught: Ints, near: Floats, hearsay: float, prior_attempts: float, prior: float
) -> Floats:
    """Cases over consignments, as each partner has seen them at home and heard of them from its neighbours."""
    believed = np.zeros(len(attempts))
    for firm in range(len(attempts)):
        neighbours = [other for other in range(len(attempts)) if near[firm, other] > 0.0]
        cases = prior * prior_attempts + int(caught[firm]) + hearsay * heard(neighbours, caught)
        believed[firm] = cases / (prior_attempts + int(attempts[firm]) + hearsay * heard(neighbours, attempts))
    return believed


def heard(neighbours: list[int], counts: Ints) -> int:
    """What the neighbours have counted, added up."""
    return sum(int(counts[other]) for other in neighbours)


def gain_of_a_unit(price: float, cost: float, freight: float, fine: float, margin: float) -> float:
    """What a diverter gains on a unit beyond the margin it wants.

    >>> gain_of_a_unit(10.0, 6.0, 1.0, 0.25, 0.5)
    0.0
    """
    return price - cost - freight - fine * price - margin


def best_grey_offers(
    cost: Floats, price: Floats, freight: Floats, fine: Floats, open_to: Flags, margin: float, undercut: float
) -> GreyOffers:
    """In each territory and for each SKU the offer of the partner that gains most; of equals the first."""
    who, gains, asked = np.zeros(price.shape, np.int64), np.zeros(price.shape), np.zeros(price.shape)
    for place, sku in np.ndindex(*price.shape):
        local = float(price[place, sku])
        gain = [
            gain_of_a_unit(local, float(cost[firm, sku]), float(freight[firm, place]), float(fine[firm, place]), margin)
            if open_to[firm, place]
            else -math.inf
            for firm in range(len(cost))
        ]
        who[place, sku], gains[place, sku] = gain.index(max(gain)), max(gain)
        asked[place, sku] = local - undercut * max(*gain, 0.0)
    return GreyOffers(who, gains, asked)


def share_moved(local: float, asked: float, half: float) -> float:
    """Share of a SKU's order that an open buyer moves to a diverter.

    >>> share_moved(10.0, 10.0, 0.1), share_moved(10.0, 9.0, 0.1), share_moved(0.0, 0.0, 0.1)
    (0.0, 0.5, 0.0)
    """
    discount = (local - asked) / (local if local > 0.0 else 1.0)
    return discount / (discount + half)


def grey_orders(
    ordered: Ints, supplier: Index, price: Floats, offers: GreyOffers, open_buyer: Flags, half: float, draw: Floats
) -> Ints:
    """Units that each buyer orders from the diverter instead of its own supplier."""
    units = np.zeros(ordered.shape, np.int64)
    for buyer, sku in np.ndindex(*ordered.shape):
        place, wanted = int(supplier[buyer]), int(ordered[buyer, sku])
        if open_buyer[buyer]:
            share = share_moved(float(price[place, sku]), float(offers.price[place, sku]), half)
            units[buyer, sku] = min(math.floor(wanted * share + float(draw[buyer, sku])), wanted)
    return units


def worth_a_truck(units: Ints, supplier: Index, offers: GreyOffers, undercut: float, fixed: Floats) -> Ints:
    """Consignments that gain no more than they cost whatever their size stay at home."""
    gained: dict[tuple[int, int], float] = {}
    sent = np.zeros(units.shape, np.int64)
    for buyer, sku in np.ndindex(*units.shape):
        place = int(supplier[buyer])
        road = int(offers.diverter[place, sku]), place
        kept = (1.0 - undercut) * max(float(offers.gain[place, sku]), 0.0)
        gained[road] = gained.get(road, 0.0) + int(units[buyer, sku]) * kept
    for buyer, sku in np.ndindex(*units.shape):
        place = int(supplier[buyer])
        road = int(offers.diverter[place, sku]), place
        if goes(gained[road], float(fixed[road])):
            sent[buyer, sku] = units[buyer, sku]
    return sent


def goes(gained: float, fixed: float) -> bool:
    """Whether a truck leaves."""
    return gained > fixed


def contentment(profit: Floats, usual: Floats) -> Floats:
    """How content each partner is."""
    return np.array([content(p, u) for p, u in zip(profit.tolist(), usual.tolist(), strict=True)])


def content(profit: float, usual: float) -> float:
    """How content a profit makes whom is used to another.

    >>> content(3.0, 1.0), content(1.0, 1.0), content(-1.0, 1.0), content(0.0, 0.0)
    (0.75, 0.5, 0.0, 0.5)
    """
    size = abs(profit) + abs(usual)
    return 0.5 + 0.5 * (profit - usual) / (size if size > 0.0 else 1.0)


def cheaper_online(price: Floats, online: Floats) -> Floats:
    """By how much online shops are cheaper than each shop, as a share of its price, mean over SKUs."""
    found = np.zeros(len(price))
    for shop, asked in enumerate(price.tolist()):
        gaps = [max(1.0 - o / p, 0.0) if p > 0.0 else 0.0 for p, o in zip(asked, online.tolist(), strict=True)]
        found[shop] = sum(gaps) / len(gaps)
    return found
