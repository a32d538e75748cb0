"""Bass's durables give the estimates of the literature, and the market's consumers play the curve that was fitted."""

import numpy as np
import pytest

from channellab.calibration.bass import fit_bass
from channellab.calibration.diffusion import fit_diffusion, read_diffusion
from channellab.calibration.gates.diffusion import bass_sales
from channellab.scenarios.errors import BadInput

DURABLES = {
    "room air conditioners": (
        [96, 195, 238, 380, 1045, 1230, 1267, 1828, 1586, 1673, 1800, 1580, 1500],
        (0.0094, 0.3748, 18_713),
    ),
    "colour television": ([747, 1480, 2646, 5118, 5777, 5982, 5962, 4631], (0.0185, 0.6159, 39_659)),
    "clothes dryers": (
        [106, 319, 492, 635, 737, 890, 1397, 1523, 1294, 1240, 1425, 1260, 1236],
        (0.0136, 0.3267, 16_497),
    ),
}
"""Thousand first purchases a year (Bass 1969), and the least-squares estimates printed in the later literature."""


@pytest.mark.parametrize("name", DURABLES)
def test_durables_give_the_published_estimates(name: str) -> None:
    adoptions, (p, q, m) = DURABLES[name]
    fit = fit_bass(np.array(adoptions, float))
    assert (round(fit.p, 4), round(fit.q, 4), round(fit.m)) == (p, q, m)
    assert fit.ci95["p"][0] < p < fit.ci95["p"][1]


def test_a_curve_gives_its_own_parameters_back() -> None:
    fit = fit_bass(bass_sales(12, 0.02, 0.45, 5000))
    assert [fit.p, fit.q, fit.m] == pytest.approx([0.02, 0.45, 5000], rel=1e-4)


HISTORY = "series,year,adoptions\n" + "".join(
    f"dryers,{1949 + n},{each}\n" for n, each in enumerate(DURABLES["clothes dryers"][0])
)


def _written(folder, history=HISTORY, series="dryers"):  # type: ignore[no-untyped-def]
    (folder / "history.csv").write_text(history, "utf-8")
    file = folder / "study.toml"
    file.write_text(
        f'[diffusion]\nfile = "history.csv"\nseries = "{series}"\nconsumers = 5_000\nreplications = 2\n', "utf-8"
    )
    return file


def test_the_market_plays_the_fitted_curve(tmp_path) -> None:  # type: ignore[no-untyped-def]
    """With 5,000 consumers a curve strays by about .01 from the formula."""
    short = "\n".join(HISTORY.splitlines()[:8])
    found = fit_diffusion(read_diffusion(_written(tmp_path, short)))
    assert found.document()["largest_gap_to_closed_form"] < 0.03
    found.write(tmp_path / "out")
    assert {file.name for file in (tmp_path / "out").iterdir()} == {"result.json", "curve.csv", "fitted.toml"}


@pytest.mark.parametrize(
    ("history", "series", "told"),
    [
        (HISTORY.replace("adoptions", "sales"), "dryers", "needed are the columns series, year, adoptions"),
        (HISTORY, "fridges", "allowed are dryers"),
        (HISTORY.replace("1951", "1950"), "dryers", "are not successive whole years"),
        ("\n".join(HISTORY.splitlines()[:4]), "dryers", "has 3 years, needed are 5"),
        (HISTORY.replace("492", "-492"), "dryers", "has years that are negative"),
        (HISTORY.replace("492", "many"), "dryers", "has years that are negative or no number"),
    ],
)
def test_a_bad_history_is_refused_in_one_sentence(tmp_path, history: str, series: str, told: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(BadInput, match=told):
        read_diffusion(_written(tmp_path, history, series))
