"""Arrays by what they hold; docstrings give their shapes."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Index = npt.NDArray[np.int32]
"""Places in other arrays."""
Flags = npt.NDArray[np.bool_]
