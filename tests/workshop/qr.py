"""Reads QR codes as phones do: zxing-cpp, which shares no line with what draws ours, looks for them in a picture."""

import re

import numpy as np
import numpy.typing as npt
import zxingcpp

Picture = npt.NDArray[np.uint8]
"""Grey values, uint8[rows, columns]."""
_PIXELS = 5
"""Of a module."""


def of_svg(svg: str) -> Picture:
    """What the lines of an SVG draw."""
    side = int(re.search(r'viewBox="0 0 (\d+) \1"', svg)[1])  # type: ignore[index]
    dark = np.zeros((side, side), np.bool_)
    (path,) = re.findall(r'stroke="#000"[^>]* d="([^"]+)"', svg)
    x = y = 0.0
    for command, numbers in re.findall(r"([Mmh])([-\d. ]+)", path):
        values = [float(each) for each in re.findall(r"-?[\d.]+", numbers)]
        if command == "h":
            dark[int(y), int(x) : int(x + values[0])] = True
            x += values[0]
        else:
            x, y = (values[0], values[1]) if command == "M" else (x + values[0], y + values[1])
    return np.kron(np.where(dark, 0, 255), np.ones((_PIXELS, _PIXELS))).astype(np.uint8)


def read(picture: Picture) -> tuple[str, str]:
    """Text and level of correction of the one code in a picture."""
    found = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode)
    assert len(found) == 1, f"{len(found)} codes are found"
    return found[0].text, found[0].ec_level


def margin(picture: Picture) -> int:
    """Light modules above and left of an upright code, whichever is fewer."""
    dark = picture < 128
    top, left = int(dark.any(1).argmax()), int(dark.any(0).argmax())
    seven = int(np.argmin(dark[top + 1, left:]))  # the upper edge of the first finder
    return min(top, left) * 7 // seven
