"""Who supplies whom, in the witness's own words: the tiers of a market, and which of them buy from which."""

from itertools import pairwise
from typing import Any

STREET = ("plants", "distributors", "subdistributors", "retailers")
"""The way to the shops of a city; a market may do without the tiers in the middle."""
SELLERS = STREET[:-1]
WHOLESALERS = ("distributors", "subdistributors")
OUTLETS = ("retailers", "online")
"""Where shoppers buy; in whatever counts all outlets, the online shops come behind the others."""
TIERS = (*STREET, "online")


def links(moment: Any) -> list[tuple[str, str]]:
    """Sellers and buyers, from the plants down; online shops buy from plants.

    >>> from types import SimpleNamespace as Tier
    >>> links(Tier(plants=Tier(party=[8]), distributors=Tier(party=[]), subdistributors=Tier(party=[9, 10]),
    ...            retailers=Tier(party=[12, 13]), online=Tier(party=[11])))
    [('plants', 'subdistributors'), ('subdistributors', 'retailers'), ('plants', 'online')]
    """
    pairs = list(pairwise(name for name in STREET if getattr(moment, name).party))
    return [*pairs, ("plants", "online")] if moment.online.party else pairs


def buyers_of(moment: Any, seller: str) -> list[str]:
    """The tiers that a tier supplies."""
    return [buyer for name, buyer in links(moment) if name == seller]


def outlets(moment: Any, column: str) -> list[Any]:
    """A column of all outlets."""
    return [row for name in OUTLETS for row in getattr(getattr(moment, name), column)]


def rows(tier: Any) -> range:
    """The firms of a tier."""
    return range(len(tier.party))
