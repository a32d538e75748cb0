"""Online shops: national reach, prices that all can see, a platform that takes its fee, and days of delivery."""

from typing import Literal

from pydantic import Field

from channellab.scenarios.settings.base import Settings, setting, table
from channellab.scenarios.settings.credit import BuyerSettings
from channellab.scenarios.settings.prices import ShelfPriceSettings
from channellab.scenarios.settings.stock import StockSettings


class OnlineShopSettings(Settings):
    """One online shop."""

    name: str = Field(min_length=1, max_length=40, description="Name of the shop.")
    owner: Literal["seller", "brand"] = setting(
        "seller",
        "Who runs it: a seller on a platform, or the brand, whose shop sells no rivals and whose profit it is.",
    )
    kind: Literal["marketplace", "social", "livestream", "group_buying"] = setting(
        "marketplace",
        "marketplace and group_buying shops are looked at by popularity, social and livestream shops by those who "
        "watch them in a week; group_buying shops deliver to an area only if enough wish for the same.",
    )
    group_size: int = setting(
        1,
        "Units of an SKU that must be wished for in a shopping area and week, else the deal of that area falls through "
        "(group_buying).",
        unit="units",
        ge=1,
        le=1_000_000,
    )
    popularity: float = setting(
        1.0, "Weight of the shop when consumers settle on the shops they look at.", unit="1", gt=0, le=1e6
    )
    service: float = setting(0.6, "Service level.", unit="0..1", ge=0, le=1)
    knowledge: float | None = setting(
        None,
        "Knowledge of the goods, which speeds up leads; that of the service level if absent.",
        unit="0..1",
        ge=0,
        le=1,
    )
    appeal: float = setting(0.0, "Utility of shopping there, before service.", unit="utility", ge=-20, le=20)
    price: ShelfPriceSettings = table(ShelfPriceSettings, "How the shop prices.")
    discount: float = setting(0.0, "Discount of the shop on the price its rule gives.", unit="1", ge=0, le=0.95)
    platform_fee: float = setting(0.05, "Share of its revenue that the platform takes.", unit="1", ge=0, le=0.95)
    traffic_cost: float = setting(0.05, "Paid to the platform per shopper who looks.", unit="money/visit", ge=0)
    delivery_days: float = setting(2.0, "Days from order to door.", unit="days", ge=0, le=90)
    delivery_cost: float = setting(1.0, "Cost to the shop of a unit brought to the door.", unit="money/unit", ge=0)


class OnlineSettings(BuyerSettings):
    """All online shops, and what they share; the brand's nearest warehouse or plant supplies them."""

    shops: tuple[OnlineShopSettings, ...] = setting((), "Online shops.", max_length=64)
    region: str | None = setting(None, "Region of their warehouse; the most populous if absent.")
    lead_days: float | None = setting(
        None, "Days from plant to warehouse; by distance if absent.", unit="days", ge=0, le=365
    )
    stock: StockSettings = table(StockSettings, "How they replenish, own brand and rivals alike.")
    local_days: float = setting(
        1.0, "Days to the door where a shop of the buyer's area serves the order.", unit="days", ge=0, le=90
    )
    promise_rate: float = setting(
        0.2,
        "Weight of the newest week in the share of orders that buyers expect shops of their area to serve.",
        unit="1",
        gt=0,
        le=1,
    )
    collect_cost: float = setting(
        0.3, "Cost to an online shop of a unit brought to the shop where it is collected.", unit="money/unit", ge=0
    )
    fixed_cost: float = setting(50.0, "Cost of carrying the brand, per shop.", unit="money/week", ge=0)
    working_capital: float = setting(50_000.0, "Cash of a shop at the start (not the brand's own).", unit="money", ge=0)
