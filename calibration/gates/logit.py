"""Exact shares, elasticities and equilibrium prices of the multinomial logit with an outside option.

Symbols: the utility of offer ``j`` is ``a_j - alpha p_j`` plus an extreme-value shock of scale 1, the outside option
has utility 0; ``s_j`` is the share of offer ``j`` among all consumers, so that shares sum to less than 1.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import lambertw


def shares(utility: ArrayLike) -> NDArray[np.float64]:
    """Shares of the offers, ``s_j = exp(u_j) / (1 + sum_k exp(u_k))``; shape ``(J,)`` as ``utility``.

    Source: McFadden (1974), in Zarembka, Frontiers in Econometrics.

    >>> shares([2 - 0.5 * 4, 2.5 - 0.5 * 5]).round(4).tolist()
    [0.3333, 0.3333]
    """
    utilities = np.asarray(utility, dtype=np.float64)
    highest = max(0.0, float(utilities.max(initial=0.0)))
    weights = np.exp(utilities - highest)
    return np.asarray(weights / (np.exp(-highest) + weights.sum()))


def elasticities(alpha: float, prices: ArrayLike, share: ArrayLike) -> NDArray[np.float64]:
    """Elasticities of share ``j`` (row) to price ``k`` (column); shape ``(J, J)``.

    Own ``-alpha p_j (1 - s_j)``, cross ``alpha p_k s_k``, the same for every ``j``.

    Args:
        alpha: utility lost per money unit of price.
        prices: shape ``(J,)``; money per unit.
        share: shape ``(J,)``.

    Source: Train (2009), Discrete Choice Methods with Simulation, section 3.6.

    >>> elasticities(0.5, [4, 5], [1 / 3, 1 / 3]).round(4).tolist()
    [[-1.3333, 0.8333], [0.6667, -1.6667]]
    """
    price, sold = np.asarray(prices, dtype=np.float64), np.asarray(share, dtype=np.float64)
    return np.asarray(alpha * price * (sold - np.eye(price.size)))


def shares_without(share: ArrayLike, missing: int) -> NDArray[np.float64]:
    """Shares once offer ``j`` is out of stock: the others grow by ``1 / (1 - s_j)``; shape ``(J,)``.

    Source: independence of irrelevant alternatives, Luce (1959), Individual Choice Behavior.

    >>> shares_without([0.2, 0.5, 0.1], missing=1).round(4).tolist()
    [0.4, 0.0, 0.2]
    """
    sold = np.asarray(share, dtype=np.float64)
    left: NDArray[np.float64] = sold / (1 - sold[missing])
    left[missing] = 0.0
    return left


def bertrand_prices(
    quality: ArrayLike, alpha: float, costs: ArrayLike, owners: ArrayLike | None = None
) -> NDArray[np.float64]:
    """Nash prices of firms that each own one offer or several; shape ``(J,)``, money per unit.

    All offers of firm ``f`` carry one margin ``p - c = 1 / (alpha (1 - s_f))`` with ``s_f`` the sum of its shares.
    Its best answer is ``alpha (p - c) = 1 + W(T_f / (e A_f))``, with ``W`` Lambert's function, ``T_f`` the sum of
    ``exp(a_j - alpha c_j)`` over its own offers and ``A_f`` the sum of ``exp(u)`` over all others and the outside
    option. Prices are strategic complements: repeated answers, from prices at cost, rise to the one equilibrium.

    Args:
        quality: ``a_j``, shape ``(J,)``.
        alpha: utility lost per money unit of price.
        costs: unit costs, shape ``(J,)``; money per unit.
        owners: number of the firm that owns each offer, shape ``(J,)``; left out, each offer is a firm of its own.

    Source: Anderson, de Palma and Thisse (1992), Discrete Choice Theory of Product Differentiation; Nocke and Schutz
    (2018), Econometrica 86, for several offers.

    >>> bertrand_prices([2, 2.5], 0.5, [1, 1]).round(5).tolist()
    [3.88693, 4.34696]
    """
    cost = np.asarray(costs, dtype=np.float64)
    names = np.arange(cost.size) if owners is None else np.asarray(owners)
    firms = np.unique(names, return_inverse=True)[1]
    net = np.exp(np.asarray(quality, dtype=np.float64) - alpha * cost)
    worth = np.asarray(np.bincount(firms, weights=net), dtype=np.float64)
    return np.asarray(cost + _equilibrium_margins(worth)[firms] / alpha)


def _equilibrium_margins(worth: NDArray[np.float64]) -> NDArray[np.float64]:
    """Margins times alpha, one per firm, where each is the best answer to the others; ``worth`` is ``T_f``."""
    margins = np.zeros_like(worth)
    for _ in range(100_000):
        before, taken = margins, worth * np.exp(-margins)
        margins = np.asarray(1 + lambertw(worth / np.e / (1 + taken.sum() - taken)).real)
        if np.allclose(margins, before, rtol=1e-14, atol=0):
            return margins
    raise ValueError(f"no equilibrium found for firms worth {worth.tolist()}, expected finite moderate utilities")
