"""Where the brand is sold and through whom, by market role: outlets, own stores, partners, suppliers of shops."""

from typing import Literal

from channellab.scenarios.settings.base import Settings, setting, table

LayoutKind = Literal["intensive", "selective", "exclusive"]
Supply = Literal["lowest", "direct", "distributors", "subdistributors", "platform_distributors"]
ProductClass = Literal["convenience", "durable", "luxury"]


class SupplySettings(Settings):
    """Who supplies the shops in each market role."""

    core: Supply = setting(
        "lowest",
        "Who supplies shops in core regions: the brand directly, distributors, their sub-distributors, platform "
        "distributors, or the lowest tier of distributors that the region has.",
    )
    potential: Supply = setting("lowest", "Who supplies shops in potential regions, as in core regions.")
    edge: Supply = setting("lowest", "Who supplies shops in edge regions, as in core regions.")


class StoreShareSettings(Settings):
    """How many of its own stores the brand opens in each market role."""

    core: float = setting(
        0.0, "Share of the candidate sites for own stores opened in a core region.", unit="1", ge=0, le=1
    )
    potential: float = setting(
        0.0, "Share of the candidate sites for own stores opened in a potential region.", unit="1", ge=0, le=1
    )
    edge: float = setting(
        0.0, "Share of the candidate sites for own stores opened in an edge region.", unit="1", ge=0, le=1
    )


class PartnerNumberSettings(Settings):
    """How many partners of a tier work for the brand in each market role."""

    core: int | None = setting(
        None, "Partners at work in each region (district) of core regions; all if absent.", unit="firms", ge=1, le=64
    )
    potential: int | None = setting(
        None,
        "Partners at work in each region (district) of potential regions; all if absent.",
        unit="firms",
        ge=1,
        le=64,
    )
    edge: int | None = setting(
        None,
        "Partners at work in each region (district) of edge regions; all if absent.",
        unit="firms",
        ge=1,
        le=64,
    )


class LayoutSettings(Settings):
    """The kind of layout in each market role, and the share of an area's candidate sites that each kind opens.

    The sites that a denser kind opens contain those of a sparser one: the sites of each shopping area are ranked by
    service, and by lot among equals. A product class may have a kind of its own: a shop carries a SKU where both the
    kind of the region and that of the class open its site.
    """

    core: LayoutKind = setting("intensive", "Layout in core regions.")
    potential: LayoutKind = setting("intensive", "Layout in potential regions.")
    edge: LayoutKind = setting("intensive", "Layout in edge regions.")
    intensive: float = setting(1.0, "Share of sites opened by the intensive layout.", unit="1", ge=0, le=1)
    selective: float = setting(0.5, "Share of sites opened by the selective layout.", unit="1", ge=0, le=1)
    exclusive: float = setting(0.125, "Share of sites opened by the exclusive layout.", unit="1", ge=0, le=1)
    convenience: LayoutKind | None = setting(None, "Layout of convenience goods; that of the region if absent.")
    durable: LayoutKind | None = setting(None, "Layout of shopping and durable goods; that of the region if absent.")
    luxury: LayoutKind | None = setting(None, "Layout of luxury and professional goods; that of the region if absent.")
    supply: SupplySettings = table(SupplySettings, "Who supplies the shops.")
    own_stores: StoreShareSettings = table(StoreShareSettings, "Own stores of the brand.")
    distributors: PartnerNumberSettings = table(PartnerNumberSettings, "Distributors at work.")
    subdistributors: PartnerNumberSettings = table(PartnerNumberSettings, "Sub-distributors at work.")

    def share(self, role: str) -> float:
        """Share of sites that the layout of a market role opens."""
        return float(getattr(self, getattr(self, role)))

    def class_share(self, role: str, kind: ProductClass) -> float:
        """Share of sites that carry SKUs of a product class in a market role."""
        own = getattr(self, kind)
        return self.share(role) if own is None else min(self.share(role), float(getattr(self, own)))
