"""What the brand does about shops that online sales hurt."""

from typing import Literal

from channellab.scenarios.settings.base import Settings, setting


class OnlinePolicySettings(Settings):
    """Remedies for the conflict between online sales and the shops of a region and format."""

    commission: float = setting(
        0.0,
        "Lead commission: share of the price paid online that goes to the authorised shop where the buyer had looked.",
        unit="1",
        ge=0,
        le=0.95,
        source="S0: 15 %; here off unless a scenario says so",
    )
    commission_from: Literal["brand", "seller"] = setting(
        "brand", "Who pays the lead commission: the brand, or the online shop that sold."
    )
