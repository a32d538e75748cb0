"""What the regional network says in words: names of regions, lowest and highest coverage, alternative text."""

import re
from collections.abc import Mapping
from typing import Literal

import numpy as np
import pandas as pd

from channellab.reports.bands import need
from channellab.reports.charts.flows import busiest, check_flows
from channellab.reports.charts.marks import check_roles, has_coverage
from channellab.reports.language import words
from channellab.reports.quantities import quantity, short
from channellab.scenarios.errors import BadInput

Coverage = Literal["numeric_distribution", "weighted_distribution"]
Frames = Mapping[str, pd.DataFrame]

_COLUMNS = ("region", "name_en", "name_zh", "role", "population", "latitude", "longitude")
_OFFICIAL = re.compile("(壮族|回族|维吾尔)?自治区$|特别行政区$|省$|市$")


def checked(frames: Frames, edges: pd.DataFrame, coverage: str, flows: Frames | None = None) -> dict[str, pd.DataFrame]:
    """The frames with the wanted coverage in a column of that name; arguments as for ``network_maps``.

    Raises:
        BadInput: no scenario, a column is missing, or regions differ between scenarios.
    """
    if not frames:
        raise BadInput("chart", "scenarios", "are none, allowed is at least one")
    first = next(iter(frames.values()))
    for label, frame in frames.items():
        need(label or "regions", frame, (*_COLUMNS, coverage))
        check_roles(frame)
        if list(frame["region"]) != list(first["region"]):
            raise BadInput(label, "region", "differs from the first scenario's, allowed are the same regions in order")
    if len(edges):
        need("edges", edges, ("a", "b"))
    for label, moved in (flows or {}).items():
        check_flows(label, moved)
    return {label: frame.assign(coverage=frame[coverage]) for label, frame in frames.items()}


def alt_text(
    frames: Frames,
    edges: pd.DataFrame,
    lang: str = "en",
    coverage: Coverage = "numeric_distribution",
    flows: Frames | None = None,
) -> str:
    """The map in words: mean, lowest and highest coverage of each scenario, and where most goods go; arguments as for
    ``network_maps``."""
    frames = checked(frames, edges, coverage, flows)
    count, said = len(next(iter(frames.values()))), words(lang)(f"network.{coverage}")
    findings = [_finding(label, frame, lang) for label, frame in frames.items()]
    findings += [_moved(label, frames[label], moved, lang) for label, moved in (flows or {}).items()]
    told = " ".join(filter(None, findings))
    return words(lang)("network.alt", count=count, roads=len(edges), coverage=said, findings=told)


def spread(regions: pd.DataFrame, lang: str) -> str:
    """Lowest and highest coverage and where they are."""
    ends = _range(regions, lang)
    if ends["low"] == ends["high"]:
        return words(lang)("network.everywhere", value=ends["low"])
    return words(lang)("network.range", **ends)


def names(regions: pd.DataFrame, lang: str) -> list[str]:
    """What the regions are called on a map."""
    return [short_name(str(name)) for name in regions[f"name_{words(lang).lang}"]]


def short_name(name: str) -> str:
    """A region's name as people say it: a Chinese one without its administrative rank.

    >>> short_name("广西壮族自治区"), short_name("江苏省"), short_name("Jiangsu")
    ('广西', '江苏', 'Jiangsu')
    """
    return _OFFICIAL.sub("", name) or name


def _range(regions: pd.DataFrame, lang: str) -> dict[str, str]:
    coverage = regions["coverage"].to_numpy(np.float64)
    called = names(regions, lang)
    low, high = int(np.nanargmin(coverage)), int(np.nanargmax(coverage))
    return {
        "low": quantity(coverage[low], "1", lang, 0),
        "low_region": called[low],
        "high": quantity(coverage[high], "1", lang, 0),
        "high_region": called[high],
    }


def _finding(label: str, regions: pd.DataFrame, lang: str) -> str:
    if not has_coverage(regions):
        return words(lang)("network.alt_panel_empty", label=label)
    mean = quantity(float(regions["coverage"].mean()), "1", lang, 0)
    return words(lang)("network.alt_panel", label=label, mean=mean, **_range(regions, lang))


def _moved(label: str, regions: pd.DataFrame, flows: pd.DataFrame, lang: str) -> str:
    most = busiest(flows)
    if most is None:
        return ""
    called = dict(zip(regions["region"].astype(str), names(regions, lang), strict=True))
    a, b, units = most
    return words(lang)(
        "network.alt_flow",
        label=label,
        a=called.get(a, a),
        b=called.get(b, b),
        units=short(units, "units/year", lang),
        total=short(float(flows["units"].sum()), "units/year", lang),
    )
