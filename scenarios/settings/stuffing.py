"""How partners push goods that they have too many of down the channel."""

from channellab.scenarios.settings.base import Settings, setting


class StuffingSettings(Settings):
    """What distributors offer their buyers to take goods that they have bought beyond need, and what these can take."""

    margin_given: float = setting(
        0.0,
        "Most of the margin on a unit that distributors give away on what they push down to their buyers; 0 = they do "
        "not push.",
        unit="1",
        ge=0,
        le=1,
    )
    room_weeks: float = setting(
        6.0,
        "Most weeks of need, beyond their usual stock, for which buyers have room.",
        unit="weeks",
        ge=0,
        le=104,
    )
