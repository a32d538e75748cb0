"""Price rules that another distribution brings; docs/price-rules.md tells how to add one."""

import json
from typing import Any, Self

from pydantic import PrivateAttr, model_validator

from channellab.scenarios.arrays import Floats
from channellab.scenarios.keys import plain
from channellab.scenarios.settings.base import Settings, setting
from channellab.scenarios.settings.plugins import brought, made

GROUP = "channellab.price_rules"
"""Entry points of other distributions under which their price rules are found."""


class PriceRule(Settings):
    """A price rule. Its method is pure and prices all firms and SKUs at once."""

    def price(self, listed: Floats, cost: Floats) -> Floats:
        """Price of each firm and SKU, money per unit: finite, not negative, and never lower for a higher cost.

        Args:
            listed: what the product table recommends. cost: what a unit costs the firm. Both are (F, K) or (1, K), and
                broadcast against each other.
        """
        raise NotImplementedError


class OtherRuleSettings(Settings):
    """A price rule that another distribution brings, under an entry point of the group channellab.price_rules."""

    kind: str = setting("", "Name of the entry point.", min_length=1, max_length=80)
    options: dict[str, Any] = setting({}, "Its settings.")
    _rule: PriceRule = PrivateAttr()

    @property
    def rule(self) -> PriceRule:
        """The rule itself."""
        return self._rule

    def __hash__(self) -> int:
        return hash((self.kind, json.dumps(plain(self.options), sort_keys=True)))

    @model_validator(mode="after")
    def _load(self) -> Self:
        self._rule = made(brought(GROUP, self.kind, PriceRule, "no other price rules"), self.options)
        return self
