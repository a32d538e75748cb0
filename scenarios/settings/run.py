"""How long a market is played and with which luck."""

from channellab.scenarios.settings.base import Settings, setting


class RunSettings(Settings):
    """Length, seed and scale of a run."""

    weeks: int = setting(104, "Measured weeks.", unit="weeks", ge=1, le=5200)
    warmup: int = setting(26, "Weeks played before measuring starts.", unit="weeks", ge=0, le=1040)
    seed: int = setting(1, "Seed of the world and of all weekly shocks.", ge=0, lt=2**63)
    reporting_factor: float = setting(
        1.0, "Units and money in reports are multiplied by this, and nothing else is.", gt=0, le=1e9
    )
    currency: str = setting("CNY", "Currency of all money in the scenario.", min_length=1, max_length=8)
