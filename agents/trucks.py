"""What goes into a truck."""

from channellab.agents.columns import Ints


def truckloads(units: Ints, holds: int) -> list[Ints]:
    """Splits (N, K) units into loads of ``holds`` units, receiver by receiver and SKU by SKU; the last may be less."""
    after = units.cumsum().reshape(units.shape)
    edges = range(0, int(units.sum()), holds)
    return [after.clip(edge, edge + holds) - (after - units).clip(edge, edge + holds) for edge in edges]
