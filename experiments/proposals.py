"""Candidates that are chosen before it is known what they are worth: evenly at first, then by what is believed.

The sampler ``gp`` learns every objective and every bound from the candidates that were told (a Gaussian process each),
thinks of many policies, and proposes those together that are expected to add most to the front: expected improvement
of its hypervolume, for a batch (Daulton, Balandat & Bakshy 2020), here over policies spread evenly and near the best
known ones.
"""

from collections.abc import Sequence

import numpy as np
from optuna.trial import FrozenTrial, TrialState
from scipy.stats import qmc

from channellab.experiments import pareto
from channellab.experiments.belief import Belief, Learned, coordinates, least, single
from channellab.experiments.inputs import Input, Values, placed
from channellab.experiments.search_file import SearchStudy
from channellab.experiments.trials import excesses, gains, is_done, values_of
from channellab.scenarios.arrays import Flags, Floats

EVENLY = 9
"""Power of two of the policies thought of that spread evenly."""
PARENTS, CHILDREN = 24, 12
"""Best known candidates, and policies near each of them that are thought of."""
STEPS = (0.03, 0.3)
"""Standard deviations of steps from a best known candidate, shares of a lever's range: the least and the most."""
SAMPLES = 40
"""How often it is thought of what policies may be worth."""
_EVEN, _NEAR = 0x6576656E, 0x6E656172


def even(study: SearchStudy, candidate: int) -> Values:
    """A point of Sobol's sequence."""
    points = qmc.Sobol(len(study.levers), rng=np.random.default_rng([_EVEN, study.file.search.seed]))
    return _values(study.levers, points.random_base2(candidate.bit_length())[candidate])


def fewest(levers: Sequence[Input]) -> int:
    """Fewest candidates that can be learned from."""
    return least(coordinates(levers, [{lever.key: placed(lever, 0.0) for lever in levers}]).shape[1])


@single()
def proposals(chosen: Sequence[FrozenTrial], study: SearchStudy, candidate: int, count: int) -> list[Values]:
    """So many policies to be played next.

    Args:
        chosen: candidates that have been told. candidate: number of the first that is proposed.
    """
    luck = np.random.default_rng([_NEAR, study.file.search.seed, candidate])
    done = [trial for trial in chosen if is_done(trial)]
    played = [values_of(trial) for trial in done]
    points = coordinates(study.levers, played)
    seen = gains(done, study.file)
    worth = [Learned.of(points, figures) for figures in seen.T]
    bounds = [Learned.of(points, figures) for figures in excesses(done).T]
    if len(done) < len(chosen):
        fails = np.array([1.0 if trial.state == TrialState.FAIL else -1.0 for trial in chosen])
        bounds.append(Learned.of(coordinates(study.levers, [values_of(trial) for trial in chosen]), fails))
    best = [played[n] for n in _best([each.at(points) for each in worth], [each.at(points) for each in bounds])]
    policies = [*best, *_thought_of(study, best, luck)]
    there = coordinates(study.levers, policies)
    samples = np.stack([each.at(there).samples(SAMPLES, luck) for each in worth], axis=2)
    holds = np.ones(samples.shape[:2], np.bool_)
    for each in bounds:
        holds &= each.at(there).samples(SAMPLES, luck) <= 0
    return [policies[n] for n in pareto.covering(samples, holds, count, known=len(best))]


def _best(worth: Sequence[Belief], bounds: Sequence[Belief]) -> list[int]:
    """Numbers of the candidates that are believed to be best, of those that are believed to hold all bounds if any."""
    held: Flags = np.all([each.mean <= 0 for each in bounds], axis=0) if bounds else np.ones(len(worth[0].mean), bool)
    able = np.flatnonzero(held) if held.any() else np.arange(len(held))
    values = np.stack([each.mean for each in worth], axis=1)[able]
    return [int(number) for number in able[pareto.by_fronts(values, PARENTS)]]


def _thought_of(study: SearchStudy, best: Sequence[Values], luck: np.random.Generator) -> list[Values]:
    """Policies spread evenly, and some near the best."""
    shares = qmc.Sobol(len(study.levers), rng=luck).random_base2(EVENLY)
    near = [_near(study.levers, values, luck) for values in best for _ in range(CHILDREN)]
    return [*(_values(study.levers, row) for row in shares), *near]


def _near(levers: Sequence[Input], values: Values, luck: np.random.Generator) -> Values:
    """A policy some levers of which, one at least, are a step away from those of another."""
    moved = luck.random(len(levers)) < luck.choice([1 / len(levers), 0.3, 1.0])
    moved[luck.integers(len(levers))] = True
    step = float(np.exp(luck.uniform(*np.log(STEPS))))
    return {
        lever.key: _stepped(lever, values[lever.key], step, luck) if moves else values[lever.key]
        for lever, moves in zip(levers, moved.tolist(), strict=True)
    }


def _stepped(lever: Input, value: object, step: float, luck: np.random.Generator) -> object:
    """A value near another; of a list any."""
    if lever.span is None:
        return placed(lever, luck.random())
    share = lever.span.share(float(value))  # type: ignore[arg-type]
    return placed(lever, float(np.clip(share + step * luck.standard_normal(), 0.0, 1.0)))


def _values(levers: Sequence[Input], shares: Floats) -> Values:
    return {lever.key: placed(lever, float(share)) for lever, share in zip(levers, shares, strict=True)}
