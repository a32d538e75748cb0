"""How content partners are, compiled: what grey trade, accusations and audits hurt, and how satisfaction moves."""

import numpy as np

from channellab.agents.compiled import kernel
from channellab.agents.kernels.sums import total
from channellab.scenarios.arrays import Flags, Floats, Ints


@kernel
def contentment(profit: Floats, usual: Floats) -> Floats:
    """How content a profit makes whom is used to another: 1/2 where they are equal, from 0 to 1."""
    found = np.empty(profit.size)
    for f in range(profit.size):
        size = abs(profit[f]) + abs(usual[f])
        found[f] = 0.5 + 0.5 * (profit[f] - usual[f]) / (size if size > 0.0 else 1.0)
    return found


@kernel
def cheaper_online(price: Floats, online: Floats) -> Floats:
    """By how much the cheapest online shop is below a shop, (O,): share of the shop's price, mean over SKUs.

    Args:
        price: (O, K0) shelf prices. online: (K0,) lowest online prices, infinite where there are none.
    """
    found = np.zeros(price.shape[0])
    for k in range(price.shape[1]):
        for o in range(found.size):
            if price[o, k] > 0.0:
                found[o] += max(1.0 - online[k] / price[o, k], 0.0)
    found /= price.shape[1]
    return found


@kernel
def hurt_by_policing(
    lost: Ints, asked: Ints, accused: Flags, searched: Flags, weights: tuple[float, float, float]
) -> Floats:
    """What diversion, false accusations and audits take of satisfaction this week, (F,).

    Args:
        lost, asked: (F,) units that went to diverters, of those ordered in a party's territory. accused, searched: (F,)
            innocent. weights: of the share lost, of an accusation, and of an audit.
    """
    hurt = np.zeros(lost.size)
    from_diversion, from_accusation, from_audit = weights
    for f in range(hurt.size):
        share = lost[f] / asked[f] if asked[f] > 0 else 0.0
        hurt[f] = from_diversion * share + from_accusation * accused[f] + from_audit * searched[f]
    return hurt


@kernel
def feel(
    member: Ints,
    pleased: Floats,
    hurt: Floats,
    profit: Floats,
    content: Floats,
    resentment: Floats,
    usual: Floats,
    satisfaction_rate: float,
    habit_rate: float,
) -> tuple[float, float]:
    """Moves partners part of the way to how they feel this week; returns their mean content and resentment.

    Args:
        member: (M,) parties that are partners. pleased: (M,) how content the week makes each.
        hurt, profit: (F,) what conflict takes of satisfaction, and the week's profit, money.
        content, resentment, usual: (F,) columns of `PartnerColumns`, changed in place.
    """
    contents, resentments = np.empty(member.size), np.empty(member.size)
    for m in range(member.size):
        f = member[m]
        content[f] += satisfaction_rate * (pleased[m] - content[f])
        resentment[f] += satisfaction_rate * (min(hurt[f], pleased[m]) - resentment[f])
        usual[f] += habit_rate * (profit[f] - usual[f])
        contents[m], resentments[m] = content[f], resentment[f]
    return total(contents) / max(member.size, 1), total(resentments) / max(member.size, 1)
