"""The catalogue of metrics: name, unit, which way is better, and the exact definition of everything a run reports.

Words used in the definitions: *own* goods are the brand's; a *measured week* is one after the warm-up; a *year* has 52
weeks, so yearly figures are weekly means times 52; *first wish* is the offer a shopper would take were all in stock;
*sell-in* is what the brand delivers to its direct buyers, *list* its price ex factory before any discount. Money is in
the scenario's currency; money and units are multiplied by the scenario's ``reporting_factor``, rates never are.
"""

from collections.abc import Mapping
from types import MappingProxyType

from channellab.scenarios.measures import consumers, coverage, goods, money, partners, sales
from channellab.scenarios.measures.metric import Direction, Group, Metric

__all__ = ["CATALOGUE", "WEEKS_PER_YEAR", "Direction", "Group", "Metric"]

WEEKS_PER_YEAR = 52
_GROUPS = (money, sales, coverage, consumers, goods, partners)
CATALOGUE: Mapping[str, Metric] = MappingProxyType(
    {metric.name: metric for group in _GROUPS for metric in group.METRICS}
)
"""All metrics by name, in the order in which reports show them."""
