"""The mechanism index names nothing that is not there, and nothing is left out of it."""

from functools import cache
from pathlib import Path

import pytest

from channellab.calibration.evidence.run import experiments
from channellab.reports.mechanisms import SUBJECTS, Mechanism, mechanisms, mechanisms_page
from channellab.scenarios import ready
from channellab.scenarios.keys import exists, split
from channellab.scenarios.metrics import CATALOGUE
from channellab.scenarios.settings import Scenario
from channellab.scenarios.settings.policy import PolicySettings

ROOT = Path(__file__).resolve().parents[2]
ROWS = {"A": 13, "B": 9, "C": 6, "D": 12, "E": 8, "F": 7, "G": 8, "H": 13}
"""How many mechanisms each subject has, counted in what the lab was asked to hold."""
ALL = pytest.mark.parametrize("row", mechanisms(), ids=lambda row: row.id)


def test_every_mechanism_has_its_row() -> None:
    assert [row.id for row in mechanisms()] == [
        f"{letter}{n}" for letter in SUBJECTS for n in range(1, ROWS[letter] + 1)
    ]


@cache
def claims() -> set[str]:
    return set(experiments())


@ALL
def test_every_name_is_one_of_the_code(row: Mechanism) -> None:
    assert [key for key in row.settings if not exists(Scenario, split(key))] == []
    assert [file for file in (*row.files, *row.tests) if not (ROOT / file).is_file()] == []
    assert [metric for metric in row.metrics if metric not in CATALOGUE] == []
    assert [claim for claim in row.evidence if claim not in claims()] == []
    assert [name for name in row.scenarios if name not in ready.names()] == []


@ALL
def test_what_is_built_says_where_and_what_shows_it(row: Mechanism) -> None:
    """A mechanism has files and is shown by something; one of the market, A to F, has settings and metrics too."""
    named = (row.settings, row.files, row.metrics, row.evidence, row.tests, row.scenarios)
    if row.state == "not built":
        assert not any(named[:5])
        return
    assert row.files
    assert row.evidence or row.tests or row.scenarios
    assert row.settings or row.id[0] in "GH" or row.id == "F7"
    assert row.metrics or row.state == "in part"


def test_every_metric_and_every_policy_belongs_to_a_mechanism() -> None:
    told = {metric for row in mechanisms() for metric in row.metrics}
    assert sorted(set(CATALOGUE) - told) == []
    policies = {f"policy.{name}" for name in PolicySettings.model_fields}
    assert sorted(policies - {".".join(split(key)[:2]) for row in mechanisms() for key in row.settings}) == []


def test_the_page_says_what_is_not_built() -> None:
    page = mechanisms_page()
    for row in mechanisms():
        assert f"| {row.id} | {row.name} |" in page
        assert not row.lacks or f"**{row.state}**: {row.lacks} |" in page
