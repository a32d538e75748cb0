"""How firms set the price they sell at: rules for everybody, and more of them for those who face shoppers."""

from typing import Literal, Self

from pydantic import Field, model_validator

from channellab.scenarios.settings.base import Settings, setting
from channellab.scenarios.settings.price_rules import OtherRuleSettings


class PriceRuleSettings(Settings):
    """How a firm sets the price it sells at."""

    rule: Literal["list", "markup", "linear_demand", "constant_elasticity", "logit_optimal"] = setting(
        "list",
        "list: the price the product table recommends; markup: purchase price plus a share of it; linear_demand, "
        "constant_elasticity, logit_optimal: the best answer to demand of that form, as the firm believes in it.",
        source="Spengler 1950 for linear_demand",
    )
    other: OtherRuleSettings | None = Field(
        None, description="A price rule that another distribution brings, instead of `rule`."
    )
    markup: float = setting(0.3, "Share of the purchase price added by the markup rule.", unit="1", ge=0, le=10)
    choke_price: float = setting(
        100.0, "Price at which the firm believes nobody buys, for the linear_demand rule.", unit="money/unit", gt=0
    )
    elasticity: float = setting(
        2.5,
        "What the firm believes: percent of units lost for one percent on the price. constant_elasticity prices by it, "
        "margin_optimal begins with it, and outlets weigh minimum advertised prices by it.",
        unit="1",
        gt=0,
        le=50,
        source="mean own-price elasticity of brands -2.62, Bijmolt, van Heerde & Pieters 2005",
    )
    price_sensitivity: float = setting(
        0.3, "Utility of a unit of money to shoppers, as the logit_optimal rule believes.", unit="1/money", gt=0, le=100
    )
    share_at_list: float = setting(
        0.3, "Share of shoppers who buy at the list price, as the logit_optimal rule believes.", unit="1", gt=0, lt=1
    )

    @property
    def kind(self) -> str:
        """Name of the rule in use."""
        return self.rule if self.other is None else "other"

    @model_validator(mode="after")
    def _elastic(self) -> Self:
        if self.rule == "constant_elasticity" and self.elasticity <= 1.0:
            raise ValueError(
                f"elasticity is {self.elasticity:g}, allowed are values above 1 for the constant_elasticity rule"
            )
        return self


class ShelfPriceSettings(PriceRuleSettings):
    """How an outlet prices: the rules of all firms, and more that watch neighbours, stock or shoppers."""

    rule: Literal[
        "list",
        "markup",
        "linear_demand",
        "constant_elasticity",
        "logit_optimal",
        "undercut",
        "dynamic",
        "margin_optimal",
    ] = setting(  # type: ignore[assignment]  # outlets know more rules than their suppliers
        "list",
        "list to logit_optimal: as for all firms; undercut: below last week's lowest price of the same SKU among the "
        "other outlets of the shopping area, or among the other online shops, that had it in stock; dynamic: from the "
        "list price, moved by that lowest price, own stock and this week's demand; margin_optimal: the price that "
        "earns most on the firm's own estimate of how demand answers to it.",
        source="Spengler 1950 for linear_demand",
    )
    undercut: float = setting(
        0.01, "Share by which the undercut rule goes below the lowest price.", unit="1", ge=0, le=0.5
    )
    floor_margin: float = setting(
        0.05,
        "Least margin of the undercut, dynamic and margin_optimal rules, as a share of the purchase price; never above "
        "the highest price they may ask.",
        unit="1",
        ge=0,
        le=10,
    )
    rival_response: float = setting(
        0.5, "Share of the way to the lowest price elsewhere that the dynamic rule goes.", unit="1", ge=0, le=1
    )
    stock_response: float = setting(
        0.1,
        "Rise of the dynamic price where there is no stock, over the list price; with too much stock it falls alike.",
        unit="1",
        ge=0,
        le=1,
    )
    demand_response: float = setting(
        0.1, "Rise of the dynamic price where demand is twice its forecast, over the list price.", unit="1", ge=0, le=1
    )
    elasticity_spread: float = setting(
        1.0,
        "Standard deviation of that belief; 0 = the firm never learns from its sales.",
        unit="1",
        ge=0,
        le=50,
    )
    learning: float = setting(
        0.05, "Weight of the newest week in the estimate of demand once there are enough weeks.", unit="1", gt=0, le=1
    )
    adjustment: float = setting(
        0.2, "Share of the way to the best price that the margin_optimal rule goes in a week.", unit="1", gt=0, le=1
    )
    experiment: float = setting(
        0.02,
        "Deviation of the margin_optimal rule from the price it would ask, up or down by lot every week, so that it "
        "sees how demand answers; 0 = none.",
        unit="1",
        ge=0,
        le=0.5,
    )
    price_bound: float = setting(
        0.3,
        "Most that the dynamic and margin_optimal rules depart from the recommended price.",
        unit="1",
        ge=0,
        le=0.95,
    )
