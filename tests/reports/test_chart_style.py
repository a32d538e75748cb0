"""Charts can be told apart by everybody and leave no trace outside themselves."""

import itertools
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from matplotlib.colors import to_rgb
from PIL import Image

from channellab.reports.charts import save
from channellab.reports.charts.style import SERIES, dress, new_figure, text_width, wrapped

# Machado, Oliveira and Fernandes (2009), severity 1, on linear RGB, row by row.
VISIONS = {
    "normal": [1.0, 0, 0, 0, 1, 0, 0, 0, 1],
    "protan": [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998],
    "deutan": [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.01182, 0.04294, 0.968881],
    "tritan": [1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.3039],
}
TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
WHITE = TO_XYZ.sum(axis=1)


def linear(colour: str) -> np.ndarray:
    rgb = np.array(to_rgb(colour))
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def lab(rgb: np.ndarray) -> np.ndarray:
    xyz = TO_XYZ @ np.clip(rgb, 0, 1) / WHITE
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("vision", VISIONS)
def test_series_differ_for_every_colour_vision(vision: str) -> None:
    seen = [lab(np.reshape(VISIONS[vision], (3, 3)) @ linear(colour)) for colour in SERIES]
    assert min(np.linalg.norm(a - b) for a, b in itertools.combinations(seen, 2)) > 15  # 2.3 is just noticeable


def test_series_can_be_read_as_text_on_white() -> None:
    assert all(1.05 / (0.05 + TO_XYZ[1] @ linear(colour)) >= 3 for colour in SERIES)  # WCAG, large text and graphics


def test_pyplot_is_never_imported() -> None:
    code = "import sys, channellab.reports.charts; sys.exit('matplotlib.pyplot' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_saved_picture_carries_its_alternative_text(tmp_path: Path) -> None:
    figure = new_figure(1, 1)
    save(figure, tmp_path / "a.png", "A square, blank.")
    with Image.open(tmp_path / "a.png") as picture:
        assert picture.info["Description"] == "A square, blank."
    save(figure, tmp_path / "a.svg", "A square, blank.")
    assert "A square, blank." in (tmp_path / "a.svg").read_text(encoding="utf-8")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.png", "a.svg"]


def test_dollars_are_not_mathematics() -> None:
    figure = new_figure(1, 1)
    text = figure.text(0, 0, "from $5 to $10")
    dress(figure, "en")
    assert not text.get_parse_math()


@pytest.mark.parametrize("text", ["Line: mean over runs. " * 8, "实线为多次模拟的均值，色带为置信区间。" * 8])
def test_wrapped_lines_fit_and_lose_nothing(text: str) -> None:
    lines = wrapped(text, 300, 10).split("\n")
    assert len(lines) > 2
    assert all(text_width(line, 10) <= 310 for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
