"""Charts: functions from result tables to matplotlib figures, and the same in words for those who cannot see them."""

from channellab.reports.charts.network import alt_text as network_alt_text
from channellab.reports.charts.network import network_map, network_maps
from channellab.reports.charts.style import can_draw, save
from channellab.reports.charts.trajectories import alt_text as trajectories_alt_text
from channellab.reports.charts.trajectories import trajectories

__all__ = [
    "can_draw",
    "network_alt_text",
    "network_map",
    "network_maps",
    "save",
    "trajectories",
    "trajectories_alt_text",
]
