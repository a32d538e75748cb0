"""Who supplies whom, in the witness's own words: the tiers of a market, and which of their firms buy from which."""

from typing import Any

MAKERS = ("plants", "warehouses")
"""The brand's own."""
WHOLESALERS = ("distributors", "platform_distributors", "subdistributors")
SELLERS = (*MAKERS, *WHOLESALERS)
"""All who supply others; a firm's supplier is named by its place among these tiers, and its row."""
OUTLETS = ("retailers", "stores", "online")
"""Where shoppers buy, in the order in which whatever counts all outlets counts them."""
TIERS = (*SELLERS, *OUTLETS)


def served(moment: Any, seller: str) -> list[tuple[str, int, int]]:
    """All who buy from the firms of a tier: their tier, their row, and the row of the supplier.

    >>> from types import SimpleNamespace as Tier
    >>> nobody = {name: Tier(supplier_tier=[], supplier=[]) for name in TIERS}
    >>> some = nobody | {"retailers": Tier(supplier_tier=[2, 0, 2], supplier=[1, 0, 0])}
    >>> served(Tier(**some), "distributors")
    [('retailers', 0, 1), ('retailers', 2, 0)]
    """
    number = SELLERS.index(seller)
    return [
        (name, row, getattr(moment, name).supplier[row])
        for name in TIERS[1:]
        for row, tier in enumerate(getattr(moment, name).supplier_tier)
        if tier == number
    ]


def links(moment: Any) -> list[tuple[str, str]]:
    """Sellers and buyers by tier, from the top down."""
    return [(seller, buyer) for seller in SELLERS for buyer in dict.fromkeys(b for b, _, _ in served(moment, seller))]


def buyers_of(moment: Any, seller: str) -> list[str]:
    """The tiers that a tier supplies."""
    return [buyer for name, buyer in links(moment) if name == seller]


def outlets(moment: Any, column: str) -> list[Any]:
    """A column of all outlets."""
    return [row for name in OUTLETS for row in getattr(getattr(moment, name), column)]


def rows(tier: Any) -> range:
    """The firms of a tier."""
    return range(len(tier.party))


def patron(now: Any, tier: str, row: int) -> int:
    """Who buys for a firm from the brand: itself, or who is at the top of its chain."""
    firm = getattr(now, tier)
    seller = SELLERS[firm.supplier_tier[row]]
    return patron(now, seller, firm.supplier[row]) if seller in WHOLESALERS else int(firm.party[row])
