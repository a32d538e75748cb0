"""A scenario: everything that is declared about a market and the policies tried in it."""

from collections.abc import Mapping
from typing import Any, Self

from pydantic import Field, model_validator

from channellab.scenarios.festivals import LAST_YEAR, WEEKS_PER_YEAR
from channellab.scenarios.settings.base import Settings, setting, table
from channellab.scenarios.settings.consumers import ConsumerSettings
from channellab.scenarios.settings.development import DevelopmentSettings
from channellab.scenarios.settings.distributors import (
    DistributorSettings,
    PlatformDistributorSettings,
    SubdistributorSettings,
)
from channellab.scenarios.settings.kols import KolSettings
from channellab.scenarios.settings.layout import LayoutSettings
from channellab.scenarios.settings.leads import LeadSettings
from channellab.scenarios.settings.manufacturer import ManufacturerSettings
from channellab.scenarios.settings.membership import MembershipSettings
from channellab.scenarios.settings.minimum_prices import ComplianceSettings
from channellab.scenarios.settings.network import LogisticsSettings, NetworkSettings
from channellab.scenarios.settings.online import OnlineSettings
from channellab.scenarios.settings.policy import PolicySettings
from channellab.scenarios.settings.products import ProductSettings, RivalSettings
from channellab.scenarios.settings.promotions import AnticipationSettings
from channellab.scenarios.settings.protection import ConflictSettings, DiversionSettings
from channellab.scenarios.settings.retailers import RetailerSettings
from channellab.scenarios.settings.run import RunSettings
from channellab.scenarios.settings.stores import StoreSettings, WarehouseSettings
from channellab.scenarios.settings.stuffing import StuffingSettings

SCHEMA_VERSION = 1


class TitleSettings(Settings):
    """The scenario's name for people."""

    en: str = setting("", "Title in English.")
    zh: str = setting("", "Title in Chinese.")


class AboutSettings(Settings):
    """What the scenario is for; a plain text in a file is taken for English."""

    en: str = setting("", "What it is for, in English.")
    zh: str = setting("", "What it is for, in Chinese.")

    @model_validator(mode="before")
    @classmethod
    def _of_a_text(cls, data: Any) -> Any:
        return {"en": data} if isinstance(data, str) else data


class TimetableEntry(Settings):
    """From week to week, in these places and for these partners, these settings hold instead."""

    weeks: tuple[int, int] = Field(description="First and last measured week, counted from 1.")
    where: tuple[str, ...] = setting((), "Market roles or region codes; none = everywhere.")
    who: tuple[str, ...] = setting((), "Retail formats, 'distributors', 'stores', 'online', 'kols'; none = everybody.")
    set: dict[str, Any] = Field(min_length=1, description="Dotted keys under policy or layout, and their values.")

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        first, last = self.weeks
        if not 1 <= first <= last:
            raise ValueError(f"weeks is [{first}, {last}], allowed are two weeks in order, counted from 1")
        return self


