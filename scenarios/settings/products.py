"""What is sold: the brand's own SKUs and the rivals' on the same shelves."""

from pydantic import Field

from channellab.scenarios.settings.base import Settings, setting
from channellab.scenarios.settings.layout import ProductClass


class SkuSettings(Settings):
    """One SKU, whoever makes it."""

    name: str = Field(min_length=1, max_length=40, description="Name of the SKU, unique in the market.")
    list_price: float = setting(10.0, "Recommended retail price.", unit="money/unit", gt=0)
    ex_factory_price: float = setting(
        6.0, "List price ex factory, or of the rival to outlets.", unit="money/unit", ge=0
    )
    unit_cost: float = setting(4.2, "Cost of making one unit.", unit="money/unit", ge=0)
    appeal: float = setting(
        1.0, "Mean utility of the SKU before price, against not buying.", unit="utility", ge=-50, le=50
    )


class ProductSettings(SkuSettings):
    """One SKU of the brand, with its price ladder."""

    distributor_price: float = setting(
        6.6,
        "List price from distributor to sub-distributor, or to retailer where there is none.",
        unit="money/unit",
        ge=0,
    )
    product_class: ProductClass = setting(
        "convenience",
        "Class of the product, which may have a layout of its own.",
        source="Copeland 1923",
    )
    perishable: bool = setting(False, "Whether what outlets have not sold by the end of a week must be thrown away.")
    channels: tuple[str, ...] = setting(
        (),
        "Retail formats, 'stores', 'online' for which the SKU is made, such as a model of its own; none = all.",
        source="S0: channel-specific models",
    )
    regions: tuple[str, ...] = setting(
        (), "Market roles or region codes for whose shops it is made, such as a county pack; none = all."
    )
    subdistributor_price: float = setting(7.0, "List price from sub-distributor to retailer.", unit="money/unit", ge=0)


class RivalSettings(Settings):
    """One rival brand: its goods enter and leave the market through an external account."""

    name: str = Field(min_length=1, max_length=40, description="Name of the rival brand.")
    lead_days: float = setting(3.0, "Days from an outlet's order to its delivery.", unit="days", ge=0, le=365)
    products: tuple[SkuSettings, ...] = setting((), "SKUs of the rival.", max_length=32)
