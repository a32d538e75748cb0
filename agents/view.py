"""What agents may see of the market: a small protocol, never the market itself."""

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from channellab.agents.consumers import ConsumerColumns
    from channellab.agents.distributors import DistributorColumns
    from channellab.agents.kols import KolColumns
    from channellab.agents.manufacturer import ManufacturerColumns, PlantColumns
    from channellab.agents.online import OnlineColumns
    from channellab.agents.retailers import RetailerColumns
    from channellab.agents.rivals import RivalColumns
    from channellab.agents.stores import StoreColumns
    from channellab.scenarios.arrays import Floats


class CashView(Protocol):
    """The cash of every party."""

    cash: "Floats"


class MarketView(Protocol):
    """The columns of one market, and the week it is in."""

    week: int

    @property
    def ledger(self) -> CashView:
        """The books, as far as agents see them: cash."""

    consumers: "ConsumerColumns"
    retailers: "RetailerColumns"
    stores: "StoreColumns"
    online: "OnlineColumns"
    warehouses: "DistributorColumns"
    distributors: "DistributorColumns"
    platform_distributors: "DistributorColumns"
    subdistributors: "DistributorColumns"
    plants: "PlantColumns"
    manufacturers: "ManufacturerColumns"
    rivals: "RivalColumns"
    kols: "KolColumns"
