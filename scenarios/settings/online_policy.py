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
    routing: bool = setting(
        False,
        "Whether orders at the brand's own online shops are served by the nearest authorised shop of the buyer's area "
        "that has the goods to spare.",
        source="S0",
    )
    order_share: float = setting(
        0.9, "Share of the price paid online that goes to the shop which serves the order.", unit="1", ge=0, le=1
    )
    pickup: bool = setting(
        False,
        "Whether buyers at the brand's own online shops may collect the goods in an authorised shop.",
        source="S0",
    )
    pickup_fee: float = setting(
        0.5, "Paid by the brand to the shop for a unit that is collected there.", unit="money/unit", ge=0
    )
