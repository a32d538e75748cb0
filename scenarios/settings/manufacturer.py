"""The brand's owner: plants, prices ex factory, media."""

from pydantic import Field

from channellab.scenarios.settings.base import Settings, setting, table
from channellab.scenarios.settings.docks import DockSettings
from channellab.scenarios.settings.prices import PriceRuleSettings
from channellab.scenarios.settings.stock import StockSettings


class PlantSettings(Settings):
    """A plant with its finished-goods warehouse."""

    region: str = Field(min_length=1, description="Code of the region in which the plant stands.")
    capacity: int = setting(
        10**9, "Units of all SKUs that can be started in a week.", unit="units/week", ge=1, le=10**12
    )


class ManufacturerSettings(Settings):
    """Plants, stock, prices, media and terms of the manufacturer."""

    plants: tuple[PlantSettings, ...] = setting((), "Plants; none = one without limit in the largest region.")
    production_days: float = setting(
        5.0, "Days from the start of a batch to goods in the warehouse.", unit="days", ge=0, le=365
    )
    stock: StockSettings = table(StockSettings, "How plants decide what to make.")
    price: PriceRuleSettings = table(PriceRuleSettings, "How prices ex factory are set.")
    dock: DockSettings = table(DockSettings, "What each plant can load and carry away.")
    advertising: float = setting(0.02, "Spend on media, per consumer.", unit="money/consumer/week", ge=0)
    fixed_cost: float = setting(2000.0, "Overheads of the brand.", unit="money/week", ge=0)
    payment_weeks: int = setting(4, "Credit term given to direct buyers.", unit="weeks", ge=0, le=52)
    working_capital: float = setting(500_000.0, "Cash at the start.", unit="money", ge=0)
