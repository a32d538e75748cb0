"""How results show themselves in a notebook: a line, and their tidy table."""

from html import escape

import pandas as pd

MOST = 60
"""Rows of a table that are shown."""


class Shown:
    """Base of results; subclasses have a heading and a tidy table."""

    @property
    def heading(self) -> str:
        """What it is, in one line."""
        raise NotImplementedError

    @property
    def frame(self) -> pd.DataFrame:
        """The result as a tidy table."""
        raise NotImplementedError

    def _repr_html_(self) -> str:
        return f"<p><b>{escape(self.heading)}</b></p>{self.frame.to_html(max_rows=MOST, index=False, border=0)}"
