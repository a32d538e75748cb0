"""From longitude and latitude to points on paper."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Paper:
    """An equirectangular map, true to shape at its middle latitude; (0, 0) is the lower left corner.

    Attributes:
        width, height: of the picture, points.
        marks: centres of the regions, shape (R, 2), points, in the order of the frame.
    """

    width: float
    height: float
    marks: Array

    @classmethod
    def of(cls, regions: pd.DataFrame, width: float, margins: tuple[float, float]) -> Self:
        """Lay regions out on paper.

        Args:
            regions: columns ``longitude``, ``latitude`` in degrees.
            width: of the paper, points.
            margins: horizontal and vertical room for marks and names, points.
        """
        longitude, latitude = (regions[name].to_numpy(np.float64) for name in ("longitude", "latitude"))
        middle = np.radians((latitude.min() + latitude.max()) / 2)
        east = (longitude - longitude.min()) * np.cos(middle)
        north = latitude - latitude.min()
        scale = (width - 2 * margins[0]) / max(float(east.max()), float(north.max()), 1e-9)
        indent = (width - scale * float(east.max())) / 2
        marks = np.column_stack([indent + scale * east, margins[1] + scale * north])
        return cls(width, 2 * margins[1] + scale * float(north.max()), marks)
