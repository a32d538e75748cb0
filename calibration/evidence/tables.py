"""Findings side by side: as a table on the terminal, as plain data, and as the page ``docs/evidence.md``."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from channellab.calibration.evidence.finding import Finding

HEADINGS = ("Claim", "Measured", "Model (95 % interval)", "Published", "Verdict")
PAGE = """# Evidence: effects in the model beside published ones

Rendered by `python -m channellab.calibration.evidence --markdown`; do not edit by hand.

Each row is an experiment: markets played under several seeds, the mean over them with its two-sided 95 % Student
interval, beside the figure that was published. Effects of a change are paired differences under the same seeds. Nothing
is tuned so that a row agrees; what was chosen to meet a published figure says so under its inputs. A row *agrees* with
a range where its interval touches it, and with a sign where its whole interval lies on that side; every other row
*differs*. The interval holds Monte Carlo noise alone, not what is uncertain about the settings.

One published effect is shown in part: sellers without the brand's authorisation, who violate minimum prices more than
authorised ones (MAP1). Here every seller buys from the brand or from its distributors; the rows are about shops that no
penalty reaches. The model lacks an outlet without a contract that lives on what partners divert (online shops buy from
the brand alone, and shops that take goods from elsewhere have a distributor too), sells it online under names that do
not give it away, and comes and goes.

In map-policing, minimum prices that are enforced cost a seventh of the volume, where the published one hardly moves
(MAP2). That is how shoppers answer to prices: of the mean price paid each per cent takes 3.0 % of the units, near the
published mean of brand elasticities of 2.6 (PRI1). Paired in the same way, volume falls by 7.3 instead of 14.1 %
without rival brands on the shelves, by 2.7 % with shoppers a quarter as sensitive to prices, and by 0.2 % with both.
How many sellers were below the minimum, and how deep, decides by how much the mean price rises, and hardly how volume
answers: 3.2 % per per cent with discounts half as deep.

"""


def print_findings(findings: Sequence[Finding], console: Console | None = None) -> None:
    """One row a finding."""
    table = Table(*HEADINGS, show_lines=True)
    for finding in findings:
        table.add_row(
            finding.claim,
            escape(finding.measured),
            escape(estimate(finding)),
            escape(finding.published),
            finding.verdict,
        )
    (console or Console()).print(table)


def document(findings: Sequence[Finding]) -> list[dict[str, Any]]:
    """Findings as plain data, each with its verdict."""
    return [asdict(finding) | {"verdict": finding.verdict} for finding in findings]


def page(findings: Sequence[Finding]) -> str:
    """The page of all findings, in Markdown."""
    headings = (*HEADINGS, "Inputs", "Scenario", "Seeds")
    rows = [
        (
            finding.claim,
            finding.measured,
            estimate(finding),
            finding.published,
            finding.verdict,
            finding.inputs,
            finding.scenario,
            str(finding.seeds),
        )
        for finding in findings
    ]
    lines = [headings, ("---",) * len(headings), *rows]
    return PAGE + "".join(f"| {' | '.join(cell.replace('|', ',') for cell in line)} |\n" for line in lines)


def estimate(finding: Finding) -> str:
    """Value, interval and unit; a pure number has no unit.

    >>> estimate(Finding("X", "", "units", 12.3456, 12.0, 12.7, 20, "", None, None, "", ""))
    '12.35 (12 to 12.7) units'
    """
    unit = "" if finding.unit == "1" else f" {finding.unit}"
    return f"{finding.value:.4g} ({finding.low:.4g} to {finding.high:.4g}){unit}"
