"""``python -m channellab.calibration.evidence``: published effects, measured in the model."""

import argparse
import json
import sys
from collections.abc import Sequence

from channellab.calibration.evidence.finding import SEEDS
from channellab.calibration.evidence.run import carry_out
from channellab.calibration.evidence.tables import document, page, print_findings
from channellab.scenarios.errors import BadInput


def main(arguments: Sequence[str] | None = None) -> int:
    """Carries out experiments and prints what they found; 2 for a claim that is not known."""
    parser = argparse.ArgumentParser(prog="python -m channellab.calibration.evidence", description=__doc__)
    parser.add_argument("claims", nargs="*", metavar="ID", help="claims such as BW1; all if none is named")
    parser.add_argument("--seeds", type=int, default=SEEDS, metavar="N", help=f"replications (default {SEEDS})")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument("--markdown", action="store_true", help="print the page docs/evidence.md")
    chosen = parser.parse_args(arguments)
    try:
        findings = list(carry_out(chosen.claims, chosen.seeds))
    except BadInput as error:
        print(error, file=sys.stderr)
        return 2
    if chosen.json:
        print(json.dumps(document(findings), indent=2, allow_nan=False))
    elif chosen.markdown:
        print(page(findings), end="")
    else:
        print_findings(findings)
    return 0


if __name__ == "__main__":
    sys.exit(main())
