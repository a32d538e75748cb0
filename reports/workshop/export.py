"""A job as a report to take along: the same page that ``channellab report`` writes."""

import tempfile
import threading
from pathlib import Path

from channellab.reports.report import render
from channellab.reports.workshop.results import Played, comparison

DRAWING = threading.Lock()
"""Matplotlib draws one picture at a time."""


def report(played: Played, lang: str) -> str:
    """The report as HTML.

    Raises:
        BadInput: the language is unknown.
    """
    with tempfile.TemporaryDirectory() as folder, DRAWING:
        comparison(played).write(Path(folder))
        return render(Path(folder), lang)
