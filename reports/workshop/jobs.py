"""Jobs: policies played on the same luck, a coarse answer first and a fine one after; a job owns its runs.

All of it lives in the thread of the event loop. A run that was played before, by whichever job, is not played again.
"""

import asyncio
import secrets
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from channellab.experiments.identity import environment
from channellab.experiments.inputs import with_values
from channellab.experiments.play import Run
from channellab.experiments.replicate import changed, replication_seeds
from channellab.experiments.store import neutral
from channellab.reports.language import LANGUAGES, Lang
from channellab.reports.refusals import told
from channellab.reports.workshop import results
from channellab.reports.workshop.crew import Crew, Flight, RunFailed
from channellab.reports.workshop.keeping import Keeper
from channellab.reports.workshop.levers import STEERED
from channellab.reports.workshop.limits import COARSE_WEEKS, JOBS, RUNS, Limits
from channellab.reports.workshop.log import Log
from channellab.reports.workshop.models import Job, JobRequest, Policy, Stage, State
from channellab.reports.workshop.presets import with_preset
from channellab.reports.workshop.shipped import ANSWERS, shipped
from channellab.reports.workshop.words import page_words
from channellab.reports.workshop.worker import Weeks
from channellab.scenarios.errors import BadInput
from channellab.scenarios.files import Loaded, load
from channellab.scenarios.identity import scenario_hash
from channellab.scenarios.ready import names
from channellab.scenarios.settings.scenario import TitleSettings

SLOTS = "ABCDEFGH"
"""Names of policies, in order."""
_PROBLEMS: dict[str, Lang] = {"problem": "en", "problem_zh": "zh"}
GRACE = 0.1
"""Seconds in which a job takes over the runs that it has in common with the one that it replaces."""


@dataclass
class Work:
    """A job and all that there is about it.

    Attributes:
        played: by policy, scenario and runs of the last stage that has ended. log: its events.
        shipped: whether those runs came with the package and were not played here.
    """

    id: str
    request: JobRequest
    market: str
    loaded: list[Loaded]
    log: Log
    state: State = "queued"
    stage: Stage = "coarse"
    runs: int = 0
    runs_done: int = 0
    problem: Exception | None = None
    played: list[tuple[Loaded, list[Run]]] = field(default_factory=list)
    shipped: bool = False
    task: "asyncio.Task[None] | None" = None

    @property
    def coarse_weeks(self) -> int:
        """Measured weeks of the coarse answer."""
        return min(COARSE_WEEKS, self.loaded[0].scenario.run.weeks)

    @property
    def ended(self) -> bool:
        """Whether nothing more will come."""
        return self.state in ("done", "stopped", "failed")

    def tell(self, kind: str, facts: Mapping[str, Any]) -> None:
        """Tells those who follow, as long as it has not ended."""
        if not self.ended:
            self.log.append(kind, facts)

    def problems(self) -> dict[str, str | None]:
        """What went wrong, in both languages."""
        return {name: told(self.problem, lang) if self.problem else None for name, lang in _PROBLEMS.items()}

    def shown(self) -> Job:
        """For those who ask."""
        run = self.loaded[0].scenario.run
        return Job(
            id=self.id,
            state=self.state,
            stage=self.stage,
            market=self.market,
            policies=self.request.policies,
            seeds=self.request.seeds,
            weeks=run.weeks,
            warmup=run.warmup,
            coarse_weeks=self.coarse_weeks,
            currency=run.currency,
            runs=self.runs,
            runs_done=self.runs_done,
            **self.problems(),
            events=self.log.end,
        )


