"""What limits the orders of a firm that buys on credit."""

from channellab.scenarios.settings.base import Settings, setting


class BuyerSettings(Settings):
    """Limits on what a firm orders of the brand's goods."""

    credit_line: float | None = setting(
        None,
        "Most that a firm may owe its suppliers for own goods, orders not yet invoiced included; no limit if absent.",
        unit="money",
        ge=0,
    )
    cash_limit: bool = setting(
        False,
        "Whether a firm keeps what it owes and has on order within its cash plus its credit line (none if absent).",
    )
