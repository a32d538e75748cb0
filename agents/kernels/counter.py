"""At the counter, compiled: who goes without when goods are scarce, deals of groups, and shoppers who need advice."""

import numpy as np
import numpy.typing as npt

from channellab.agents.compiled import part
from channellab.agents.consumers import Mind
from channellab.agents.draws import key, unit
from channellab.agents.kernels.shelf import Basket, Habits, Luck, Shelf
from channellab.scenarios.arrays import Floats, Index, Ints

LATER = np.uint64(1) << np.uint64(63)
HALF = np.uint64(1)


@part
def losers(
    who: Index,
    wish: Index,
    waiter: npt.NDArray[np.bool_],
    through: npt.NDArray[np.bool_],
    lottery: np.uint64,
    now: np.uint64,
    stock: Ints,
) -> npt.NDArray[np.bool_]:
    """Which of the wishes go unmet: where an offer is wished for more often than it is in stock, a lottery decides.

    Those who waited come before the others; a keyed ticket orders the rest.

    Args:
        who, wish: (S,) shoppers and the offers they wish for.
        waiter: (S,) True for those who have waited for the offer.
        through: (S,) True for wishes that are lost anyway and compete with nobody.
        stock: (O x K,) units in stock.
    """
    wants = np.zeros(stock.size, np.int64)
    for s in range(who.size):
        if not through[s]:
            wants[wish[s]] += 1
    lost = through.copy()
    place = np.full(stock.size, -1, np.int64)
    entries = 0
    for offer in range(stock.size):
        if wants[offer] > stock[offer]:
            place[offer] = entries
            entries += wants[offer]
    if entries == 0:
        return lost
    filled = place.copy()
    ticket = np.empty(entries, np.uint64)
    holder = np.empty(entries, np.int64)
    for s in range(who.size):
        offer = wish[s]
        if place[offer] >= 0 and not through[s]:
            draw = key(lottery, np.uint64(who[s]), now) >> HALF
            ticket[filled[offer]] = draw if waiter[s] else draw | LATER
            holder[filled[offer]] = s
            filled[offer] += 1
    for offer in range(stock.size):
        if place[offer] >= 0:
            first, last = place[offer], place[offer] + wants[offer]
            _sort_by_ticket(ticket[first:last], holder[first:last])
            for entry in range(first + stock[offer], last):
                lost[holder[entry]] = True
    return lost


@part
def _sort_by_ticket(ticket: npt.NDArray[np.uint64], holder: Ints) -> None:
    """Sorts both by ticket, in place (Shell 1959): queues are short, and numpy's sorts allocate for each of them."""
    gap = ticket.size // 2
    while gap > 0:
        for entry in range(gap, ticket.size):
            low, who, place = ticket[entry], holder[entry], entry
            while place >= gap and ticket[place - gap] > low:
                ticket[place], holder[place] = ticket[place - gap], holder[place - gap]
                place -= gap
            ticket[place], holder[place] = low, who
        gap //= 2


@part
def fallen(who: Index, wish: Index, area: Index, areas: int, shelf: Shelf) -> npt.NDArray[np.bool_]:
    """Which of the first wishes fall through because too few of the area wish for the same at a group-buying shop.

    Those who wait for a unit count with the others.
    """
    skus, first = shelf.brand.size, shelf.first_online * shelf.brand.size
    through = np.zeros(who.size, np.bool_)
    largest = 1
    for shop in range(shelf.group_size.size):
        largest = max(largest, shelf.group_size[shop])
    if largest == 1:
        return through
    # Wishes for offers on the street are counted in column 0, as branches would cost more.
    enough = np.zeros(shelf.group_size.size * skus + 1, np.int64)
    for offer in range(enough.size - 1):
        enough[offer + 1] = shelf.group_size[offer // skus]
    group = np.zeros((areas, enough.size), np.int64)
    for s in range(who.size):
        group[area[who[s]], max(wish[s] - first + 1, 0)] += 1
    for s in range(who.size):
        offer = max(wish[s] - first + 1, 0)
        through[s] = group[area[who[s]], offer] < enough[offer]
    return through


@part
def in_stock(shelf: Shelf, stock: Ints) -> Floats:
    """Utility of what is still in stock; group-buying shops take first wishes only."""
    left = shelf.utility.copy()
    flat = left.ravel()
    for offer in range(stock.size):
        if stock[offer] <= 0:
            flat[offer] = -np.inf
    for shop in range(shelf.group_size.size):
        if shelf.group_size[shop] > 1:
            left[shelf.first_online + shop] = -np.inf
    return left


@part
def ask_advice(
    now: np.uint64,
    shoppers: int,
    who: Index,
    wish: Index,
    said: Floats,
    gain: Floats,
    mind: Mind,
    shelf: Shelf,
    habits: Habits,
    luck: Luck,
    basket: Basket,
) -> int:
    """Takes those who need advice on an own good out of the list of shoppers; they become leads.

    Returns:
        How many shoppers are left, in the order in which they were.
    """
    skus, left, wished = shelf.brand.size, 0, basket.wished.reshape(-1)
    for s in range(shoppers):
        i, offer = who[s], wish[s]
        new = mind.waiting_for[i] < 0 and mind.subscribed[i] < 0
        if new and offer % skus < shelf.own and unit(key(luck.advice, np.uint64(i), now)) < habits.advice:
            mind.lead[i] = 1
            mind.gain[i] = gain[s]
            basket.advised[i] = offer
            wished[offer] -= 1
        else:
            who[left], wish[left], said[left], gain[left] = i, offer, said[s], gain[s]
            left += 1
    return left
