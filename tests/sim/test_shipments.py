"""Goods under way: when somebody can tell that more of them have arrived."""

import numpy as np

from channellab.sim.shipments import Shipment


def arriving(*days: float) -> Shipment:
    rows, units = np.arange(len(days)), np.ones((len(days), 1), np.int64)
    return Shipment("plants", "distributors", 0, 0.0, 0.0, rows, rows, np.array(days), units, units * 1.0)


def test_arrivals_count_from_the_next_look_at_stocks() -> None:
    goods = arriving(1.5, 3.0, 3.0, 7.0, 7.0, 8.25, 13.9, 14.0)
    # Stocks are looked at as weeks begin, on days 0, 7, 14, after what arrives at that moment, and as they end.
    assert goods.stops() == [(3.0, 3), (7.0, 5), (13.9, 7), (14.0, 8)]


def test_one_arrival_is_one_stop() -> None:
    assert arriving(3.5, 3.5).stops() == [(3.5, 2)]
