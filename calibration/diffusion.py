"""Calibrations to a history of first purchases, as they are written, and what comes of them.

```toml
[diffusion]
file = "durables.csv"            # columns series, year, adoptions
series = "clothes_dryers"
consumers = 100_000              # of the market that plays the curve
replications = 4
```
"""

import csv
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from pydantic import Field

from channellab.calibration.bass import WEEKS, BassFit, fit_bass, played
from channellab.calibration.gates.diffusion import bass_share
from channellab.experiments.inputs import Declared, read_study
from channellab.scenarios.arrays import Floats
from channellab.scenarios.errors import BadInput

COLUMNS = ("series", "year", "adoptions")


class DiffusionSettings(Declared):
    """Which history, and how large a market plays it."""

    file: str
    series: str
    consumers: int = Field(100_000, ge=1000, le=10_000_000)
    replications: int = Field(4, ge=2, le=1000)


class DiffusionFile(Declared):
    """A calibration as it is written."""

    about: str = ""
    diffusion: DiffusionSettings


@dataclass(frozen=True)
class DiffusionStudy:
    """A calibration that was read: its settings, and adoptions (Y,) in successive years."""

    settings: DiffusionSettings
    years: tuple[int, ...]
    adoptions: Floats


def read_diffusion(path: Path) -> DiffusionStudy:
    """Reads and checks a calibration and its history.

    Raises:
        BadInput: for the first thing that is wrong.
    """
    settings: DiffusionSettings = read_study(path, DiffusionFile).diffusion
    file = path.parent / settings.file
    where = str(file)
    try:
        rows = pd.read_csv(file)
    except (OSError, UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise BadInput(str(path), "diffusion.file", f"is {settings.file!r}, which cannot be read: {error}") from None
    missing = [name for name in COLUMNS if name not in rows]
    if missing:
        raise BadInput(where, missing[0], f"is missing, needed are the columns {', '.join(COLUMNS)}")
    known = sorted(rows["series"].astype(str).unique())
    found = rows[rows["series"].astype(str) == settings.series].sort_values("year")
    if found.empty:
        raise BadInput(str(path), "diffusion.series", f"is {settings.series!r}, allowed are {', '.join(known)}")
    numbers = found[["year", "adoptions"]].apply(pd.to_numeric, errors="coerce").to_numpy(dtype=float)
    years = numbers[:, 0]
    if not (np.diff(years) == 1).all():
        raise BadInput(where, "year", f"of {settings.series!r} are not successive whole years, each once")
    return DiffusionStudy(settings, tuple(int(year) for year in years), _checked(numbers[:, 1], where, settings.series))


def _checked(adoptions: Floats, where: str, series: str) -> Floats:
    try:
        fit_bass(adoptions)
    except ValueError as error:
        raise BadInput(where, f"adoptions of {series!r}", str(error)) from None
    return adoptions


@dataclass(frozen=True)
class Diffusion:
    """A fit, and the curve that the market's consumers make of it: share adopted at each year's end, (R, Y)."""

    study: DiffusionStudy
    fit: BassFit
    market: Floats

    def document(self) -> dict[str, Any]:
        """As plain data; the curves are shares of those who adopt in the end."""
        exact = self._exact()
        return {
            "kind": "diffusion",
            "series": self.study.settings.series,
            "consumers": self.study.settings.consumers,
            "replications": self.study.settings.replications,
            **self.fit.document(),
            "largest_gap_to_closed_form": float(np.abs(self.market.mean(axis=0) - exact).max()),
            "curve": self.rows(),
        }

    def rows(self) -> list[dict[str, float]]:
        """Year by year: adoptions as they were, as fitted, as the market plays them; shares by formula and market."""
        shares = self.market.mean(axis=0)
        per_year = self.fit.m * np.diff(shares, prepend=0.0)
        columns = zip(
            self.study.years,
            self.study.adoptions.tolist(),
            self.fit.fitted.tolist(),
            per_year.tolist(),
            self._exact().tolist(),
            shares.tolist(),
            strict=True,
        )
        names = ("year", "adoptions", "fitted", "market", "closed_form_share", "market_share_adopted")
        return [dict(zip(names, row, strict=True)) for row in columns]

    def write(self, folder: Path) -> None:
        """``result.json``, ``curve.csv``, and ``fitted.toml``, the market with these p and q."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "result.json").write_text(json.dumps(self.document(), indent=2) + "\n", "utf-8")
        rows = self.rows()
        with (folder / "curve.csv").open("w", encoding="utf-8", newline="") as sink:
            writer = csv.DictWriter(sink, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
        lines = [
            'extends = "bass-diffusion"',
            f"consumers.count = {self.study.settings.consumers}",
            f"consumers.awareness.innovation = {self.fit.p / WEEKS!r}",
            f"consumers.awareness.imitation = {self.fit.q / WEEKS!r}",
            "",
        ]
        (folder / "fitted.toml").write_text("\n".join(lines), "utf-8")

    def _exact(self) -> Floats:
        return bass_share(np.arange(1, len(self.study.years) + 1), self.fit.p, self.fit.q)


def fit_diffusion(study: DiffusionStudy) -> Diffusion:
    """Fits the curve and lets the market's consumers play it."""
    fit = fit_bass(study.adoptions)
    settings = study.settings
    return Diffusion(study, fit, played(fit, len(study.years), settings.consumers, settings.replications))
