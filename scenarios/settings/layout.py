"""Where the brand is sold: intensive, selective or exclusive, by market role."""

from typing import Literal

from channellab.scenarios.settings.base import Settings, setting

LayoutKind = Literal["intensive", "selective", "exclusive"]


class LayoutSettings(Settings):
    """The kind of layout in each market role, and the share of an area's candidate sites that each kind opens.

    The sites that a denser kind opens contain those of a sparser one: the sites of each shopping area are ranked by
    service, and by lot among equals.
    """

    core: LayoutKind = setting("intensive", "Layout in core regions.")
    potential: LayoutKind = setting("intensive", "Layout in potential regions.")
    edge: LayoutKind = setting("intensive", "Layout in edge regions.")
    intensive: float = setting(1.0, "Share of sites opened by the intensive layout.", unit="1", ge=0, le=1)
    selective: float = setting(0.5, "Share of sites opened by the selective layout.", unit="1", ge=0, le=1)
    exclusive: float = setting(0.125, "Share of sites opened by the exclusive layout.", unit="1", ge=0, le=1)
