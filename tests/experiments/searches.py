"""What tests of searches share: objectives and levers of a double monopoly, and a document without its time."""

from collections.abc import Callable
from typing import Any

from channellab.experiments.front import Front
from channellab.experiments.search_file import SearchStudy

PRICE, SUPPORT = "products.0.ex_factory_price", "policy.funds.district_support"
ONE = """
[[objectives]]
metric = "manufacturer_profit"
"""
TWO = """
[[objectives]]
metric = "manufacturer_profit"
[[objectives]]
metric = "partner_profit"
"""

Written = Callable[..., SearchStudy]


def told(found: Front) -> dict[str, Any]:
    """The document without the seconds it took."""
    document = found.document()
    del document["elapsed_s"]
    return document
