"""Distributors buy outright from the manufacturer and supply the retailers of their territory."""

from channellab.scenarios.settings.base import Settings, setting, table
from channellab.scenarios.settings.stock import PriceRuleSettings, StockSettings


class DistributorSettings(Settings):
    """Number, stock, prices and terms of the distributors."""

    per_region: int = setting(
        1, "Distributors in a region, its districts dealt out among them; 0 = plants supply retailers.", ge=0, le=64
    )
    trunk_lead_days: float | None = setting(
        None, "Days from plant to distributor; by distance if absent.", unit="days", ge=0, le=365
    )
    stock: StockSettings = table(StockSettings, "How distributors replenish.")
    price: PriceRuleSettings = table(PriceRuleSettings, "How distributors price to retailers.")
    fixed_cost: float = setting(60.0, "Overheads of serving the brand, per distributor.", unit="money/week", ge=0)
    payment_weeks: int = setting(4, "Credit term given to retailers.", unit="weeks", ge=0, le=52)
    working_capital: float = setting(20_000.0, "Cash of a distributor at the start.", unit="money", ge=0)
