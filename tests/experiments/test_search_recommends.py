"""Which candidate a search recommends, and what becomes of it when partners answer."""

from pathlib import Path
from typing import Any

from scipy.stats import norm

from channellab.experiments import frames
from channellab.experiments.executors import Place
from channellab.experiments.front import best_of
from channellab.experiments.search import search
from channellab.experiments.search_file import read_search

from .searches import PRICE, TWO, Written


def test_what_is_surely_better_in_everything_is_recommended_before_an_end_of_the_front(study: Written) -> None:
    """The first gives up a little of one objective for much of the other; nobody is as surely on the front."""
    file = study(TWO).file
    front = {1: 1.0, 2: 0.8, 3: 0.9, 4: 1.0}
    gains = {1: (-1.0, 9.0), 2: (3.0, 4.0), 3: (3.0, 3.0), 4: (-5.0, 9.0)}

    def row(candidate: int) -> dict[str, Any]:
        against = {
            each.label: {"mean": gain, "ci95": [gain - 2, gain + 2], "surely_better": float(norm.cdf(gain))}
            for each, gain in zip(file.objectives, gains[candidate], strict=True)
        }
        return {
            "candidate": candidate,
            "feasible": True,
            "against_today": against,
            "chance_of_front": front[candidate],
        }

    def of(*candidates: int) -> int | None:
        best = best_of([row(each) for each in candidates], file)
        return None if best is None else best["candidate"]

    assert of(1, 2, 4) == 2
    assert of(1, 2, 3, 4) == 3  # as sure as 2, and more surely on the front
    assert of(1, 4) == 1  # 4 is clearly worse in something
    assert of(4) is None


def test_what_is_recommended_is_tried_again_with_partners_that_answer(study: Written, tmp_path: Path) -> None:
    """Shops that answer by asking twice what they pay sell nothing of what costs them over half the choke price."""

    def found(answer: str) -> dict[str, Any]:
        """Today 40 is asked ex factory, at which shops of the double monopoly ask 70."""
        how = "evaluations = 12\nbatch = 6\nfinalists = 2\nfresh = 4\n[answer]\nsettle = 3\n[answer.settings]\n"
        fair = f"{PRICE} = {{low = 25.0, high = 60.0}}"  # above that shops find their share unfair
        file = Path(study(how=how + answer, levers=fair, count=1000).where)
        today = f"run.warmup = 1\n{PRICE} = 40.0"
        file.write_text(file.read_text("utf-8").replace("run.warmup = 1", today), "utf-8")
        recommended = search(read_search(file), tmp_path / "s", Place()).recommended
        assert recommended is not None
        return recommended

    calm = found("")
    answered = calm["answered"]
    assert answered["still_better"]
    assert answered["settings"]["conflict.push_withheld"] == 2.0
    runs = frames.runs(tmp_path / "s")
    again = runs[runs["policy"] == f"candidate {calm['candidate']} answer"]
    assert len(again) == 4
    assert not set(again["seed"]) & set(runs.loc[~runs["policy"].str.endswith("answer"), "seed"])
    # The same search goes on, as an answer decides nothing of what is tried before.
    double = 'retailers.formats.0.price = {rule = "markup", markup = 1.0}'
    hostile = found(double)
    assert hostile["candidate"] == calm["candidate"]
    assert hostile["against_today"] == calm["against_today"]
    assert not hostile["answered"]["still_better"]
    assert hostile["answered"]["against_today"]["manufacturer_profit"]["ci95"][0] <= 0
    assert "allowed are values from that of the tier" in found("policy.rebate.tiers.0.rate = 0.9")["answered"]["error"]
