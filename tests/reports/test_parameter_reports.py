"""Pages of calibrations to figures and to first purchases."""

import json
from pathlib import Path

import pytest

from channellab.cli import main
from channellab.reports.language import LANGUAGES
from channellab.reports.report import render

from .pages import Element, parsed

FOUND = {
    "kind": "calibration to targets",
    "scenario": "base",
    "parameters": {
        "retailers.stock.safety_factor": {"estimate": 1.25, "ci95": [0.9, 1.6], "identified": True},
        "consumers.awareness.forgetting": {"estimate": 0.05, "ci95": [0.001, 0.099], "identified": False},
    },
    "trade_offs": [{"pair": ["retailers.stock.safety_factor", "consumers.awareness.forgetting"], "correlation": -0.93}],
    "targets": [{"metric": "fill_rate", "target": 0.95, "error": 0.01, "model": 0.944, "model_error": 0.002}],
    "loss": {"search": 0.2, "foretold": 0.1, "fresh": 0.9},
    "failed_simulations": 3,
}


def rows(tree: Element, name: str) -> list[Element]:
    (found,) = tree.all("table", **{"data-table": name})
    return found.all("tbody")[0].all("tr")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_calibration_to_figures_has_its_settings_and_figures(tmp_path: Path, lang: str) -> None:
    (tmp_path / "result.json").write_text(json.dumps(FOUND), "utf-8")
    (tmp_path / "targets.csv").write_text("metric\n", "utf-8")
    tree = parsed(render(tmp_path, lang))
    assert [row.values() for row in rows(tree, "parameters")] == [[1.25], [0.05]]
    assert [row.values() for row in rows(tree, "targets")] == [[0.95, 0.01, 0.944, 0.002]]
    assert "0.9" in tree.text
    assert "-0.93" in tree.text
    assert "consumers.awareness.forgetting" in tree.text


def curve(years: int) -> dict[str, object]:
    """A result as `channellab calibrate` writes it, with made-up numbers."""
    names = ("adoptions", "fitted", "market", "closed_form_share", "market_share_adopted")
    rows = [{"year": 1949 + n, **{name: 0.1 * (n + k) for k, name in enumerate(names)}} for n in range(years)]
    told = {name: {"estimate": 0.1 * (k + 1), "ci95": [0.05, 0.5]} for k, name in enumerate("pqm")}
    return {"series": "dryers", **told, "r_squared": 0.9, "largest_gap_to_closed_form": 0.01, "curve": rows}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_first_purchases_have_their_curve(tmp_path: Path, lang: str) -> None:
    (tmp_path / "result.json").write_text(json.dumps(curve(6)), "utf-8")
    (tmp_path / "curve.csv").write_text("year\n", "utf-8")
    tree = parsed(render(tmp_path, lang))
    assert [row.values()[0] for row in rows(tree, "years")] == [0.1 * n for n in range(6)]
    assert [row.values() for row in rows(tree, "bass")] == [[0.1], [0.2], [pytest.approx(0.3)]]
    assert tree.all("svg")


@pytest.mark.slow
def test_first_purchases_are_fitted_again_from_the_page(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bought = (106, 319, 492, 635, 737)
    lines = ["series,year,adoptions", *(f"dryers,{1949 + n},{each}" for n, each in enumerate(bought)), ""]
    (tmp_path / "history.csv").write_text("\n".join(lines), "utf-8")
    told = '[diffusion]\nfile = "history.csv"\nseries = "dryers"\nconsumers = 1_000\nreplications = 2\n'
    (tmp_path / "study.toml").write_text(told, "utf-8")
    out, page = tmp_path / "out", tmp_path / "page.html"
    assert main(["calibrate", str(tmp_path / "study.toml"), "--out", str(out), "-q"]) == 0
    assert main(["report", str(out), "--out", str(page), "-q"]) == 0
    assert main(["rerun", str(page)]) == 0
    assert "numbers are the same" in capsys.readouterr().out
