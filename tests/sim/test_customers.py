"""Whom partners have supplied before."""

import numpy as np

from channellab.sim.customers import Customers


def test_a_customer_is_known_since_its_first_delivery() -> None:
    book = Customers()
    assert book.meet(np.array([7, 3, 7]), 1).tolist() == [1, 1, 1]
    assert book.meet(np.array([3, 9, 5]), 2).tolist() == [1, 2, 2]
    assert book.meet(np.array([9, 7, 5, 3]), 3).tolist() == [2, 1, 2, 1]
    assert (book.pair.tolist(), book.since.tolist()) == ([3, 5, 7, 9], [1, 2, 1, 2])
    assert book.meet(np.empty(0, np.int64), 4).size == 0
