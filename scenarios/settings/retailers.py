"""Retailers: formats of shops on the candidate sites, their stock, prices and service."""

from pydantic import Field

from channellab.scenarios.settings.base import Settings, setting, table
from channellab.scenarios.settings.credit import BuyerSettings
from channellab.scenarios.settings.prices import ShelfPriceSettings
from channellab.scenarios.settings.stock import StockSettings
from channellab.scenarios.settings.subsidies import ServiceSettings


class FormatSettings(Settings):
    """One format of retailer: key account, chain, independent, specialist, smart cabinet and the like.

    That the shops of a chain price almost alike is an input: its rule is set for the chain, and ``price_spread`` is
    what remains between its shops.
    """

    name: str = Field(min_length=1, max_length=40, description="Name of the format.")
    share: float = setting(1.0, "Share of candidate sites that have this format.", unit="1", ge=0, le=1)
    service: float = setting(0.6, "Service level before support by the brand.", unit="0..1", ge=0, le=1)
    knowledge: float | None = setting(
        None,
        "Knowledge of the goods, which speeds up leads; that of the service level if absent.",
        unit="0..1",
        ge=0,
        le=1,
    )
    appeal: float = setting(0.0, "Utility of shopping at the format, before service.", unit="utility", ge=-20, le=20)
    price: ShelfPriceSettings = table(ShelfPriceSettings, "How shops of the format price.")
    price_spread: float = setting(
        0.0,
        "Standard deviation of the log of a shop's price around its rule: among the shops of a chain, or among the "
        "independents of the format.",
        unit="1",
        ge=0,
        le=1,
    )
    chains: int = setting(
        0,
        "Chains that the shops of the format belong to, by lot; 0 = every shop is independent.",
        unit="chains",
        ge=0,
        le=256,
    )
    chain_spread: float = setting(
        0.0, "Standard deviation of the log of a chain's price level around its rule.", unit="1", ge=0, le=1
    )


class RetailerSettings(BuyerSettings):
    """What all retailers share."""

    formats: tuple[FormatSettings, ...] = setting(
        (FormatSettings(name="shop"),), "Formats; their shares must add up to 1.", min_length=1, max_length=16
    )
    local_lead_days: float | None = setting(
        None, "Days from the supplier to a retailer; by distance if absent.", unit="days", ge=0, le=365
    )
    stock: StockSettings = table(StockSettings, "How retailers replenish, own brand and rivals alike.")
    unmet_seen: float = setting(
        0.5, "Share of unmet wishes that an outlet, online or not, notices as demand.", unit="1", ge=0, le=1
    )
    newsvendor: bool = setting(
        False,
        "Whether shops order what earns them most of the brand's goods in expectation, rebates included, instead of by "
        "the rule of retailers.stock.",
        source="Arrow, Harris & Marschak 1951; Taylor 2002",
    )
    shelf_space: int | None = setting(
        None, "Most SKUs, own and rivals', that a shop lists; all if absent.", unit="SKUs", ge=1, le=512
    )
    review_weeks: int = setting(
        13, "Weeks between two reviews of what a shop lists, if shelf space is scarce.", unit="weeks", ge=1, le=520
    )
    area_listing_spread: float = setting(
        0.3,
        "Standard deviation of the log of the liking for a SKU that buyers of a shopping area share.",
        unit="1",
        ge=0,
        le=5,
    )
    buyer_listing_spread: float = setting(
        0.3, "Standard deviation of the log of a shop's own liking for a SKU.", unit="1", ge=0, le=5
    )
    shortage_cost: float = setting(
        0.0, "Compensation to a shopper who waits for an own unit.", unit="money/unit/week", ge=0
    )
    advice_cost: float = setting(
        0.5,
        "Cost to a shop of advising a shopper who then buys own goods online; that of its own buyers is part of what "
        "handling costs.",
        unit="money/shopper",
        ge=0,
    )
    pickup_cost: float = setting(
        0.2, "Cost to a shop of a unit sold online that is collected there.", unit="money/unit", ge=0
    )
    local_delivery_cost: float = setting(
        0.8, "Cost to a shop of a unit that it brings to the door of a buyer online.", unit="money/unit", ge=0
    )
    quality_spread: float = setting(
        0.3, "Standard deviation of the unobserved quality of a site.", unit="utility", ge=0, le=10
    )
    handling_cost: float = setting(6.0, "Cost of carrying the brand, per authorised retailer.", unit="money/week", ge=0)
    working_capital: float = setting(2_000.0, "Cash of a retailer at the start.", unit="money", ge=0)
    support_gain: float = setting(0.3, "Most that support by the brand can add to service.", unit="0..1", ge=0, le=1)
    support_half: float = setting(8.0, "Support at which half of that gain is reached.", unit="money/week", gt=0)
    effort: ServiceSettings = table(ServiceSettings, "Service that shops pay themselves.")
