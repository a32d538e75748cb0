"""Coarse answers of the cards that come with the package, for the minute in which a fresh computer compiles.

``make wheel`` plays them and packs them. A room shows them only where nothing has changed since that decides a run:
they are known by the hash of the code, the scenario and the seed. What they lack is that packages and processor are
this computer's own, so the page says where they are from, and plays the same again as soon as it can.
"""

import shutil
from pathlib import Path

from channellab.experiments.identity import digest, environment
from channellab.experiments.play import play
from channellab.experiments.replicate import changed
from channellab.experiments.store import neutral
from channellab.reports.workshop.keeping import Told, found, write
from channellab.reports.workshop.limits import COARSE_WEEKS
from channellab.reports.workshop.presets import presets, with_preset
from channellab.reports.workshop.worker import Weeks, news_of
from channellab.scenarios.files import Loaded, load
from channellab.scenarios.identity import scenario_hash
from channellab.sim.market import Market

ANSWERS = Path(__file__).with_name("answers")
"""Where they lie in the package."""
SMALLEST = 9


def shipped(folder: Path, loaded: Loaded, seed: int) -> Told | None:
    """A run that came with the package and what it told on its way, if it was played by this very code."""
    return found(folder / f"{key(loaded, seed)}.run")


def key(loaded: Loaded, seed: int) -> str:
    """Hash of what decides a run but for packages and processor, which decide its last digits."""
    return digest([environment().code, scenario_hash(neutral(loaded.scenario), loaded.base), seed])


def pack(market: Loaded, folder: Path) -> None:
    """Plays the coarse answer of every card that fits the market; what lay in the folder is deleted."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name in presets():
        loaded = changed(with_preset(market, name), None, min(COARSE_WEEKS, market.scenario.run.weeks))
        seed, run = loaded.scenario.run.seed, loaded.scenario.run
        told: list[Weeks] = []

        def look(market: Market, told: list[Weeks] = told) -> None:
            told.append(news_of(market, 0, 0))

        played = play(loaded, seed, look=look, stride=run.warmup + run.weeks)
        with (folder / f"{key(loaded, seed)}.run").open("wb") as file:
            write(file, played, told, SMALLEST)


if __name__ == "__main__":
    pack(load("base"), ANSWERS)
