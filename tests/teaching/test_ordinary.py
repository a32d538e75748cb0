"""A teaching market is a scenario like any other: no module knows its name."""

import re
from pathlib import Path

import pytest

import channellab
from channellab.scenarios.files import load

PACKAGE = Path(channellab.__file__).parent
MARKETS = (
    "bass-diffusion",
    "bilateral-monopoly",
    "bilateral-monopoly-three-tiers",
    "bilateral-monopoly-four-tiers",
    "bullwhip",
    "logit-shares",
    "newsvendor-channel",
    "serial-base-stock",
    "weekly-base-stock",
)


@pytest.mark.parametrize("name", [*MARKETS, "two-region-arbitrage"])
def test_stands_on_the_defaults_alone(name: str) -> None:
    loaded = load(name)
    assert loaded.scenario.about
    assert loaded.scenario.network.regions in ("single", "pair")
    assert "extends" not in (PACKAGE / "scenarios" / "library" / f"{name}.toml").read_text("utf-8")


def test_no_module_names_one() -> None:
    # A metric is called bullwhip_ratio and its functions after it; only the bare word in quotes would be the market.
    names = re.compile("|".join(rf"['\"]{re.escape(name)}['\"]" for name in MARKETS))
    # What plays them to hold the model against the world is no part of the model.
    folders = [folder for folder in PACKAGE.iterdir() if folder.name != "calibration"]
    modules = [*PACKAGE.glob("*.py"), *(path for folder in folders for path in folder.rglob("*.py"))]
    assert len(modules) > 50
    assert [path for path in modules if names.search(path.read_text("utf-8"))] == []
