"""Markets whose weeks are timed phase by phase, in CPU seconds of this process."""

import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from channellab.scenarios.files import load
from channellab.sim import week
from channellab.sim.market import Market
from channellab.sim.rules import COMPILED

Timed = Callable[..., Any]


class TimedMarket:
    """A market of the library and what its weeks took.

    Attributes:
        market: the market. consumers: their number.
        weeks: seconds of each timed week. phases: the same by phase. kernels: the same in ``hear``, ``in_need`` and
            ``shop`` alone.
    """

    def __init__(self, consumers: int, warmup: int, *overrides: str, scenario: str = "base") -> None:
        """Builds the market and plays ``warmup`` weeks that are not timed."""
        timed = ("hear", "in_need", "shop")
        rules = replace(COMPILED, **{name: self._kernel(getattr(COMPILED, name)) for name in timed})
        self.consumers, self._spent = consumers, 0.0
        self.market = Market(load(scenario, [f"consumers.count={consumers}", *overrides]).scenario, rules=rules)
        self.market.play(warmup)
        self.weeks: list[float] = []
        self.kernels: list[float] = []
        self.phases: dict[str, list[float]] = defaultdict(list)

    def play(self, weeks: int) -> tuple[float, float]:
        """Times so many weeks; consumer-weeks per second of whole weeks and of the kernels alone."""
        plain = week.PHASES
        week.PHASES = tuple(self._phase(phase) for phase in plain)  # type: ignore[assignment]
        try:
            for _ in range(weeks):
                self._step()
        finally:
            week.PHASES = plain
        done = self.consumers * weeks
        return done / sum(self.weeks[-weeks:]), done / sum(self.kernels[-weeks:])

    def _step(self) -> None:
        self._spent = 0.0
        start = time.process_time()
        self.market.step()
        self.weeks.append(time.process_time() - start)
        self.kernels.append(self._spent)

    def _phase(self, phase: Timed) -> Timed:
        def timed(market: Market) -> None:
            start = time.process_time()
            phase(market)
            self.phases[phase.__name__].append(time.process_time() - start)

        return timed

    def _kernel(self, kernel: Timed) -> Timed:
        def timed(*given: Any) -> Any:
            start = time.process_time()
            result = kernel(*given)
            self._spent += time.process_time() - start
            return result

        return timed
