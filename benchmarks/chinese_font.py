"""Make reports/fonts/NotoSansSC-GB2312.otf, the Chinese font that ships with the package.

python benchmarks/chinese_font.py FONT

FONT is NotoSansSC-Regular.otf, which the PyPI package ``pylopdf-fonts-zh-cn`` carries under the SIL Open Font License:
``pip download --no-deps pylopdf-fonts-zh-cn``, then unzip the wheel. Kept are the characters of GB2312, Latin-1 and the
signs that our texts use; hinting, vertical writing and alternative forms of characters go. 8 MB become 1.5 MB.
"""

import argparse
from pathlib import Path

from fontTools import subset

OUT = Path(__file__).resolve().parents[1] / "reports" / "fonts" / "NotoSansSC-GB2312.otf"
SIGNS = "–—‘’“”…−≈≤≥±×·•✓▲▼●◆■★"
NAMES = (0, 1, 2, 3, 4, 5, 6, 13, 14)
"""Copyright, names, version and licence stay in the file."""


def gb2312() -> set[str]:
    """Its 7,445 characters."""
    found = set()
    for row in range(0xA1, 0xF8):
        for cell in range(0xA1, 0xFF):
            found |= set(bytes([row, cell]).decode("gb2312", "ignore"))
    return found


def main() -> None:
    """Read the font, keep what is wanted, write it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("font", type=Path)
    latin = {chr(code) for code in (*range(0x20, 0x7F), *range(0xA0, 0x100))}
    wanted = gb2312() | latin | set(SIGNS)
    options = subset.Options(
        layout_features=[],
        hinting=False,
        notdef_outline=True,
        name_IDs=NAMES,
        recalc_timestamp=False,
        drop_tables=["BASE", "DSIG", "GPOS", "GSUB", "VORG", "vhea", "vmtx"],
    )
    font = subset.load_font(str(parser.parse_args().font), options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(text="".join(sorted(wanted)))
    subsetter.subset(font)
    font.save(OUT)
    print(f"{OUT.name}: {len(font.getBestCmap())} characters, {OUT.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
