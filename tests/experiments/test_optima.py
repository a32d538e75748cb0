"""On the newsvendor market a search finds what is known to be best (Arrow, Harris and Marschak 1951; Taylor 2002)."""

from pathlib import Path
from typing import Any

import pytest

from channellab.calibration.gates.inventory import NormalDemand
from channellab.calibration.gates.prices import NewsvendorChannel, integrated_newsvendor
from channellab.experiments.executors import Place
from channellab.experiments.search import search
from channellab.experiments.search_file import read_search

CHANNEL, WHOLESALE = NewsvendorChannel(10, 3, NormalDemand(100, 30)), 6.0
RATE = "policy.rebate.tiers.0.rate"


@pytest.mark.slow
def test_it_finds_the_rebate_that_makes_a_newsvendor_channel_act_as_one_firm(tmp_path: Path) -> None:
    """The lever is the rebate on units above the target, from none to twice the best; the channel's profit is flat
    around its top, so what is found is judged by the profit on fresh seeds and by the order that the rate makes."""
    file = tmp_path / "study.toml"
    file.write_text(
        f"""
        scenarios = ["newsvendor-channel"]
        weeks = 52
        replications = 2
        [levers]
        {RATE} = {{low = 0.0, high = 3.3333}}
        [[objectives]]
        metric = "channel_profit"
        [search]
        evaluations = 24
        batch = 8
        finalists = 3
        fresh = 8
        """,
        "utf-8",
    )
    found = search(read_search(file), tmp_path / "s", Place())
    document: dict[str, Any] = found.document()
    best = integrated_newsvendor(CHANNEL)
    top = document["finalists"][0]
    assert top["objectives"]["channel_profit"]["mean"] == pytest.approx(52 * best.channel, rel=0.02)
    # The order that a rate brings about: F(Q) = (p + tau - w) / (p + tau) with tau = rate x w.
    tau = WHOLESALE * float(top["values"][RATE])
    order = CHANNEL.demand.quantile((CHANNEL.price + tau - WHOLESALE) / (CHANNEL.price + tau))
    assert order == pytest.approx(best.order, rel=0.02)
