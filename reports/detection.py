"""``python -m channellab.reports.detection PICTURE.png``: what alarms on unusual shipments find, by threshold."""

import argparse
from pathlib import Path

import numpy as np

from channellab.calibration.evidence.detection import (
    CLAIMED_ANOMALY,
    CLAIMED_CODES,
    MARKET,
    SMALLER,
    THRESHOLDS,
    mean_curve,
)
from channellab.calibration.evidence.finding import SEEDS, scenario, seeds_of
from channellab.reports.charts.roc import alt_text, roc
from channellab.reports.charts.style import save

CLAIMED = {"anomaly": CLAIMED_ANOMALY, "codes": CLAIMED_CODES}
"""Shares told right that the sources claim: lines to look at, no parameter."""


def main() -> None:
    """Plays DET1's markets and draws the curve."""
    parser = argparse.ArgumentParser(prog="python -m channellab.reports.detection", description=__doc__)
    parser.add_argument("picture", type=Path, metavar="PICTURE.png")
    parser.add_argument("--seeds", type=int, default=SEEDS, metavar="N", help=f"replications (default {SEEDS})")
    parser.add_argument("--lang", choices=("en", "zh"), default="en")
    chosen = parser.parse_args()
    thresholds = np.unique(np.concatenate([np.geomspace(0.05, 6.0, 60), THRESHOLDS]))
    curve = mean_curve(seeds_of(scenario(MARKET, **SMALLER), chosen.seeds), thresholds)
    told = curve, THRESHOLDS, CLAIMED, chosen.lang
    save(roc(*told), chosen.picture, alt_text(*told))


if __name__ == "__main__":
    main()
