"""Where the market is: regions, districts, sites, and what distance costs."""

from channellab.scenarios.settings.base import Settings, setting


class NetworkSettings(Settings):
    """Regions and districts, and how outlet sites lie in them."""

    regions: str = setting(
        "china", "Built-in table (china, us, single, pair) or path of a CSV of regions.", min_length=1
    )
    edges: str | None = setting(None, "Path of a CSV of edges between regions; needed with a CSV of regions.")
    districts: str | None = setting(None, "Path of a CSV of districts; without it each region is one district.")
    district_count: int | None = setting(
        None, "Number of districts: the largest stand alone, a rest per region gathers the others; all if absent.", ge=1
    )
    sites_per_district: int = setting(8, "Candidate outlet sites in a district.", unit="sites", ge=1, le=4096)
    sites_per_area: int = setting(
        8, "Sites that share one shopping area; a district is made of equal areas.", unit="sites", ge=1, le=64
    )
    area_side: float = setting(4.0, "Side of the square shopping area consumers move in.", unit="km", ge=0, le=1000)
    detour: float = setting(
        1.3, "Road kilometres per great-circle kilometre.", unit="km/km", ge=1, le=5, source="common circuity factor"
    )


class LogisticsSettings(Settings):
    """What it costs and how long it takes to move goods."""

    handling_days: float = setting(1.0, "Days to pick, load and unload a delivery.", unit="days", ge=0, le=90)
    km_per_day: float = setting(500.0, "Distance a truck covers in a day.", unit="km/day", gt=0, le=1e6)
    freight_per_unit_km: float = setting(0.0002, "Freight per unit and road kilometre.", unit="money/unit/km", ge=0)
    drop_cost: float = setting(3.0, "Freight per delivery stop, whatever its size.", unit="money/stop", ge=0)
    drops_must_pay: bool = setting(
        False,
        "Whether distributors hold a delivery back, until more is ordered, whose margin is below its freight less what "
        "the brand pays of that.",
    )
