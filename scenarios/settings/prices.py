"""How firms set the price they sell at: rules for everybody, and more of them for those who face shoppers."""

from typing import Literal

from channellab.scenarios.settings.base import Settings, setting


class PriceRuleSettings(Settings):
    """How a firm sets the price it sells at."""

    rule: Literal["list", "markup", "linear_demand"] = setting(
        "list",
        "list: the price the product table recommends; markup: purchase price plus a share of it; linear_demand: "
        "half-way between the choke price and the purchase price, the best answer to linear demand.",
        source="Spengler 1950 for linear_demand",
    )
    markup: float = setting(0.3, "Share of the purchase price added by the markup rule.", unit="1", ge=0, le=10)
    choke_price: float = setting(
        100.0, "Price at which the firm believes nobody buys, for the linear_demand rule.", unit="money/unit", gt=0
    )


class ShelfPriceSettings(PriceRuleSettings):
    """How an outlet prices: the rules of all firms, and two that watch neighbours or shoppers."""

    rule: Literal["list", "markup", "linear_demand", "undercut", "margin_optimal"] = setting(  # type: ignore[assignment]  # outlets know more rules than their suppliers
        "list",
        "list, markup, linear_demand: as for all firms; undercut: below last week's lowest price of the same SKU among "
        "the other outlets of the shopping area, or among the other online shops, that had it in stock; "
        "margin_optimal: the price that earns most on the firm's own estimate of how demand answers to it.",
        source="Spengler 1950 for linear_demand",
    )
    undercut: float = setting(
        0.01, "Share by which the undercut rule goes below the lowest price.", unit="1", ge=0, le=0.5
    )
    floor_margin: float = setting(
        0.05,
        "Least margin of the undercut and margin_optimal rules, as a share of the purchase price; never above the "
        "highest price they may ask.",
        unit="1",
        ge=0,
        le=10,
    )
    elasticity: float = setting(
        2.5,
        "What the margin_optimal rule believes at first: percent of units lost for one percent on the price.",
        unit="1",
        gt=0,
        le=50,
        source="mean own-price elasticity of brands -2.62, Bijmolt, van Heerde & Pieters 2005",
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
        0.3, "Most that the margin_optimal rule departs from the recommended price.", unit="1", ge=0, le=0.95
    )
