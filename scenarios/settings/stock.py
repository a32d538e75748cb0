"""How a firm replenishes its stock; every stockholding tier uses the same settings."""

from typing import Literal, Self

from pydantic import model_validator

from channellab.scenarios.settings.base import Settings, setting


class StockSettings(Settings):
    """Replenishment rule, forecast and cost of stock of one tier."""

    rule: Literal["order_up_to", "base_stock", "s_S"] = setting(
        "order_up_to",
        "order_up_to: a level that follows the forecast; base_stock: a fixed level; s_S: up to the level once the "
        "position is at the reorder point or below.",
    )
    level: int = setting(0, "Fixed order-up-to level per SKU, for base_stock and s_S.", unit="units", ge=0, le=10**9)
    reorder_point: int = setting(0, "Stock position at which s_S orders.", unit="units", ge=0, le=10**9)
    forecast: Literal["exponential", "moving_average", "first"] = setting(
        "exponential", "How weekly demand is forecast; first: what is expected at the start is never revised."
    )
    smoothing: float = setting(0.2, "Weight of the newest week in the exponential forecast.", unit="1", gt=0, le=1)
    forecast_weeks: int = setting(8, "Weeks in the moving average.", unit="weeks", ge=1, le=104)
    safety_factor: float = setting(
        1.3, "Standard deviations of demand over the protection interval held as safety stock.", unit="1", ge=0, le=6
    )
    holding_cost: float = setting(0.02, "Cost of a unit in stock or under way from it.", unit="money/unit/week", ge=0)

    @model_validator(mode="after")
    def _reorder_below_level(self) -> Self:
        if self.rule == "s_S" and self.reorder_point >= self.level:
            raise ValueError(f"reorder_point is {self.reorder_point}, allowed are values below level ({self.level})")
        return self
