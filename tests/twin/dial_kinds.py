"""What a dial is."""

from typing import Any

Values = tuple[Any, ...]
Dials = dict[str, Values]
DIRECT_BUYERS = "direct buyers"
"""In a timetable: the distributors, or the shops of the first format in a market without distributors."""
ONLINE_SHOPS = "online shops"
"""In a timetable: the online shops, or the shops of the first format in a market without them."""
