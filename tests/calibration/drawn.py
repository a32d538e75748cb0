"""What the tests of closed forms share: how hard hypothesis looks, and any demand on a few units."""

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st

from channellab.calibration.gates.inventory import IntegerDemand

steady = settings(deadline=None, derandomize=True, max_examples=60)
weights = st.lists(st.integers(0, 9), min_size=1, max_size=6).filter(any)
demands = weights.map(lambda found: IntegerDemand(np.array(found) / sum(found)))