class Jobs:
    """All jobs of a room."""

    def __init__(
        self,
        market: Loaded,
        crew: Crew,
        limits: Limits,
        changed: Callable[[], None],
        keeper: Keeper | None = None,
        answers: Path = ANSWERS,
    ) -> None:
        """``changed`` hears when there are new jobs; the ``keeper`` remembers runs beyond the end of the server.

        ``answers`` is the folder of those that came with the package.
        """
        self.keeper, self.answers = keeper or Keeper(None), answers
        self.market, self.crew, self.limits, self.changed = market, crew, limits, changed
        self.all: OrderedDict[str, Work] = OrderedDict()
        self._runs: OrderedDict[str, tuple[Run, list[Weeks]]] = OrderedDict()
        self._flights: dict[str, tuple[Flight, list[object]]] = {}

    def find(self, job: str) -> Work | None:
        """A job by its id."""
        return self.all.get(job)

    def prepare(self, request: JobRequest) -> list[Loaded]:
        """The scenarios of a request, named A, B, C and titled as they are called.

        Raises:
            BadInput: a policy is not allowed, or the market is too large for a room.
        """
        market = self.base(request.market)
        loaded = []
        for slot, policy in zip(SLOTS, request.policies, strict=False):
            each = changed(tried(market, policy), request.seed, request.weeks)
            self.limits.check(each)
            title = TitleSettings(**{lang: _unmarked(title_of(policy, lang)) for lang in LANGUAGES})
            loaded.append(replace(each, name=slot, scenario=each.scenario.model_copy(update={"title": title})))
        return loaded

    def base(self, name: str | None) -> Loaded:
        """A market by its name in the library; the room's own without one.

        Raises:
            BadInput: there is none of that name.
        """
        if name is None or name == self.market.name:
            return self.market
        if name not in names():
            raise BadInput("market", "", f"is {name!r}, which is no scenario of the library")
        return load(name)

    def start(self, request: JobRequest) -> Work:
        """A new job.

        Raises:
            BadInput: it is not allowed, or too much waits already.
        """
        loaded = self.prepare(request)
        old = self.find(request.replaces) if request.replaces else None
        if old:
            self.stop(old, GRACE)
        more, waiting = _runs(request), sum(_runs(each.request) for each in self.all.values() if not each.ended)
        if waiting + more > self.limits.queued:
            problem = f"are {waiting} already, allowed are up to {self.limits.queued} with the {more} new ones"
            raise BadInput("workshop", "runs that wait", problem)
        name = request.market or self.market.name
        work = Work(secrets.token_urlsafe(9), request, name, loaded, Log())
        self.all[work.id] = work
        self._forget()
        work.task = asyncio.get_running_loop().create_task(self._play(work))
        self.changed()
        return work

    def stop(self, work: Work, grace: float = 0.0) -> None:
        """Ends a job; what it has told stays. For ``grace`` seconds others can still take over its runs."""
        if not work.ended and work.task:
            _set(work, "stopped")
            self.crew.loop.call_later(grace, work.task.cancel)

    def close(self) -> None:
        """Ends all jobs and all that follow them."""
        for work in self.all.values():
            self.stop(work)
            work.log.close()

    def _forget(self) -> None:
        while len(self.all) > JOBS:
            ended = next((each for each in self.all.values() if each.ended), None)
            if ended is None:
                return
            del self.all[ended.id]

    async def _play(self, work: Work) -> None:
        try:
            if not self.crew.ready:
                await self._foretell(work)
            for stage in ("coarse", "fine") if work.request.detail == "fine" else ("coarse",):
                await self._stage(work, stage)
            _set(work, "done")
        except asyncio.CancelledError:
            if not work.ended:
                _set(work, "stopped")
            raise
        except Exception as error:  # whatever it is, the room goes on and hears one sentence
            spoken = isinstance(error, RunFailed | BadInput)
            work.problem = error if spoken else RunFailed(f"failed with {type(error).__name__}")
            _set(work, "failed")

    async def _foretell(self, work: Work) -> None:
        """The coarse answer as it came with the package, if all of it did, until this computer can play."""
        loaded = [changed(each, None, work.coarse_weeks) for each in work.loaded]
        (seed,) = replication_seeds(loaded[0].scenario.run.seed, 1)
        found = await asyncio.to_thread(lambda: [shipped(self.answers, each, seed) for each in loaded])
        runs = [run for run, _ in filter(None, found)]
        if len(runs) < len(loaded):
            return
        for slot, (_, weeks) in enumerate(filter(None, found)):
            for news in weeks:
                work.tell("weeks", _weeks("coarse", slot, news))
        played = [(one, [run]) for one, run in zip(loaded, runs, strict=True)]
        told = await asyncio.to_thread(results.told, played)
        work.played, work.shipped = played, True
        work.tell("result", {"stage": "coarse", "shipped": True, **told})

    async def _stage(self, work: Work, stage: Stage) -> None:
        weeks = work.coarse_weeks if stage == "coarse" else work.loaded[0].scenario.run.weeks
        seeds = replication_seeds(work.loaded[0].scenario.run.seed, 1 if stage == "coarse" else work.request.seeds)
        loaded = [changed(each, None, weeks) for each in work.loaded]
        work.stage, work.runs, work.runs_done = stage, len(loaded) * len(seeds), 0
        _set(work, "running", weeks=weeks, seeds=len(seeds))
        played = [
            [_Played(self, work, stage, slot, number, each, seed) for number, seed in enumerate(seeds)]
            for slot, each in enumerate(loaded)
        ]
        everyone = [each for row in played for each in sorted(row, key=lambda one: one.replication)]
        try:
            await asyncio.gather(*(each.play() for each in everyone))
        finally:
            for each in everyone:
                each.leave()
        found: list[tuple[Loaded, list[Run]]] = [
            (one, [each.result() for each in row]) for one, row in zip(loaded, played, strict=True)
        ]
        told = await asyncio.to_thread(results.told, found)
        work.played, work.shipped = found, False
        work.tell("result", {"stage": stage, "shipped": False, **told})

    def known(self, key: str) -> tuple[Run, list[Weeks]] | None:
        """A run that was played before, and what it told on its way."""
        found = self._runs.get(key) or self.keeper.find(key)
        if found:
            self._remember(key, found)
        return found

    def _remember(self, key: str, found: tuple[Run, list[Weeks]]) -> None:
        self._runs[key] = found
        self._runs.move_to_end(key)
        while len(self._runs) > RUNS:
            self._runs.popitem(last=False)

    def fly(self, key: str, who: object, loaded: Loaded, seed: int, *, watched: bool, urgent: bool) -> Flight:
        """A run on its way, shared by all who want the same."""
        flight, wanted = self._flights.get(key, (None, []))
        if flight is None or flight.done.cancelled():
            flight = self.crew.send(loaded, seed, watched=watched, urgent=urgent)
            wanted = []
            self._flights[key] = flight, wanted
            flight.done.add_done_callback(lambda done: self._landed(key, flight))
        wanted.append(who)
        return flight

    def leave(self, key: str, who: object) -> None:
        """Somebody does not want a run any more."""
        flight, wanted = self._flights.get(key, (None, []))
        if flight and who in wanted:
            wanted.remove(who)
            if not wanted:
                self._flights.pop(key)
                self.crew.drop(flight)

    def _landed(self, key: str, flight: Flight) -> None:
        if self._flights.get(key, (None, None))[0] is flight:
            self._flights.pop(key)
        if not flight.done.cancelled() and flight.done.exception() is None:
            run = flight.done.result()
            self._remember(key, (run, flight.told))
            self.crew.loop.run_in_executor(None, self.keeper.keep, key, run, [*flight.told])


