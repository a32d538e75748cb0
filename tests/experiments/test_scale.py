"""The market is a scale model: with four times as many consumers and outlets it says the same about each of them."""

import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from channellab.scenarios.files import load

ROOT = Path(__file__).parents[2]
SEEDS, WEEKS = 3, 39


@pytest.fixture(scope="module")
def scale() -> ModuleType:
    """The benchmark of the same name, whose table stands in the docs."""
    spec = importlib.util.spec_from_file_location("scale", ROOT / "benchmarks" / "scale.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_what_is_enlarged(scale: ModuleType) -> None:
    small = load("one-tier").scenario
    both, alone = (load("one-tier", scale.enlarged(outlets=outlets)).scenario for outlets in (True, False))
    assert both.consumers.count == alone.consumers.count == 4 * small.consumers.count
    assert (
        both.network.sites_per_district == 4 * small.network.sites_per_district == 4 * alone.network.sites_per_district
    )
    assert both.manufacturer.plants == alone.manufacturer.plants
    assert [plant.capacity for plant in both.manufacturer.plants] == [240_000, 240_000]
    same = both.model_copy(
        update={name: getattr(small, name) for name in ("consumers", "network", "manufacturer", "distributors")}
    )
    assert same == small


@pytest.mark.slow
def test_the_base_market_is_a_scale_model(scale: ModuleType) -> None:
    small, both, consumers = scale.compare(SEEDS, WEEKS, workers=2)
    print("\n" + scale.show(small, both, consumers))
    together: dict[str, Any] = scale.changes(small, both)
    for name in scale.MEASURES:
        low, high = together[name]["ci95"]
        assert low >= -scale.TOLERANCE, name
        assert high <= scale.TOLERANCE, name
    alone: dict[str, Any] = scale.changes(small, consumers)
    assert alone["weeks_of_cover"]["mean"] < -0.3, (
        "consumers without outlets must show: they share the same safety stock"
    )
