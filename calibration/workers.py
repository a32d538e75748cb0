"""What workers of a calibration are copies of: all that their work needs is imported once, and the likelihood is ready.

Importing takes three seconds, as long as many a fit.
"""

import numpy as np
import statsmodels.tsa.holtwinters  # noqa: F401  the module that imports it when it is first needed is in a hurry

from channellab.calibration import bootstrap, choose, diagnostics, judge, shared_shocks  # noqa: F401
from channellab.calibration.likelihood import Rows, score

_none, _begin, _nothing = np.zeros(0, np.int64), np.zeros(1, np.int64), np.zeros(0)
score(
    Rows(_begin, _begin, _none, _none, _none, np.zeros((0, 7)), _nothing, np.zeros(0, np.bool_)),
    _nothing,
    np.zeros((0, 7)),
    _nothing,
    _nothing,
    0.0,
    0.0,
)