class Scenario(Settings):
    """The whole of a scenario file after layers and overrides are resolved."""

    schema_version: int = setting(SCHEMA_VERSION, "Version of this schema.", ge=1, le=SCHEMA_VERSION)
    title: TitleSettings = table(TitleSettings, "Name for people.")
    about: AboutSettings = table(AboutSettings, "What the scenario is for.")
    run: RunSettings = table(RunSettings, "Length, seed and scale.")
    network: NetworkSettings = table(NetworkSettings, "Regions, districts and sites.")
    logistics: LogisticsSettings = table(LogisticsSettings, "Cost and time of moving goods.")
    consumers: ConsumerSettings = table(ConsumerSettings, "The population.")
    products: tuple[ProductSettings, ...] = setting(
        (ProductSettings(name="own"),), "The brand's SKUs.", min_length=1, max_length=32
    )
    manufacturer: ManufacturerSettings = table(ManufacturerSettings, "The brand's owner.")
    rivals: tuple[RivalSettings, ...] = setting((), "Rival brands.", max_length=8)
    warehouses: WarehouseSettings = table(WarehouseSettings, "The brand's regional warehouses.")
    distributors: DistributorSettings = table(DistributorSettings, "The tier that plants supply.")
    subdistributors: SubdistributorSettings = table(SubdistributorSettings, "The tier below, one district each.")
    platform_distributors: PlatformDistributorSettings = table(
        PlatformDistributorSettings, "Distributors without territory."
    )
    retailers: RetailerSettings = table(RetailerSettings, "The outlets.")
    stores: StoreSettings = table(StoreSettings, "The brand's own stores.")
    online: OnlineSettings = table(OnlineSettings, "The online shops.")
    leads: LeadSettings = table(LeadSettings, "Buyers of goods that are not bought on the spot.")
    kols: KolSettings = table(KolSettings, "The opinion leaders.")
    membership: MembershipSettings = table(MembershipSettings, "The brand's members and subscribers.")
    stuffing: StuffingSettings = table(StuffingSettings, "Goods that partners push on to their buyers.")
    diversion: DiversionSettings = table(DiversionSettings, "Goods sold across territories.")
    conflict: ConflictSettings = table(ConflictSettings, "Partners' satisfaction and the conflict index.")
    anticipation: AnticipationSettings = table(AnticipationSettings, "What firms expect of promotions.")
    development: DevelopmentSettings = table(DevelopmentSettings, "What local display does.")
    compliance: ComplianceSettings = table(ComplianceSettings, "What sellers make of minimum prices.")
    layout: LayoutSettings = table(LayoutSettings, "Where the brand is sold.")
    policy: PolicySettings = table(PolicySettings, "What the brand steers with.")
    timetable: tuple[TimetableEntry, ...] = setting((), "Changes of policy by week, place and partner group.")

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        _adds_to_one("consumers.segments", [segment.share for segment in self.consumers.segments])
        _adds_to_one("retailers.formats", [shop.share for shop in self.retailers.formats])
        _all_different("consumers.segments", [segment.name for segment in self.consumers.segments])
        _all_different("retailers.formats", [shop.name for shop in self.retailers.formats])
        _all_different("membership.tiers", [tier.name for tier in self.membership.tiers])
        _all_different("online.shops", [shop.name for shop in self.online.shops])
        skus = [*self.products, *(sku for rival in self.rivals for sku in rival.products)]
        self._channels_exist()
        _all_different("products and rivals.products", [sku.name for sku in skus])
        self._orders_need_a_shop()
        _known_products(self)
        _returns_pay(self)
        _floors_below_list(self)
        _festivals_known(self)
        network = self.network
        if network.sites_per_district % network.sites_per_area:
            raise ValueError(
                f"network.sites_per_district is {network.sites_per_district}, allowed are multiples of "
                f"network.sites_per_area ({network.sites_per_area})"
            )
        if self.consumers.outlets_considered > network.sites_per_area:
            raise ValueError(
                f"consumers.outlets_considered is {self.consumers.outlets_considered}, allowed are values up to "
                f"network.sites_per_area ({network.sites_per_area})"
            )
        if self.consumers.neighbour_outlets > network.sites_per_district:
            raise ValueError(
                f"consumers.neighbour_outlets is {self.consumers.neighbour_outlets}, allowed are values up to "
                f"network.sites_per_district ({network.sites_per_district})"
            )
        return self

    def _channels_exist(self) -> None:
        known = {shop.name for shop in self.retailers.formats} | {"stores", "online"}
        for number, sku in enumerate(self.products):
            for place, channel in enumerate(sku.channels):
                if channel not in known:
                    raise ValueError(
                        f"products.{number}.channels.{place} is {channel!r}, allowed are {', '.join(sorted(known))}"
                    )

    def _orders_need_a_shop(self) -> None:
        """Orders at the brand's own online shops can be routed or collected only if it has one."""
        if any(shop.owner == "brand" for shop in self.online.shops):
            return
        for name in ("routing", "pickup"):
            if getattr(self.policy.online, name):
                raise ValueError(
                    f"policy.online.{name} is true, but online.shops has none of the brand's; allowed is false"
                )


