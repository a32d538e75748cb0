"""Markets written down in the tests themselves."""

from collections.abc import Callable

import pytest

from channellab.scenarios.files import load
from channellab.sim.market import Market


@pytest.fixture(scope="session")
def played(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Market]:
    """Plays the scenario of a text to its end."""

    def play(text: str) -> Market:
        path = tmp_path_factory.mktemp("market") / "market.toml"
        path.write_text(text)
        market = Market(load(str(path)).scenario)
        market.play(market.scenario.run.warmup + market.scenario.run.weeks)
        market.close()
        return market

    return play
