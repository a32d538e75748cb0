"""The brand's own outlets and stock points on the ground: stores, and regional warehouses."""

from channellab.scenarios.settings.base import Settings, setting, table
from channellab.scenarios.settings.docks import DockSettings
from channellab.scenarios.settings.prices import ShelfPriceSettings
from channellab.scenarios.settings.stock import StockSettings


class StoreSettings(Settings):
    """Own stores: full control of price and service, at full cost. They sell no rivals.

    Everybody of a shopping area considers its own stores beside the nearest shops. A layout opens them in the most
    populous districts of a region first. A store that closes sells off what it holds.
    """

    per_area: int = setting(0, "Candidate sites for own stores in a shopping area.", unit="sites", ge=0, le=4)
    service: float = setting(0.95, "Service level.", unit="0..1", ge=0, le=1)
    knowledge: float | None = setting(
        None,
        "Knowledge of the goods, which speeds up leads; that of the service level if absent.",
        unit="0..1",
        ge=0,
        le=1,
    )
    appeal: float = setting(0.2, "Utility of shopping there, before service.", unit="utility", ge=-20, le=20)
    price: ShelfPriceSettings = table(ShelfPriceSettings, "How own stores price, from what goods cost to make.")
    local_lead_days: float | None = setting(
        None, "Days from the brand's warehouse to a store; by distance if absent.", unit="days", ge=0, le=365
    )
    stock: StockSettings = table(StockSettings, "How own stores replenish.")
    fixed_cost: float = setting(120.0, "Rent and staff of an open store.", unit="money/week", ge=0)


class WarehouseSettings(Settings):
    """Regional warehouses of the brand: plants supply them, and they supply all who buy from the brand."""

    regions: tuple[str, ...] = setting((), "Regions in which they stand; the nearest supplies.", max_length=64)
    lead_days: float | None = setting(
        None, "Days from plant to warehouse; by distance if absent.", unit="days", ge=0, le=365
    )
    stock: StockSettings = table(StockSettings, "How they replenish.")
    dock: DockSettings = table(DockSettings, "What each can load and carry away.")
    fixed_cost: float = setting(150.0, "Cost of running a warehouse.", unit="money/week", ge=0)
