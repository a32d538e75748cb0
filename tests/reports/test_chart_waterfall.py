"""The waterfall: a bar for each part, each from where the last one ended."""

from itertools import pairwise

import pytest
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from channellab.reports.charts import waterfall, waterfall_alt_text
from channellab.reports.shelf_price import MARGIN, STOCK, Part, ShelfPrice
from channellab.scenarios.errors import BadInput

PARTS = (
    Part("retailers", MARGIN, False, 0.3),
    Part("retailers", "support", True, 0.1),
    Part("distributors", MARGIN, False, -0.2),
    Part("manufacturer", MARGIN, False, 0.35),
    Part("manufacturer", "production", False, 0.499),
    Part("manufacturer", "holding", False, 0.001),
    Part("", STOCK, False, -0.05),
)
PRICE = ShelfPrice(100.0, PARTS, 0.0)
DIRECT = ShelfPrice(50.0, (Part("retailers", MARGIN, False, 0.4), Part("manufacturer", "production", False, 0.6)), 0.0)


def bars(axes: Axes) -> list[tuple[float, float]]:
    """Where each bar starts and ends, from the top."""
    found = [patch for patch in axes.patches if isinstance(patch, Rectangle)]
    return [(bar.get_x(), bar.get_x() + bar.get_width()) for bar in sorted(found, key=lambda bar: bar.get_y())]


def texts(axes: Axes) -> list[str]:
    return [text.get_text() for text in axes.texts]


def test_a_staircase_from_one_to_nothing() -> None:
    (axes,) = waterfall({"A": PRICE}).axes
    whole, *steps = bars(axes)
    assert whole == (0, 1)
    assert [end - start for start, end in steps] == pytest.approx([part.share for part in PARTS])
    assert [end for _, end in steps] == pytest.approx([1, *(start for start, _ in steps[:-1])])
    assert steps[-1][0] == pytest.approx(0)


def test_numbers_and_names_are_there() -> None:
    (axes,) = waterfall({"A": PRICE}).axes
    shown = texts(axes)
    for wanted in (
        "Retailers",
        "Support, from others in the channel",
        "Production",
        "Put into stock",
        "−0.200",
        "0.400",
    ):
        assert wanted in shown


def test_what_gives_back_is_hollow() -> None:
    (axes,) = waterfall({"A": PRICE}).axes
    ordered = sorted((bar for bar in axes.patches if isinstance(bar, Rectangle)), key=lambda bar: bar.get_y())
    assert [bar.get_facecolor()[3] == 0 for bar in ordered] == [False, False, False, True, False, False, False, True]


def test_scenarios_share_rows_and_scale() -> None:
    figure = waterfall({"A": PRICE, "B": DIRECT})
    left, right = figure.axes
    assert (left.get_xlim(), left.get_ylim()) == (right.get_xlim(), right.get_ylim())
    assert len(bars(right)) == 3
    assert "Distributors" in texts(left)
    assert "Distributors" not in texts(right)


def test_names_stay_in_the_picture() -> None:
    figure = waterfall({"A": PRICE, "B": DIRECT})
    figure.canvas.draw()
    frame = figure.bbox
    for axes in figure.axes:
        for text in axes.texts:
            box = text.get_window_extent()
            assert frame.x0 <= box.x0
            assert box.x1 <= frame.x1


def test_bars_stand_apart() -> None:
    figure = waterfall({"A": PRICE})
    figure.canvas.draw()
    (axes,) = figure.axes
    for above, below in pairwise(sorted(axes.patches, key=lambda bar: bar.get_window_extent().y0)):
        assert above.get_window_extent().y1 <= below.get_window_extent().y0


def test_alt_text_tells_every_part() -> None:
    told = waterfall_alt_text({"A": PRICE}, "en")
    assert told.startswith("Of 1.00 paid at the shelf. A: Retailers, Margin after costs: 0.300, ")
    assert "Put into stock: −0.050." in told
    assert "厂商生产 0.499" in waterfall_alt_text({"A": PRICE}, "zh")


def test_many_scenarios_wrap() -> None:
    figure = waterfall({str(n): DIRECT for n in range(5)})
    assert len({round(axes.get_position().y0, 6) for axes in figure.axes}) == 2


def test_no_scenario() -> None:
    with pytest.raises(BadInput, match="scenarios are none"):
        waterfall({})
