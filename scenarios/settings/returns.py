"""Return rights: what of their purchases partners may send back to the brand, and for how much."""

from channellab.scenarios.settings.base import Settings, setting

LONGEST_WINDOW = 52
"""Most weeks for which a right to return lasts."""


class ReturnPolicySettings(Settings):
    """Terms on which those who buy from the brand may return what they have not sold."""

    share: float = setting(
        0.0,
        "Share of the units of a SKU that a partner receives from the brand which it may return; 0 = none.",
        unit="1",
        ge=0,
        le=1,
        source="Pasternack 1985",
    )
    credit: float = setting(
        0.9,
        "Paid back for a unit, as a share of what the partner paid for its stock on average, or pays by now where that "
        "is less.",
        unit="1",
        gt=0,
        le=1,
        source="Pasternack 1985",
    )
    handling: float = setting(0.0, "Packing and freight of a returned unit, paid by the partner.", unit="money", ge=0)
    window_weeks: int = setting(
        13, "Weeks after their arrival within which goods may be returned.", unit="weeks", ge=1, le=LONGEST_WINDOW
    )
