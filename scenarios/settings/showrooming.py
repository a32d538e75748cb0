"""Showrooming: shoppers who let a shop advise them, and buy online."""

from channellab.scenarios.settings.base import Settings, setting


class ShowroomingSettings(Settings):
    """Who looks at goods in a shop before buying them online, and what that is worth to them.

    A shop advises only while it has own goods on its shelf. Looking costs the way to it, so that only those look for
    whom the advice is worth more.
    """

    share: float = setting(
        0.0,
        "Share of consumers who look at goods in a shop before buying them online, where that is worth the way.",
        unit="1",
        ge=0,
        le=1,
    )
    carried: float = setting(
        0.5,
        "Share of the service of the shop that is worth as much to them when they buy online.",
        unit="1",
        ge=0,
        le=1,
    )
