"""Choose how many districts stand alone: the largest do, a rest per region gathers the others."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Places:
    """n regions or districts: ids and names (text, length n), population int64[n] persons, float64[n] degrees."""

    ids: tuple[str, ...]
    names_en: tuple[str, ...]
    names_zh: tuple[str, ...]
    population: NDArray[np.int64]
    latitude: NDArray[np.float64]
    longitude: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Districts:
    """D districts: ``region`` int32[D] is the index of the region of each, ``tier`` int8[D] its city tier."""

    places: Places
    region: NDArray[np.int32]
    tier: NDArray[np.int8]


def rest_id(region_id: str) -> str:
    """The id of the district that gathers what does not stand alone in a region."""
    return f"{region_id}-rest"


def gathered(districts: Districts, regions: Places, count: int) -> Districts:
    """``count`` districts, grouped by region, inside it by id with the rest last.

    A rest lies at the population-weighted centre of its districts, is of the tier in which their median person
    lives, and has the region's own name where nothing stands alone. Whoever stands alone does so under every
    higher count too, so ids do not change their meaning with the count.

    Args:
        districts: D districts, at least one in each of the R regions.
        regions: R regions.
        count: from R to D.
    """
    groups = _groups(districts, len(regions.ids), count)
    region = np.array([districts.region[group[0]] for group in groups], np.int32)
    names = [_names(districts, regions, group) for group in groups]
    centres = np.array([_centre(districts.places, group) for group in groups])
    places = Places(
        ids=tuple(own for own, _, _ in names),
        names_en=tuple(english for _, english, _ in names),
        names_zh=tuple(chinese for _, _, chinese in names),
        population=np.array([districts.places.population[group].sum() for group in groups], np.int64),
        latitude=centres[:, 0],
        longitude=centres[:, 1],
    )
    return Districts(places, region, np.array([_median_tier(districts, group) for group in groups], np.int8))


def _names(districts: Districts, regions: Places, group: list[int]) -> tuple[str, str, str]:
    d, r = group[0], int(districts.region[group[0]])
    if len(group) == 1:
        return districts.places.ids[d], districts.places.names_en[d], districts.places.names_zh[d]
    english, chinese = regions.names_en[r], regions.names_zh[r]
    if len(group) == np.count_nonzero(districts.region == r):
        return rest_id(regions.ids[r]), english, chinese
    return rest_id(regions.ids[r]), f"Rest of {english}", f"{chinese}其他地区"


def _groups(districts: Districts, regions: int, count: int) -> list[list[int]]:
    alone = _standing_alone(districts, regions, count)
    members: list[list[int]] = [[] for _ in range(regions)]
    for d in sorted(range(len(alone)), key=lambda d: districts.places.ids[d]):
        members[districts.region[d]].append(d)
    groups = []
    for inside in members:
        groups += [[d] for d in inside if alone[d]]
        groups += [rest] if (rest := [d for d in inside if not alone[d]]) else []
    return groups


def _standing_alone(districts: Districts, regions: int, count: int) -> NDArray[np.bool_]:
    # A rest of one district is that district, so standing its last one alone adds none to the total;
    # every other step adds exactly one, hence every total from R to D is met.
    alone = np.zeros(len(districts.region), np.bool_)
    gathered_in = np.bincount(districts.region, minlength=regions)
    total = regions
    for d in sorted(range(len(alone)), key=lambda d: (-districts.places.population[d], districts.places.ids[d])):
        if total == count:
            break
        alone[d] = True
        gathered_in[districts.region[d]] -= 1
        total += int(gathered_in[districts.region[d]] > 0)
    last: NDArray[np.bool_] = gathered_in[districts.region] == 1
    return alone | last


def _centre(places: Places, group: list[int]) -> tuple[float, float]:
    """Latitude and longitude of the population's centre on the sphere; averaging degrees fails at 180 degrees east."""
    if len(group) == 1:
        return float(places.latitude[group[0]]), float(places.longitude[group[0]])
    north, east = np.radians(places.latitude[group]), np.radians(places.longitude[group])
    points = np.array([np.cos(north) * np.cos(east), np.cos(north) * np.sin(east), np.sin(north)])
    x, y, z = points @ places.population[group].astype(np.float64)
    return float(np.degrees(np.arctan2(z, np.hypot(x, y)))), float(np.degrees(np.arctan2(y, x)))


def _median_tier(districts: Districts, group: list[int]) -> int:
    tier = districts.tier[group]
    order = np.argsort(tier, kind="stable")
    persons = np.cumsum(districts.places.population[group][order])
    return int(tier[order][np.searchsorted(persons, persons[-1] / 2)])
