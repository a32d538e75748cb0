"""Markets in which effects are measured: small enough for many seeds, with outlets in proportion to consumers."""

from typing import Any

from channellab.calibration.evidence.finding import scenario
from channellab.scenarios.files import Loaded

SMALL = {
    "network.district_count": 31,
    "network.sites_per_district": 4,
    "network.sites_per_area": 4,
    "consumers.count": 12_900,
}
"""A district a region, and as many consumers to a site as in the base markets (104)."""
SMALL_WORDS = "one-tier market with 31 districts of 4 sites and 12,900 consumers"


def small_base(**changes: Any) -> Loaded:
    """The one-tier market at about an eighth of its size, with settings changed as in `scenario`."""
    return scenario("one-tier", **SMALL | changes)