class _Played:
    """A run that a job wants: told to its log while it is played."""

    def __init__(
        self, jobs: Jobs, work: Work, stage: Stage, slot: int, replication: int, loaded: Loaded, seed: int
    ) -> None:
        self.jobs, self.work, self.stage, self.slot, self.replication = jobs, work, stage, slot, replication
        self.loaded, self.seed = loaded, seed
        self.key = run_key(loaded, seed)
        self.run: Run | None = None
        self.flight: Flight | None = None

    def result(self) -> Run:
        """The run, once it is played."""
        if self.run is None:
            raise RunFailed("a run of the job is missing")
        return self.run

    async def play(self) -> None:
        """Waits for the run, or finds it."""
        known = self.jobs.known(self.key)
        if known is None:
            watched, urgent = self.replication == 0, self.stage == "coarse"
            self.flight = self.jobs.fly(self.key, self, self.loaded, self.seed, watched=watched, urgent=urgent)
            for news in self.flight.told:
                self.hear(news)
            self.flight.listeners.append(self.hear)
            self.run = await asyncio.shield(self.flight.done)
        else:
            self.run, told = known
            for news in told:
                self.hear(news)
        self.work.runs_done += 1
        self.work.tell("progress", {"stage": self.stage, "done": self.work.runs_done, "runs": self.work.runs})

    def hear(self, news: Weeks) -> None:
        """Passes on what is new."""
        if self.replication == 0:
            self.work.tell("weeks", _weeks(self.stage, self.slot, news))

    def leave(self) -> None:
        """Whatever happens to the run now, it is not for this job."""
        if self.flight:
            if self.hear in self.flight.listeners:
                self.flight.listeners.remove(self.hear)
            self.jobs.leave(self.key, self)


def run_key(loaded: Loaded, seed: int) -> str:
    """Hash of all that decides a run."""
    return environment().run_id(scenario_hash(neutral(loaded.scenario), loaded.base), seed)


def tried(market: Loaded, policy: Policy) -> Loaded:
    """A market under a policy.

    Raises:
        BadInput: the card does not fit the market, or a lever is none, or has a value that is not allowed.
    """
    for key in policy.levers:
        if key.partition(".")[0] not in STEERED:
            raise BadInput("levers", key[:80], f"is no lever, allowed are settings under {' and '.join(STEERED)}")
    loaded = with_preset(market, policy.preset)
    return with_values(loaded, dict(policy.levers), "levers") if policy.levers else loaded


def title_of(policy: Policy, lang: Lang) -> str:
    """What a policy is called."""
    return policy.label or page_words(lang)[f"presets.{policy.preset}"]


def _runs(request: JobRequest) -> int:
    """Runs that a job may need."""
    return len(request.policies) * (request.seeds if request.detail == "fine" else 1)


def _weeks(stage: Stage, slot: int, news: Weeks) -> dict[str, Any]:
    return {"stage": stage, "policy": slot, "played": news.played, "weeks": [*news.weeks], "series": news.series}


def _set(work: Work, state: State, **facts: Any) -> None:
    if work.ended:
        return
    work.state = state
    facts |= {"state": state, "stage": work.stage, "runs": work.runs, **work.problems()}
    work.log.append("state", facts)
    if work.ended:
        work.log.close()


def _unmarked(label: str) -> str:
    """Without signs that charts read as formulas."""
    return label.replace("$", "＄").replace("\\", "＼")
