"""Reads a QR code as a phone does once it has found it: by ISO/IEC 18004, and with no line of what draws it.

From the modules: format (with its BCH code), mask, the way of the bits, blocks (whose Reed-Solomon syndromes must all
be 0), and text. Versions 1 to 7, which hold up to 122 bytes.
"""

import re
from itertools import product, zip_longest

import numpy as np
import numpy.typing as npt

Modules = npt.NDArray[np.bool_]
"""Dark modules, bool[n, n], without the light margin."""
LEVELS = "MLHQ"
MASKS = (
    lambda i, j: (i + j) % 2,
    lambda i, j: i % 2 + 0 * j,
    lambda i, j: j % 3 + 0 * i,
    lambda i, j: (i + j) % 3,
    lambda i, j: (i // 2 + j // 3) % 2,
    lambda i, j: i * j % 2 + i * j % 3,
    lambda i, j: (i * j % 2 + i * j % 3) % 2,
    lambda i, j: ((i + j) % 2 + i * j % 3) % 2,
)
BLOCKS: dict[int, dict[str, tuple[int, list[int]]]] = {
    1: {"L": (7, [19]), "M": (10, [16]), "Q": (13, [13]), "H": (17, [9])},
    2: {"L": (10, [34]), "M": (16, [28]), "Q": (22, [22]), "H": (28, [16])},
    3: {"L": (15, [55]), "M": (26, [44]), "Q": (18, [17] * 2), "H": (22, [13] * 2)},
    4: {"L": (20, [80]), "M": (18, [32] * 2), "Q": (26, [24] * 2), "H": (16, [9] * 4)},
    5: {"L": (26, [108]), "M": (24, [43] * 2), "Q": (18, [15] * 2 + [16] * 2), "H": (22, [11] * 2 + [12] * 2)},
    6: {"L": (18, [68] * 2), "M": (16, [27] * 4), "Q": (24, [19] * 4), "H": (28, [15] * 4)},
    7: {"L": (20, [78] * 2), "M": (18, [31] * 4), "Q": (18, [14] * 2 + [15] * 4), "H": (26, [13] * 4 + [14])},
}
"""By version and level: codewords of correction of a block, and codewords of data of every block (table 9)."""


def of_svg(svg: str) -> tuple[Modules, int]:
    """The modules that lines of an SVG draw, and the narrowest margin around them."""
    side = int(re.search(r'viewBox="0 0 (\d+) \1"', svg)[1])  # type: ignore[index]
    drawn = np.zeros((side, side), bool)
    (path,) = re.findall(r'stroke="#000"[^>]* d="([^"]+)"|d="([^"]+)"[^>]* stroke="#000"', svg)
    x = y = 0.0
    for command, numbers in re.findall(r"([Mmh])([-\d. ]+)", "".join(path)):
        values = [float(each) for each in re.findall(r"-?[\d.]+", numbers)]
        if command == "h":
            drawn[int(y), int(x) : int(x + values[0])] = True
            x += values[0]
        else:
            x, y = (values[0], values[1]) if command == "M" else (x + values[0], y + values[1])
    return _inner(drawn)


def of_picture(grey: npt.NDArray[np.uint8]) -> tuple[Modules, int]:
    """The modules of a picture that holds nothing but an upright code; the margin in modules."""
    dark = grey < 128
    rows, columns = np.flatnonzero(dark.any(1)), np.flatnonzero(dark.any(0))
    top, left, side = rows[0], columns[0], columns[-1] - columns[0] + 1
    assert abs(int(rows[-1] - top + 1) - int(side)) <= 1, "it is square"
    seven = int(np.argmin(dark[top + 1, left:]))  # the upper edge of the first finder
    count = round(side / (seven / 7))
    centres = ((np.arange(count) + 0.5) * side / count).astype(int)
    return dark[np.ix_(top + centres, left + centres)], int(min(top, left) * 7 // seven)


def read(dark: Modules) -> str:
    """The text of a code; an AssertionError says what is wrong with it."""
    side = len(dark)
    version = (side - 17) // 4
    assert side == 17 + 4 * version, "it has a size that codes have"
    level, mask = _format(dark)
    i, j = np.indices(dark.shape)
    bits = (dark ^ (MASKS[mask](i, j) == 0))[*_way(side, version)]
    words = np.packbits(bits[: len(bits) // 8 * 8])
    data = _corrected(words, *BLOCKS[version][level])
    told = "".join(f"{word:08b}" for word in data)
    assert told[:4] == "0100", "it holds bytes"
    length = int(told[4:12], 2)
    return bytes(int(told[12 + 8 * k : 20 + 8 * k], 2) for k in range(length)).decode()


def _inner(drawn: Modules) -> tuple[Modules, int]:
    rows, columns = np.flatnonzero(drawn.any(1)), np.flatnonzero(drawn.any(0))
    margin = min(rows[0], columns[0], len(drawn) - 1 - rows[-1], len(drawn) - 1 - columns[-1])
    return drawn[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1], int(margin)


def _format(dark: Modules) -> tuple[str, int]:
    """Level and mask, from the 15 bits around the first finder."""
    places = [(8, j) for j in (0, 1, 2, 3, 4, 5, 7, 8)] + [(i, 8) for i in (7, 5, 4, 3, 2, 1, 0)]
    value = int("".join(str(int(dark[place])) for place in places), 2) ^ 0b101010000010010
    left = value
    for shift in range(4, -1, -1):
        if left >> (10 + shift) & 1:
            left ^= 0b10100110111 << shift
    assert left == 0, "its format is whole"
    return LEVELS[value >> 13], value >> 10 & 7


def _way(side: int, version: int) -> tuple[list[int], list[int]]:
    """Rows and columns of the modules that hold data, in the order of their bits."""
    fixed, rows, columns = _fixed(side, version), [], []
    for turn, right in enumerate(range(side - 1, 0, -2)):
        pair = right if right > 6 else right - 1  # the column of the timing is passed over
        for i in range(side) if turn % 2 else range(side - 1, -1, -1):
            for j in (pair, pair - 1):
                if not fixed[i, j]:
                    rows.append(i)
                    columns.append(j)
    return rows, columns


def _fixed(side: int, version: int) -> Modules:
    """Modules that hold no data."""
    fixed = np.zeros((side, side), bool)
    fixed[:9, :9] = fixed[:9, -8:] = fixed[-8:, :9] = True  # finders and format
    fixed[6, :] = fixed[:, 6] = True  # timing
    centres = {1: [], 7: [6, 22, side - 7]}.get(version, [6, side - 7])
    for a, b in product(centres, centres):
        if (a, b) not in {(6, 6), (6, side - 7), (side - 7, 6)}:
            fixed[a - 2 : a + 3, b - 2 : b + 3] = True
    if version >= 7:
        fixed[:6, -11:-8] = fixed[-11:-8, :6] = True
    return fixed


def _corrected(words: npt.NDArray[np.uint8], correction: int, sizes: list[int]) -> list[int]:
    """The data of all blocks, which are dealt out codeword by codeword; each must be whole."""
    given = iter(words.tolist())
    blocks: list[list[int]] = [[] for _ in sizes]
    for wanted in ([[*range(size)] for size in sizes], [[*range(correction)]] * len(sizes)):
        for row in zip_longest(*wanted):
            for block, place in zip(blocks, row, strict=True):
                if place is not None:
                    block.append(next(given))
    for block in blocks:
        assert not any(_syndrome(block, power) for power in range(correction)), "its blocks are whole"
    return [word for block, size in zip(blocks, sizes, strict=True) for word in block[:size]]


def _syndrome(block: list[int], power: int) -> int:
    """The block as a polynomial over GF(256) at the power of its generator."""
    at = 1
    for _ in range(power):
        at = _times(at, 2)
    value = 0
    for word in block:
        value = _times(value, at) ^ word
    return value


def _times(a: int, b: int) -> int:
    found = 0
    while b:
        found ^= a if b & 1 else 0
        a = a << 1 ^ (0x11D if a & 0x80 else 0)
        b >>= 1
    return found