def _known_products(scenario: Scenario) -> None:
    """Refuses a launch of products that do not exist, now or by the timetable."""
    key, names = "policy.rebate.launch.products", [sku.name for sku in scenario.products]
    launched = [(key, scenario.policy.rebate.launch.products)]
    launched += [(f"timetable.{n}", entry.set[key]) for n, entry in enumerate(scenario.timetable) if key in entry.set]
    for where, products in launched:
        for name in products:
            if name not in names:
                raise ValueError(f"{where} names {name!r} as a new product, allowed are {', '.join(names)}")


def _returns_pay(scenario: Scenario) -> None:
    """Refuses returns that cost a partner more than the credit on the dearest product, now or by the timetable."""
    key, dearest = "policy.returns", max(sku.list_price for sku in scenario.products)
    now = {f"{key}.{name}": value for name, value in scenario.policy.returns.model_dump().items()}
    changes = [(f"timetable.{n}.set.{key}", entry.set) for n, entry in enumerate(scenario.timetable)]
    for where, change in [(key, {}), *changes]:
        share, credit, handling = ((now | change)[f"{key}.{name}"] for name in ("share", "credit", "handling"))
        numbers = all(isinstance(value, int | float) for value in (share, credit, handling))
        if numbers and share > 0 and handling >= credit * dearest:
            raise ValueError(
                f"{where}.handling is {handling:g}, so that no return pays; allowed are values below "
                f"{credit * dearest:g}, the credit on the dearest list price"
            )


def _festivals_known(scenario: Scenario) -> None:
    """Refuses festivals in a run that goes on after their calendar: from then on there would be none, and no word."""
    key, promotion, weeks = "policy.promotion", scenario.policy.promotion, scenario.run.weeks
    named = [(promotion.events, weeks)]
    named += [(entry.set.get(f"{key}.events", ()), min(weeks, entry.weeks[1])) for entry in scenario.timetable]
    lasts = [last for events, last in named if any(_festival_of(event) for event in events)]
    most = LAST_YEAR - (max(lasts, default=1) - 1) // WEEKS_PER_YEAR
    if lasts and promotion.first_year > most:
        raise ValueError(
            f"{key}.first_year is {promotion.first_year}, so that the calendar of festivals, which ends with "
            f"{LAST_YEAR}, ends before the run; allowed are values up to {most}, or events by weeks"
        )


def _festival_of(event: Any) -> Any:
    """The festival of an event, or of the table of one in a timetable."""
    return event.get("festival") if isinstance(event, Mapping) else getattr(event, "festival", None)


def _floors_below_list(scenario: Scenario) -> None:
    """Refuses a least margin with which an outlet that pays no more than the price ex factory is above every list."""
    prices = {f"retailers.formats.{n}.price": shop.price for n, shop in enumerate(scenario.retailers.formats)}
    prices |= {f"online.shops.{n}.price": shop.price for n, shop in enumerate(scenario.online.shops)}
    paid = [(sku.list_price, sku.ex_factory_price) for sku in scenario.products]
    if scenario.manufacturer.price.kind != "list" or not all(cost for _, cost in paid):
        return
    most = max(listed / cost - 1.0 for listed, cost in paid)
    for key, price in (prices | {"stores.price": scenario.stores.price}).items():
        if price.kind in ("undercut", "dynamic", "margin_optimal") and price.floor_margin > most:
            raise ValueError(
                f"{key}.floor_margin is {price.floor_margin:g}, above every list price; allowed are values up to "
                f"{most:g}"
            )


def _adds_to_one(key: str, shares: list[float]) -> None:
    if abs(sum(shares) - 1) > 1e-9:
        raise ValueError(f"{key} have shares that add up to {sum(shares):g}, allowed is a sum of 1")


def _all_different(key: str, names: list[str]) -> None:
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"{key} name {twice[0]!r} twice, allowed are different names")
