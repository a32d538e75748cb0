"""The commands as functions: they take names, files or scenarios, and return results that show themselves.

Every result has ``frame``, a tidy table, ``document()``, what ``--json`` prints, and but for a batch ``write(folder)``;
``charts(result)`` draws what its report shows.
In a script, more than one worker needs the usual ``if __name__ == "__main__":``, as processes are started afresh.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd

from channellab.experiments import compare as comparing
from channellab.experiments import explain as explaining
from channellab.experiments import frames, points, replicate
from channellab.experiments import select as selecting
from channellab.experiments.batch import Batch, play_points
from channellab.experiments.compare import Comparison
from channellab.experiments.designs import read_design
from channellab.experiments.display import Shown
from channellab.experiments.executors import Place
from channellab.experiments.explain import Explanation
from channellab.experiments.families import PRIMARY
from channellab.experiments.front import Front
from channellab.experiments.inputs import with_values
from channellab.experiments.precision import Precision
from channellab.experiments.replicate import Study
from channellab.experiments.search import search as seek
from channellab.experiments.search_file import read_search
from channellab.experiments.select import Selection
from channellab.experiments.sensitivity import Sensitivity, analyse
from channellab.experiments.sensitivity_file import read_sensitivity
from channellab.experiments.uncertainty import read_uncertainty
from channellab.reports.meanings import meaning
from channellab.scenarios.files import Loaded, load, scenario_hash, to_toml
from channellab.scenarios.settings import Scenario as Settings

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class Scenario:
    """A scenario of the library or of a file.

    >>> fewer = Scenario.read("base").changed({"consumers.count": 5000, "layout.core": "selective"})
    >>> fewer.settings.consumers.count, fewer.name
    (5000, 'base')
    """

    loaded: Loaded

    @classmethod
    def read(cls, name_or_path: str | Path) -> "Scenario":
        """Reads it.

        Raises:
            BadInput: it cannot be read.
        """
        return cls(load(str(name_or_path)))

    def changed(self, values: Mapping[str, Any], name: str | None = None) -> "Scenario":
        """With values by dotted key, and another name if it is to be compared with this one.

        Raises:
            BadInput: a key is not known, or a value not allowed.
        """
        loaded = with_values(self.loaded, dict(values), "changed")
        return Scenario(Loaded(loaded.scenario, loaded.base, name or loaded.name, loaded.where))

    @property
    def name(self) -> str:
        """By which results call it."""
        return self.loaded.name

    @property
    def settings(self) -> Settings:
        """Everything that is declared, to be read."""
        return self.loaded.scenario

    def to_toml(self, lang: str = "en") -> str:
        """As a file, with units, and meanings in English or Chinese (``zh``)."""
        return to_toml(self.loaded.scenario, say=lambda text: meaning(text, lang))

    def __repr__(self) -> str:
        return f"Scenario({self.name!r}, {scenario_hash(self.loaded.scenario, self.loaded.base)[:12]})"

    def _repr_html_(self) -> str:
        title, about = self.settings.title.en or self.name, self.settings.about.en
        return f"<p><b>{escape(title)}</b> ({escape(self.name)})<br>{escape(about)}</p>"


Given = Scenario | str | Path


def run(
    scenario: Given,
    *,
    seed: int | None = None,
    weeks: int | None = None,
    replications: int = 1,
    workers: int = 1,
) -> Study:
    """Plays one scenario, as ``channellab run`` does.

    Args:
        scenario: a `Scenario`, a name of the library, or the path of a file.
        seed, weeks: in place of the scenario's own. replications: seeds that it is played on. workers: processes.

    Raises:
        BadInput: the scenario cannot be read or played.
    """
    return replicate.run(_loaded(scenario), seed=seed, weeks=weeks, replications=replications, workers=workers)


def compare(
    *scenarios: Given,
    baseline: str | None = None,
    seed: int | None = None,
    weeks: int | None = None,
    replications: int | Precision | Literal["auto"] = 8,
    uncertainty: str | Path | None = None,
    primary: Sequence[str] = PRIMARY,
    workers: int = 1,
) -> Comparison:
    """Plays scenarios on the same seeds, as ``channellab compare`` does.

    Args:
        baseline: name of the scenario that the others are held against; by default the first.
        seed: of the first replication, by default the baseline's. weeks: in place of each scenario's own.
        replications: so many; or as many as a `Precision` asks for; ``auto`` is one for the channel's profit.
        uncertainty: a file whose ``[uncertainties]`` are drawn anew for every seed. workers: processes.
        primary: metrics that it is made for, judged together and apart from all others.

    Raises:
        BadInput: a scenario cannot be read or played, or two have one name.
    """
    return comparing.compare(
        [_loaded(each) for each in scenarios],
        baseline=baseline,
        seed=seed,
        weeks=weeks,
        replications=Precision() if replications == "auto" else replications,
        workers=workers,
        uncertainty=read_uncertainty(Path(uncertainty)) if uncertainty else None,
        primary=primary,
    )


def select(
    *scenarios: Given,
    metric: str,
    indifference: float,
    seed: int | None = None,
    weeks: int | None = None,
    level: float = 0.95,
    most: int = 200,
    workers: int = 1,
) -> Selection:
    """The best of up to twenty scenarios, as ``channellab select`` finds it.

    Args:
        metric: that decides. indifference: the smallest difference worth telling apart, in its unit.
        level: probability of choosing the best if it is ahead by that much. most: replications of a scenario.

    Raises:
        BadInput: there are too few or too many scenarios, or the metric has no direction.
    """
    loaded = [_loaded(each) for each in scenarios]
    return selecting.select(
        loaded, metric, indifference, seed=seed, weeks=weeks, level=level, most=most, workers=workers
    )


def explain(
    start: Given,
    end: Given,
    *,
    seed: int | None = None,
    weeks: int | None = None,
    replications: int = 8,
    workers: int = 1,
) -> Explanation:
    """Splits what ``end`` has over ``start`` by the groups of settings in which they differ, as ``channellab explain``
    does: for every metric parts that add up to the whole, with intervals over the replications.

    Raises:
        BadInput: the scenarios do not differ, or a combination of their settings makes no scenario.
    """
    first, last = _loaded(start), _loaded(end)
    return explaining.explain(first, last, seed=seed, weeks=weeks, replications=replications, workers=workers)


def batch(
    design: str | Path, out: str | Path, *, workers: int = 1, cluster: str | None = None, retry: bool = False
) -> Batch:
    """Plays all runs of a design, as ``channellab batch`` does; what the folder ``out`` holds is not played again.

    Args:
        design: file that declares the runs. out: study folder, made where there is none.
        workers: processes. cluster: address of a Dask scheduler, whose workers play instead.
        retry: plays runs that failed before once more.

    Raises:
        BadInput: the design or the folder cannot be used. A run that fails is a row with its error.
    """
    wanted = read_design(Path(design))
    done = play_points(wanted.points(), Path(out), Place(workers, cluster), retry=retry)
    points.write(wanted, done)
    return done


def runs(
    study: str | Path, *, where: str | Sequence[str] = (), status: str | None = None, table: str = frames.RUNS
) -> pd.DataFrame:
    """What a study folder holds, as ``channellab runs`` lists and exports it: one row a run, or a table of the runs.

    Args:
        where: conditions such as ``policy=today`` or ``seed>=5``. status: planned, done or failed.
        table: ``runs``, or what is kept of every run: ``weekly``, ``products``, ``regions``, ``money``, ...

    Raises:
        BadInput: the folder holds no study, or there is no such table or column.
    """
    found = frames.chosen(Path(study), [where] if isinstance(where, str) else where, status)
    return frames.of(Path(study), table, found)


def search(
    study: str | Path,
    out: str | Path,
    *,
    workers: int = 1,
    cluster: str | None = None,
    storage: str | None = None,
) -> Front:
    """Searches for good policies, as ``channellab search`` does; it goes on where it was stopped.

    Args:
        study: file that declares levers and objectives. out: study folder, made where there is none.
        workers, cluster: who plays, as in `batch`. storage: URL of a database for what was chosen and told.

    Raises:
        BadInput: the study, the folder or the storage cannot be used.
    """
    found = seek(read_search(Path(study)), Path(out), Place(workers, cluster), storage=storage)
    found.write(Path(out))
    return found


def sensitivity(
    study: str | Path, out: str | Path, *, workers: int = 1, cluster: str | None = None, retry: bool = False
) -> Sensitivity:
    """Which inputs decide the outcomes, and where a policy fails, as ``channellab sensitivity`` finds it.

    Args:
        study: file that declares inputs and outcomes. out: study folder. workers, cluster, retry: as in `batch`.

    Raises:
        BadInput: the study or the folder cannot be used. ChannelLabError: too many points failed.
    """
    found = analyse(read_sensitivity(Path(study)), Path(out), Place(workers, cluster), retry=retry)
    found.write(Path(out))
    return found


def charts(result: Shown | str | Path, lang: str = "en") -> "dict[str, Figure]":
    """Every chart of a result by name, as its report draws it; a notebook shows a figure by itself.

    Args:
        result: what a function here has returned, or the folder that a command wrote with ``--out``.
        lang: of its words, en or zh.

    Raises:
        BadInput: the folder holds no result, or the language is unknown.
    """
    from channellab.reports.exports import all_charts
    from channellab.reports.report import page_of

    if isinstance(result, str | Path):
        return {chart.name: chart.figure for chart in all_charts(page_of(Path(result), lang))}
    if isinstance(result, Batch):
        return charts(result.folder, lang)
    with TemporaryDirectory() as aside:
        result.write(Path(aside))  # type: ignore[attr-defined]  # all other kinds of results have it
        return charts(aside, lang)


def _loaded(given: Given) -> Loaded:
    return given.loaded if isinstance(given, Scenario) else load(str(given))
