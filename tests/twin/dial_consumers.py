"""Dials of those who buy."""

from .dial_kinds import Dials

_ALL = {"name": "all", "need": 0.7, "price_sensitivity": 0.2}
_POOR = {"name": "poor", "share": 0.6, "need": 0.5, "price_sensitivity": 0.4, "price_sensitivity_spread": 0.0}
_POOR |= {"online_preference": 0.8, "online_spread": 0.0, "delivery_burden": 0.0}
_RICH = {
    "name": "rich",
    "share": 0.4,
    "need": 0.9,
    "service_preference": 2.5,
    "travel_burden": 0.05,
    "neighbour_burden": 0.0,
}
_RICH |= {"online_preference": -0.3, "online_spread": 1.5, "delivery_burden": 0.6}

CONSUMERS: Dials = {
    "consumers.count": (200,),
    "consumers.segments": ([_ALL], [_POOR, _RICH]),
    "consumers.income_effect": (0.5, 0.0),
    "consumers.season_amplitude": (0.15, 0.0, 1.0),
    "consumers.season_peak": (3, 15),
    "consumers.online_considered": (1, 2, 0, 3),
    "consumers.neighbour_outlets": (0, 2, 1, 0),
    "membership": (
        {},
        {"join": 0.2, "join_direct": 0.9, "redeem_from": 2.0, "nudge": 0.4, "subscribe": 0.7}
        | {"tiers": [{"name": "one", "points": 0.1}, {"name": "two", "purchases": 3, "points": 0.3}]},
        {"join_direct": 1.0, "subscribe": 1.0, "subscription_discount": 0.3, "redeem_from": 0.0},
        {"join": 0.5, "join_direct": 1.0, "subscribe": 1.0, "nudge": -0.5, "subscription_discount": 0.0},
    ),
    "consumers.rest_weeks": (0, 0, 1, 4),
    "consumers.collector_buys": (0.1, 1.0, 0.5),
    "online.review_weeks": (2, 3),
    "online.learning": (0.5, 0.9),
    "consumers.demand": (
        {},
        {},
        {},
        {},
        {"gumbel_scale": 2.0},
        {"reservation_low": -1.0, "reservation_high": 1.0},
        {"gumbel_scale": 0.0, "reservation_low": -2.0, "reservation_high": 3.0},
        {"gumbel_scale": 0.4},
        {"source": "declared"},
        {"source": "declared", "law": "normal", "mean": 5.0, "sd": 4.0},
        {"source": "declared", "law": "uniform", "mean": 6.0, "sd": 2.0},
        {"source": "declared", "law": "constant", "mean": 3.5},
        {"source": "declared", "law": "series", "series": [0, 9, 2, 5, 1]},
    ),
    "consumers.society": (
        {"mixing": "full"},
        {"rewiring": 0.0, "long_ties": 0.0},
        {"friends": 2, "rewiring": 1.0},
        {"friends": 64, "rewiring": 0.5, "long_ties": 0.3},
    ),
    "consumers.awareness": (
        {"initial": 1.0, "forgetting": 0.05},
        {"initial": 0.0, "innovation": 0.1, "imitation": 0.6},
        {"forgetting": 0.3, "imitation": 0.3, "talk_threshold": 0.6, "complaint_threshold": 0.5},
        {"initial": 0.6, "advertising_effect": 3.0, "forgetting": 0.0, "talk_threshold": 0.0},
    ),
    "consumers.memory": (
        {},
        {"loyalty_rate": 0.9, "brand_loyalty": 2.0, "outlet_loyalty": 1.5, "loyalty_fade": 0.2, "channel_habit": 0.0},
        {"channel_habit": 3.0, "habit_rate": 0.6, "talk_weight": 2.0},
        {"satisfaction_rate": 0.8, "satisfaction_weight": 2.0, "service_weight": 1.0, "substitution_regret": 0.9}
        | {"talk_weight": 5.0},
        {"initial_satisfaction": 1.0, "service_weight": 0.0, "satisfaction_rate": 0.1, "loyalty_rate": 0.0}
        | {"habit_rate": 1.0, "channel_habit": 1.0},
    ),
    "consumers.stock_out": (
        {"wait": 0.4},
        {"wait": 1.0, "leave": 0.0, "rounds": 0, "patience": 1},
        {"wait": 0.0, "leave": 0.0},
        {"wait": 0.5, "leave": 0.2, "rounds": 1, "patience": 4},
        {"wait": 0.7, "leave": 0.3, "patience": 3},
    ),
}
