"""Which candidates are worth a second look, after a search that has seen few runs of each."""

import json
from collections.abc import Sequence

import numpy as np
from optuna.trial import FrozenTrial

from channellab.experiments import pareto
from channellab.experiments.belief import Belief, believed, coordinates, single
from channellab.experiments.search_file import SearchStudy
from channellab.experiments.trials import excesses, gains, is_done, values_of
from channellab.scenarios.arrays import Index

SAMPLES = 50
"""How often it is thought of what candidates may be worth."""
CONSIDERED, SHORTLIST = 500, 100
"""Candidates whose worth is asked for, and of these those that may become finalists; or five for a finalist if these
are more."""
_LUCK = 0x66696E61


@single()
def finalists(trials: Sequence[FrozenTrial], study: SearchStudy) -> list[FrozenTrial]:
    """Those whose front is likely to be worth most on other seeds, the best in the first objective first.

    What each is worth is learned from all candidates together, so that those that were merely lucky are seen through,
    and bounds are held by what is believed. Of equal policies the first counts.
    """
    done = list(filter(is_done, trials))
    count = study.file.search.finalists
    most = max(SHORTLIST, 5 * count)
    seen, playable = gains(done, study.file), _distinct(done)
    considered = playable[pareto.by_fronts(seen[playable], max(CONSIDERED, most))]
    if not considered.size:
        return []
    points = coordinates(study.levers, [values_of(trial) for trial in done])
    worth, bounds = ([believed(points, each, considered) for each in figures.T] for figures in (seen, excesses(done)))
    chosen = _chosen(worth, bounds, most, count)
    return [done[considered[n]] for n in sorted(chosen, key=lambda n: -worth[0].mean[n])]


def _distinct(trials: Sequence[FrozenTrial]) -> Index:
    """Numbers of those that were played to the end, of equal ones the first."""
    first = {json.dumps(values_of(trial), sort_keys=True): n for n, trial in reversed([*enumerate(trials)])}
    return np.array([n for n in sorted(first.values()) if not trials[n].user_attrs["stopped"]], np.int32)


def _chosen(worth: Sequence[Belief], bounds: Sequence[Belief], most: int, count: int) -> Index:
    """Numbers of candidates by what is believed of them, of which ``most`` are thought over.

    Args:
        worth: by objective, more is better. bounds: by constraint, by how much it is broken.
    """
    held = np.ones(len(worth[0].mean), np.bool_)
    for each in bounds:
        held &= each.mean <= 0
    fit = np.flatnonzero(held)
    short = fit[pareto.by_fronts(np.stack([each.mean for each in worth], axis=1)[fit], most)]
    luck = np.random.default_rng(_LUCK)
    samples = np.stack([each.samples(SAMPLES, luck)[:, short] for each in worth], axis=2)
    holds = np.ones(samples.shape[:2], np.bool_)
    for each in bounds:
        holds &= each.samples(SAMPLES, luck)[:, short] <= 0
    return short[pareto.covering(samples, holds, count)].astype(np.int32)
