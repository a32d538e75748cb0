"""Firms that leave small markets."""

from channellab.sim.market import Market

Leaver = tuple[int, str, int]
"""Week before which a firm leaves, its table and its row."""
LEAVERS: tuple[tuple[Leaver, ...], ...] = (
    (),
    ((7, "retailers", 2), (13, "distributors", 0)),
    ((6, "distributors", 0), (6, "subdistributors", 1), (11, "retailers", 5)),
    ((9, "plants", 0), (9, "retailers", 0), (12, "kols", 0)),
    ((5, "rivals", 0),),
    ((6, "online", 0), (12, "subdistributors", 1)),
    ((5, "subdistributors", 0), (9, "distributors", 0), (13, "online", 1)),
    ((10, "manufacturers", 0),),
)


def leave(market: Market, leaver: Leaver) -> None:
    """Removes a firm, if the market has it, as Mesa removes an agent."""
    _, table, row = leaver
    for firm in list(market.agents):
        if (firm.table, firm.row) == (table, row):
            firm.remove()
