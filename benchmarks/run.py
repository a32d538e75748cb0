"""Speed and memory of the base market, held against the yardsticks in the same run; docs/speed.md tells how to read it.

python benchmarks/run.py [--quick] [--scenario every-policy] [--json | --markdown]
"""

import argparse
import json
import statistics
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from speed import yardstick
from speed.linearity import in_consumers, in_outlets
from speed.markets import TimedMarket
from speed.memory import bytes_per_consumer
from speed.offers import considered
from speed.plan import FULL, QUICK, TRIAL, Plan
from speed.processes import answer, second_process
from speed.table import HEADINGS, Phase, Row, headings, machine, markdown, print_table

SMALL, LARGE = 100_000, 1_000_000
POLICIES = "every-policy"
MEMORY = (250_000, 1_000_000)
C_WEEKS, MESA = 104, (20_000, 10)


def say(text: str) -> None:
    """Tells people what is going on."""
    print(text, file=sys.stderr, flush=True)


def rates(plan: Plan, folder: Path, markets: list[TimedMarket]) -> Iterator[Row]:
    """The market, a large one, and one with every policy, beside the yardsticks, in turns."""
    program, counting = (yardstick.build(folder, *options) for options in ((), ("-DCOUNT",)))
    if program is None:
        say(yardstick.NO_COMPILER)
    start = markets[0].market.fork()
    turns = [_turn(plan, program, markets) for _ in range(plan.rounds)]
    offers = _offers(start, markets[0], plan)
    yield _kernel_beside_c(turns, offers, counting, plan)
    yield _times_mesa("kernel_mesa", "consumer kernel, 100 thousand consumers, times plain Mesa", turns, "kernel", 55)
    yield _times_mesa("week_mesa", "whole week, 100 thousand consumers, times plain Mesa", turns, "small", 20)
    yield _times_mesa("week_mesa_million", "whole week, a million consumers, times plain Mesa", turns, "large", 50)
    words = "whole week with every policy, 100 thousand consumers, times plain Mesa"
    yield _times_mesa("week_mesa_policies", words, turns, "policies", 20)
    busiest = max(max(market.market.record.numbers["simpy_processes"]) for market in markets[:2])
    yield Row("simpy", "SimPy processes in the busiest week", busiest, ".0f", at_most=400)


def _turn(plan: Plan, program: Path | None, markets: list[TimedMarket]) -> dict[str, float]:
    """Consumer-weeks per second of everything that is compared, measured one after the other."""
    mesa = yardstick.mesa_rate(plan.consumers(MESA[0]), MESA[1])
    c = yardstick.c_rate(program, plan.consumers(SMALL), C_WEEKS) if program else float("nan")
    (small, kernel), (large, _), (policies, _) = (market.play(plan.weeks) for market in markets)
    return {"mesa": mesa, "c": c, "small": small, "large": large, "policies": policies, "kernel": kernel}


def _offers(start: Any, timed: TimedMarket, plan: Plan) -> float:
    """Offers considered per consumer-week in the timed weeks, counted by playing them again."""
    again, offers = considered(start, plan.rounds * plan.weeks)
    if again.record.numbers != timed.market.record.numbers:
        raise RuntimeError("the weeks that were counted are not those that were timed")
    return offers


def _kernel_beside_c(turns: list[dict[str, float]], offers: float, counting: Path | None, plan: Plan) -> Row:
    words = "consumer kernel, offers considered per second, over the C yardstick's"
    if counting is None:
        return Row("kernel_c", words, None, why="no gcc")
    theirs = yardstick.c_offers(counting, plan.consumers(SMALL), C_WEEKS)
    ratio = statistics.median(turn["kernel"] * offers / (turn["c"] * theirs) for turn in turns)
    return Row("kernel_c", words, ratio, at_least=0.8)


def _times_mesa(name: str, words: str, turns: list[dict[str, float]], which: str, target: float) -> Row:
    return Row(name, words, statistics.median(turn[which] / turn["mesa"] for turn in turns), ".1f", at_least=target)


def phases(small: TimedMarket, large: TimedMarket) -> list[Phase]:
    """The phases of the week, in their order."""
    times = [(name, 1000 * statistics.median(seconds)) for name, seconds in small.phases.items()]
    many = {name: 1000 * statistics.median(seconds) for name, seconds in large.phases.items()}
    return [Phase(name, {"100 thousand": time, "a million": many[name]}) for name, time in times]


def growth(plan: Plan) -> Iterator[Row]:
    """Linearity."""
    for words, measure in (("consumers", in_consumers), ("outlets", in_outlets)):
        say(f"linearity in {words}")
        figure = f"linearity in {words}: time(4x) - time(2x) over time(2x) - time(1x)"
        yield Row(f"linear_{words}", figure, measure(plan), at_most=2.2)


def memory(plan: Plan) -> Iterator[Row]:
    """Bytes a consumer."""
    say("memory")
    small, large = (plan.consumers(count) for count in MEMORY)
    after, peak = bytes_per_consumer(plan.scenario, small, large)
    yield Row("bytes_margin", "memory at the margin, a consumer", after, ".0f bytes", at_most=200)
    yield Row("bytes_peak", "memory at the peak of building, a consumer", peak, ".0f bytes", at_most=400)


def processes(plan: Plan) -> Iterator[Row]:
    """A second process, and the command line."""
    say("a batch on one and two processes")
    gain, others = second_process(plan)
    why = f"other programs took {others:.1f} cores" if others > 0.05 else ""
    yield Row("second_process", "throughput of a batch on two processes over one", gain, at_least=1.8, why=why)
    say("start-up")
    for words in ("--help", "scenarios list"):
        seconds = answer(words.split(), plan.rounds)
        yield Row(f"start_{words.split()[-1].strip('-')}", f"channellab {words}", seconds, ".2f s", at_most=0.5)


def measure(plan: Plan) -> tuple[list[Row], list[Phase]]:
    """All rows, and the phases of the week."""
    say("markets beside the yardsticks")
    played = (SMALL, plan.scenario), (LARGE, plan.scenario), (SMALL, POLICIES)
    markets = [TimedMarket(plan.consumers(count), plan.warmup, scenario=scenario) for count, scenario in played]
    with tempfile.TemporaryDirectory() as folder:
        rows = list(rates(plan, Path(folder), markets))
    week = phases(*markets[:2])
    markets.clear()
    return [*rows, *growth(plan), *memory(plan), *processes(plan)], week


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--quick", action="store_true", help="fewer repeats")
    size.add_argument("--trial", action="store_true", help="toy markets, to try the program; the figures mean nothing")
    parser.add_argument("--scenario", default="base", help="scenario of the library that is measured")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print one JSON document")
    form.add_argument("--markdown", action="store_true", help="print the tables of docs/speed.md")
    chosen = parser.parse_args()
    plan = TRIAL if chosen.trial else QUICK if chosen.quick else FULL
    rows, week = measure(replace(plan, scenario=chosen.scenario))
    if chosen.json:
        figures = {"machine": machine(), "rows": [row.document() for row in rows], "phases": [vars(p) for p in week]}
        print(json.dumps(figures, indent=2))
    elif chosen.markdown:
        print(f"{machine()}:\n\n{markdown(HEADINGS, rows)}\n{markdown(headings(week), week)}", end="")
    else:
        print_table("toy markets: these figures mean nothing" if chosen.trial else machine(), HEADINGS, rows)
        print_table("", headings(week), week)


if __name__ == "__main__":
    main()
