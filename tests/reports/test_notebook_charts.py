"""A notebook has the charts of the report: those of a result in memory, and those of a folder."""

from pathlib import Path

from matplotlib.figure import Figure

from channellab import charts
from channellab.experiments.compare import Comparison


def test_a_comparison_shows_all_of_them(comparison: Comparison) -> None:
    found = charts(comparison)
    assert all(isinstance(figure, Figure) for figure in found.values())
    assert {"lights-1", "fan-channel-profit", "funnel", "heat", "partners", "tiers", "network", "price"} <= found.keys()


def test_a_folder_shows_them_in_the_language_asked_for(calibration_folder: Path) -> None:
    english, chinese = (charts(calibration_folder, lang) for lang in ("en", "zh"))
    assert english.keys() == chinese.keys()
    words = [{text.get_text() for text in figure.findobj(lambda it: hasattr(it, "get_text"))} for figure in
             (next(iter(english.values())), next(iter(chinese.values())))]  # fmt: skip
    assert words[0] != words[1]
