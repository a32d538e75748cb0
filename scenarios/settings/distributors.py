"""Distributors buy outright and supply the next tier: two tiers with territories, and platforms without."""

from channellab.scenarios.settings.base import setting, table
from channellab.scenarios.settings.credit import BuyerSettings
from channellab.scenarios.settings.docks import DockSettings
from channellab.scenarios.settings.prices import PriceRuleSettings
from channellab.scenarios.settings.quantity import QuantityDiscountSettings
from channellab.scenarios.settings.stock import StockSettings


class WholesaleSettings(BuyerSettings):
    """What distributors of both tiers have: stock, prices and terms."""

    stock: StockSettings = table(StockSettings, "How they replenish.")
    price: PriceRuleSettings = table(PriceRuleSettings, "How they price to the next tier.")
    quantity: QuantityDiscountSettings = table(
        QuantityDiscountSettings, "Discounts that they give their buyers by the size of one order."
    )
    dock: DockSettings = table(DockSettings, "What each can load and carry away.")
    pass_through: float = setting(
        0.5, "Part of the rebate it expects that a firm takes off the cost from which it prices.", unit="1", ge=0, le=1
    )
    fixed_cost: float = setting(60.0, "Overheads of serving the brand, per firm.", unit="money/week", ge=0)
    payment_weeks: int = setting(4, "Credit term given to buyers.", unit="weeks", ge=0, le=52)
    working_capital: float = setting(20_000.0, "Cash of a firm at the start.", unit="money", ge=0)


class DistributorSettings(WholesaleSettings):
    """Distributors of a region, supplied by the plants."""

    per_region: int = setting(
        1, "Distributors in a region, its districts dealt out among them; 0 = none.", unit="firms", ge=0, le=64
    )
    trunk_lead_days: float | None = setting(
        None, "Days from plant to distributor; by distance if absent.", unit="days", ge=0, le=365
    )


class SubdistributorSettings(WholesaleSettings):
    """Sub-distributors of a district, supplied by the distributors of its region, or by plants where there are none."""

    per_district: int = setting(
        0,
        "Sub-distributors in a district, its shopping areas dealt out among them; 0 = none.",
        unit="firms",
        ge=0,
        le=64,
    )
    regional_lead_days: float | None = setting(
        None, "Days from supplier to sub-distributor; by distance if absent.", unit="days", ge=0, le=365
    )
    fixed_cost: float = setting(15.0, "Overheads of serving the brand, per firm.", unit="money/week", ge=0)
    working_capital: float = setting(6_000.0, "Cash of a firm at the start.", unit="money", ge=0)


class PlatformDistributorSettings(WholesaleSettings):
    """Distributors that sell to shops over a platform: no territory, few people, long ways."""

    regions: tuple[str, ...] = setting((), "Regions in which they stand; a shop buys from the nearest.", max_length=64)
    trunk_lead_days: float | None = setting(
        None, "Days from the brand to them; by distance if absent.", unit="days", ge=0, le=365
    )
