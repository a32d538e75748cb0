"""Charts: functions from result tables to matplotlib figures, and the same in words for those who cannot see them."""

from channellab.reports.charts.flows import MOST_DIVERTED, is_diverted
from channellab.reports.charts.network import network_map, network_maps, network_panels
from channellab.reports.charts.network_text import alt_text as network_alt_text
from channellab.reports.charts.style import save
from channellab.reports.charts.svg import inline_svg
from channellab.reports.charts.trajectories import alt_text as trajectories_alt_text
from channellab.reports.charts.trajectories import caption as trajectories_caption
from channellab.reports.charts.trajectories import trajectories, trajectory_panel
from channellab.reports.charts.waterfall import alt_text as waterfall_alt_text
from channellab.reports.charts.waterfall import waterfall

__all__ = [
    "MOST_DIVERTED",
    "inline_svg",
    "is_diverted",
    "network_alt_text",
    "network_map",
    "network_maps",
    "network_panels",
    "save",
    "trajectories",
    "trajectories_alt_text",
    "trajectories_caption",
    "trajectory_panel",
    "waterfall",
    "waterfall_alt_text",
]
