"""The dials of small markets: keys of a scenario, and the values that they are turned to.

What stands behind ``#`` in a key only tells two dials of one table apart.
"""

from typing import Any

from channellab.sim.market import Market

Values = tuple[Any, ...]
Dials = dict[str, Values]
DIRECT_BUYERS = "direct buyers"
"""In a timetable: the distributors, or the shops of the first format in a market without distributors."""
ONLINE_SHOPS = "online shops"
"""In a timetable: the online shops, or the shops of the first format in a market without them."""

REGION_FILES = {
    "one.csv": "id,name,population,income,latitude,longitude\nNORTH,North,1000000,30000,0,0\n",
    "three.csv": "id,name,population,income,role,latitude,longitude\n"
    "NORTH,North,6000000,40000,core,2,0\nSOUTH,South,3000000,30000,potential,0,0\nEAST,East,1000000,15000,edge,1,3\n",
    "roads.csv": "a,b\nNORTH,SOUTH\nSOUTH,EAST\n",
    "five.csv": "id,region,name,population,latitude,longitude\n"
    "N1,NORTH,Capital,4000000,2,0\nN2,NORTH,Port,2000000,2.5,0.5\nS1,SOUTH,Plain,2000000,0,0\n"
    "S2,SOUTH,Hills,1000000,0,-1\nE1,EAST,Coast,1000000,1,3\n",
}
_ONE = {"network.regions": "one.csv"}
_THREE = {"network.regions": "three.csv", "network.edges": "roads.csv"}

PLACES: dict[str, dict[str, Any]] = {
    "one area": _ONE
    | {"network.sites_per_district": 10, "network.sites_per_area": 10, "consumers.outlets_considered": 4},
    "two areas": _ONE
    | {"network.sites_per_district": 10, "network.sites_per_area": 5, "consumers.outlets_considered": 3}
    | {"manufacturer.plants": [{"region": "NORTH", "capacity": 35}]},
    "three regions": _THREE
    | {"network.sites_per_district": 4, "network.sites_per_area": 2, "consumers.outlets_considered": 2}
    | {"manufacturer.plants": [{"region": "SOUTH", "capacity": 70}]},
    "five districts": _THREE
    | {"network.districts": "five.csv", "consumers.outlets_considered": 2}
    | {"network.sites_per_district": 2, "network.sites_per_area": 2}
    | {"manufacturer.plants": [{"region": "NORTH", "capacity": 45}, {"region": "EAST", "capacity": 10}]},
    "a plant far away": _THREE
    | {"network.sites_per_district": 4, "network.sites_per_area": 4, "consumers.outlets_considered": 4}
    | {"manufacturer.plants": [{"region": "EAST"}]},
}

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
_OWN = [
    {"name": "one", "list_price": 10.0, "appeal": 2.6},
    {"name": "two", "list_price": 12.0, "distributor_price": 8.0, "ex_factory_price": 7.0, "appeal": 2.9}
    | {"product_class": "durable", "channels": ["shop", "stores"]},
    {
        "product_class": "luxury",
        "regions": ["core", "edge"],
        "name": "three",
        "perishable": True,
        "list_price": 7.5,
        "distributor_price": 5.5,
        "ex_factory_price": 5.0,
        "unit_cost": 3.0,
    },
]
_ORIENT = {"name": "orient", "list_price": 9.0, "ex_factory_price": 5.5, "appeal": 2.0}
_VALUE = {"name": "value", "list_price": 6.0, "ex_factory_price": 4.5, "appeal": 1.5}
_RIVALS = [{"name": "Orient", "products": [_ORIENT]}, {"name": "Value", "lead_days": 8.0, "products": [_VALUE]}]
_LINEAR = {"rule": "linear_demand", "choke_price": 15.0}
_MALL = {"name": "mall", "popularity": 3.0, "appeal": 0.5, "discount": 0.05, "price": {"elasticity": 20.0}}
_BRAND = {"name": "brand", "owner": "brand", "price": {"rule": "markup", "markup": 1.2}, "platform_fee": 0.02}
_BRAND |= {"delivery_days": 0.0, "service": 0.9}
_FRIENDS = {"name": "friends", "service": 0.2, "platform_fee": 0.3, "delivery_days": 6.0}
_LIVE = {"name": "live", "kind": "livestream", "discount": 0.4, "knowledge": 0.1, "traffic_cost": 1.0}
_LIVE |= {"popularity": 0.4}
_GROUP = {"name": "group", "kind": "group_buying", "group_size": 4, "popularity": 4.0, "price": _LINEAR}
_GROUP |= {"delivery_cost": 0.0, "platform_fee": 0.0}
_TALK = {"name": "talk", "kind": "social", "discount": 0.05}
_STREAM = {"name": "stream", "kind": "livestream", "traffic_cost": 0.2}
_FLAG = {"name": "flagship", "owner": "brand", "discount": 0.1, "traffic_cost": 0.0, "delivery_days": 6.0}
_UNDERCUT = {"rule": "undercut", "undercut": 0.05, "elasticity": 15.0}
_TRIED = {"rule": "margin_optimal", "experiment": 0.1, "learning": 0.2, "adjustment": 0.5, "price_bound": 0.4}
_STUBBORN = {"rule": "margin_optimal", "experiment": 0.0, "elasticity_spread": 0.0, "elasticity": 1.6}
_LOGIT = {"rule": "logit_optimal", "price_sensitivity": 0.5, "share_at_list": 0.4}
_QUICK = {"rule": "dynamic", "stock_response": 0.4, "demand_response": 0.3, "price_bound": 0.2}
_CHAIN = {"name": "shop", "share": 0.6, "chains": 2, "chain_spread": 0.1}
_RACE = {"name": "race", "price": {"rule": "undercut", "undercut": 0.2, "floor_margin": 0.02}, "discount": 0.1}
_RACE["price"] |= {"elasticity": 9.0}
_WISE = {"name": "wise", "price": _QUICK | {"rival_response": 0.9, "floor_margin": 0.3}}
_SPREAD = {"name": "kiosk", "share": 0.5, "service": 0.3, "knowledge": 0.7, "appeal": 0.3, "price_spread": 0.1}

_LEVELS = ("talks", "arbitration", "ruling")
_SALE = {"name": "sale", "weeks": [6, 7], "discount": 0.3, "display": 0.8, "brand_share": 0.6}
_LATE = {"name": "late", "weeks": [12, 12], "discount": 0.15, "who": ["shop"]}
_EXTRA = {"name": "extra", "weeks": [8, 9], "discount": 0.4}
_NEW_YEAR = {"name": "new year", "festival": "spring_festival", "duration": 2, "discount": 0.25}
_DEAL = {"weeks": [5, 6], "rate": 0.2}
_LATER = {"weeks": [9, 9], "rate": 0.1}
_BACK = {"kind": "scan_back", "weeks": [6, 8], "rate": 0.3, "who": ["shop"]}

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

GOODS: Dials = {
    "products": (_OWN[:1], _OWN[:2], _OWN),
    "rivals": ([], _RIVALS[:1], _RIVALS, [{"name": "Nothing"}, *_RIVALS[1:]]),
    "retailers.formats": (
        [{"name": "shop", "service": 0.9, "price": _LOGIT}],
        [{"name": "shop", "share": 0.5}, _SPREAD | {"price": {"rule": "markup", "markup": 0.4, "elasticity": 12.0}}],
        [
            {
                "name": "shop",
                "price": {"rule": "linear_demand", "choke_price": 16.0, "elasticity": 8.0},
                "price_spread": 0.2,
            }
        ],
        [{"name": "shop", "share": 0.5, "price": {"rule": "markup", "markup": 0.2, "elasticity": 20.0}}, _SPREAD],
        [_CHAIN | {"price": _TRIED, "price_spread": 0.05}, _SPREAD | {"share": 0.4, "price": _UNDERCUT}],
        [_CHAIN | {"price": _UNDERCUT}, _SPREAD | {"share": 0.4, "price": _TRIED, "chains": 1}],
        [_CHAIN | {"price": _STUBBORN}, _SPREAD | {"share": 0.4, "price": _QUICK}],
        [{"name": "shop", "price": _TRIED, "price_spread": 0.1}],
    ),
    "layout#supply": (
        {},
        {},
        {"supply": {"core": "direct"}},
        {"supply": {"potential": "platform_distributors", "core": "distributors"}},
        {"supply": {"edge": "distributors", "core": "platform_distributors"}},
    ),
    "layout#class": ({}, {"luxury": "exclusive", "durable": "selective"}, {"convenience": "selective"}),
    "layout#stores": ({}, {"own_stores": {"core": 0.4, "edge": 1.0}}, {"own_stores": {"core": 1.0, "potential": 0.5}}),
    "layout#partners": ({}, {"distributors": {"core": 1}, "subdistributors": {"core": 1, "potential": 1}}),
    "warehouses.regions": ([], [], ["NORTH"]),
    "platform_distributors": ({}, {"regions": ["NORTH"]}, {"regions": ["NORTH"], "price": {"rule": "markup"}}),
    "stores": (
        {},
        {"per_area": 1},
        {"per_area": 2, "price": {"rule": "markup", "markup": 1.1}, "fixed_cost": 9.0, "knowledge": 0.2},
    ),
    "manufacturer.price": ({}, {"rule": "markup", "markup": 0.5}, {"rule": "constant_elasticity", "elasticity": 2.8}),
    "distributors.price": ({}, {"rule": "markup", "markup": 0.15}, {"rule": "linear_demand", "choke_price": 12.0}),
    "subdistributors.price": ({}, {"rule": "markup", "markup": 0.1}, {"rule": "linear_demand", "choke_price": 14.0}),
    "online.shops": (
        [],
        [_FRIENDS | {"kind": "social"}, _GROUP | {"group_size": 2}, _MALL],
        [_MALL, _TALK],
        [_BRAND, _STREAM],
        [_MALL, _BRAND | {"delivery_days": 5.0}, _TALK, _STREAM, _STREAM | {"name": "second stream"}],
        [_BRAND, _LIVE, _FRIENDS],
        [_GROUP, _MALL, _FLAG, _LIVE, _BRAND],
        [_RACE, _MALL | {"traffic_cost": 0.0}, _WISE | {"owner": "partner", "platform_fee": 0.0}],
        [_BRAND | {"price": _TRIED}, _RACE, _RACE | {"name": "runner"}],
    ),
    "policy": (
        {},
        {"price": {"ex_factory_discount": 0.1, "recommended_discount": 0.05}, "funds": {"district_support": 80.0}},
        {"funds": {"district_support": 0.0}},
        {"price": {"kind": "banded", "band": 0.1}},
        {"price": {"kind": "uniform"}},
    ),
    "kols": (
        {},
        {"count": 9, "replies": 2, "push": 0.8, "engage": 0.9, "watch": 0.9, "share": 0.5},
        {"count": 5, "head": 0.4, "mid": 0.4, "fee_power": 1.0, "share_gain": 1.0, "referral_weeks": 2},
        {"count": 12, "push": 1.0, "engage": 1.0, "proof_gain": 0.0, "endorsement": 4.0, "endorsement_kept": 0.2},
    ),
    "kols#followers": (
        {"followers": {"smallest": 0.02, "largest": 0.6}},
        {"followers": {"smallest": 0.1, "largest": 0.9, "exponent": 0.5, "near": 1.0, "circle": 0.0}},
        {"followers": {"smallest": 0.05, "largest": 0.2, "near": 0.2, "near_most": 0.1, "circle": 1.0}},
    ),
    "kols#trust": (
        {"trust": {"base": 0.8, "tolerated": 0.0, "fatigue": 0.5}},
        {"trust": {"base": 0.4, "fade": 0.5, "answered": 0.9, "recent_kept": 0.0}},
        {"trust": {"base": 0.6, "kept_promise": 0.9, "broken_promise": 0.9, "fatigue": 1.0}},
    ),
    "policy#kols": (
        {"kols": {"head": 1.0, "mid": 1.0, "ordinary": 0.5, "posts": 1.5, "stream_weeks": 3, "reward": 1.5}},
        {"kols": {"head": 0.3, "mid": 0.5, "ordinary": 0.3, "posts": 3.0, "commission": 0.4}},
        {"kols": {"mid": 0.6, "ordinary": 1.0, "posts": 0.4, "stream_weeks": 1, "event_discount": 0.5}},
    ),
    "consumers.showrooming": (
        {"share": 1.0, "carried": 1.0},
        {},
        {"share": 0.6, "carried": 0.4},
    ),
    "policy.online": (
        {"commission": 0.15, "routing": True, "pickup": True, "order_share": 0.7},
        {"commission": 0.3, "commission_from": "seller", "pickup": True},
        {"routing": True, "pickup": True, "pickup_fee": 0.9},
        {"routing": True},
        {"commission": 0.2, "commission_from": "seller", "pickup": True, "pickup_fee": 0.0},
    ),
    "policy.protection": (
        {"anomaly_threshold": 0.5, "history_weeks": 3, "warnings": 0, "deductions": 0, "damages": 0.1, "deposit": 20.0}
        | {"damages_cases": 0, "audits": 0.4, "audit_target": "suspects", "audit_finds": 0.7, "audit_cost": 5.0},
        {"deposit": 90.0, "detection": 0.6, "warnings": 0, "deductions": 2, "damages": 2.0, "injured_share": 0.4}
        | {"tolerance": 0.01}
        | {"scan_rate": 0.05, "member_scan_rate": 0.3, "scan_days": 9.0},
        {"detection": 0.9, "trace_days": 16.0, "warnings": 1, "deductions": 0, "damages": 0.5, "stop_weeks": 2}
        | {"damages_cases": 2, "scan_rate": 0.1, "anomaly_threshold": 0.1},
        {"territories": False, "deposit": 50.0, "detection": 0.5, "false_alarms": 0.5, "audits": 2.0},
        {"detection": 0.4, "false_alarms": 0.2, "deposit": 30.0, "warnings": 0, "deductions": 1, "deduction": 0.3}
        | {"damages_cases": 0, "audits": 1.3, "anomaly_threshold": 1.5},
    ),
    "policy.disputes": (
        {},
        {"talks": {"staff": 1, "days": 3.0, "settles": 0.4, "error": 0.4}, "ruling": {"staff": 1, "days": 5.0}},
        {"arbitration": {"staff": 1, "days": 6.0, "law": "uniform", "deadline_days": 4.0}}
        | {"ruling": {"staff": 2, "error": 0.6}, "staff_cost": 40.0},
        {
            "talks": {"staff": 2, "days": 9.0, "settles": 0.9, "deadline_days": None},
            "arbitration": {"staff": 1, "days": 12.0, "settles": 0.0},
        },
    ),
    "diversion": (
        {},
        {"openness": 1.0, "margin": 0.02, "half_discount": 0.005},
        {"openness": 0.7, "margin": 0.2, "half_discount": 0.02, "undercut": 0.8, "prior_detection": 0.02},
        {"openness": 0.9, "margin": 0.01, "pressure": 0.3, "undercut": 0.3, "prior_attempts": 3.0, "hearsay": 1.0},
    ),
    "conflict#fairness": (
        {"from_unfairness": 0.8, "fair_share": 0.6, "push_withheld": 2.0, "stock_withheld": 1.0},
        {"from_unfairness": 0.4},
        {
            "satisfaction_rate": 0.7,
            "from_unfairness": 1.0,
            "fair_share": 0.9,
            "push_withheld": 0.5,
            "stock_withheld": 1.0,
        },
        {},
    ),
    "conflict": (
        {"contest": 1.0, "complaint": 0.8},
        {"satisfaction_rate": 0.5, "habit_rate": 0.2, "from_online": 1.0, "from_dispute": 0.3},
        {"from_diversion": 0.3, "from_audit": 0.4, "contest": 0.8, "complaint": 0.5, "from_ruling": 1.0},
    ),
    "layout": (
        {},
        {"core": "selective", "potential": "exclusive", "edge": "selective"},
        {"core": "selective", "edge": "exclusive", "selective": 0.3},
        {"intensive": 0.7},
    ),
    "timetable": (
        [],
        [
            {"weeks": [4, 9], "set": {"policy.price.ex_factory_discount": 0.3}},
            {"weeks": [3, 12], "set": {"policy.kols.ordinary": 1.0, "policy.kols.reward": 4.0}},
            {"weeks": [5, 9], "where": ["NORTH"], "set": {"policy.kols.stream_weeks": 2, "policy.kols.posts": 2.5}},
            {"weeks": [4, 9], "where": ["NORTH"], "set": {"policy.protection.deposit": 120.0}},
            {"weeks": [10, 18], "where": ["potential"], "set": {"policy.price.ex_factory_discount": 0.35}},
            {"weeks": [9, 15], "set": {"policy.protection.territories": False}},
            {"weeks": [6, 9], "where": ["NORTH"], "set": {"policy.protection.audits": 2.0}},
            {"weeks": [8, 16], "set": {"layout.selective": 0.9, "layout.exclusive": 0.7, "layout.intensive": 1.0}},
            {"weeks": [4, 5], "set": {"policy.disputes.talks.staff": 2, "policy.disputes.ruling.days": 9.0}},
            {"weeks": [7, 18], "set": {f"policy.disputes.{level}.staff": 0 for level in _LEVELS}},
            {"weeks": [7, 13], "where": ["core"], "set": {"policy.online.commission": 0.25}},
            {"weeks": [8, 14], "where": ["potential"], "set": {"policy.online.commission_from": "seller"}},
        ],
        [
            {"weeks": [3, 6], "where": ["core"], "set": {"layout.core": "exclusive"}},
            {"weeks": [5, 12], "who": ["shop"], "set": {"policy.price.recommended_discount": 0.2}},
            {"weeks": [6, 10], "where": ["NORTH"], "set": {"policy.funds.district_support": 200.0}},
            {"weeks": [7, 11], "set": {"layout.supply.core": "direct", "layout.supply.potential": "direct"}},
        ],
        [
            {"weeks": [2, 5], "who": [DIRECT_BUYERS], "set": {"policy.price.ex_factory_discount": 0.2}},
            {"weeks": [6, 30], "set": {"policy.price.ex_factory_discount": 0.4}},
            {"weeks": [5, 9], "where": ["edge", "core"], "set": {"layout.intensive": 0.4, "layout.selective": 0.9}},
        ],
        [
            {"weeks": [3, 7], "who": [ONLINE_SHOPS], "set": {"policy.price.recommended_discount": 0.25}},
            {"weeks": [5, 11], "who": [DIRECT_BUYERS, ONLINE_SHOPS], "set": {"policy.price.ex_factory_discount": 0.3}},
            {"weeks": [12, 14], "where": ["potential", "core"], "set": {"policy.price.recommended_discount": 0.15}},
            {"weeks": [6, 9], "where": ["core"], "set": {"layout.own_stores.core": 0.0}},
        ],
        [
            {"weeks": [4, 8], "set": {"policy.price.kind": "uniform"}},
            {"weeks": [7, 13], "who": ["shop"], "set": {"policy.price.band": 0.03}},
            {"weeks": [9, 13], "where": ["core", "edge"], "set": {"policy.price.kind": "banded"}},
            {"weeks": [10, 15], "who": ["shop", ONLINE_SHOPS], "set": {"policy.price.recommended_discount": 0.1}},
            {"weeks": [6, 12], "who": ["shop"], "set": {"policy.map.minimum": 0.95, "policy.map.detection": 0.6}},
        ],
        [
            {"weeks": [3, 9], "set": {"policy.rebate.kind": "all_units", "policy.rebate.period_weeks": 5}},
            {"weeks": [10, 15], "who": [DIRECT_BUYERS], "set": {"policy.rebate.kind": "increment"}},
            {"weeks": [3, 15], "set": {"policy.rebate.tiers": [{"from_purchases": 90.0, "rate": 0.2}]}},
            {"weeks": [2, 11], "set": {"policy.rebate.yearly.kind": "all_units"}},
            {"weeks": [6, 14], "who": [DIRECT_BUYERS], "set": {"policy.price.quantity.kind": "increment"}},
            {"weeks": [5, 13], "where": ["NORTH"], "set": {"policy.development.rate": 0.15}},
            {"weeks": [3, 11], "where": ["NORTH"], "set": {"policy.returns.share": 0.9}},
            {"weeks": [4, 11], "where": ["NORTH"], "set": {"policy.subsidies.satisfaction.amount": 90.0}},
            {"weeks": [2, 16], "who": ["shop"], "set": {"policy.promotion.events": [_EXTRA]}},
            {"weeks": [5, 12], "who": [DIRECT_BUYERS], "set": {"policy.promotion.deals": [_DEAL, _LATER]}},
            {"weeks": [1, 9], "set": {"policy.promotion.notice_days": 15}},
        ],
    ),
}

FIRMS: Dials = {
    "stores.local_lead_days": (None, 0.0, 8.0),
    "warehouses.lead_days": (None, 7.0, 3.0),
    "platform_distributors.trunk_lead_days": (None, 9.0, 0.0),
    "manufacturer.stock#rule": (
        {},
        {"rule": "base_stock", "level": 40},
        {"rule": "s_S", "level": 70, "reorder_point": 20},
    ),
    "manufacturer.stock#forecast": ({}, {"forecast": "moving_average", "forecast_weeks": 4}, {"smoothing": 1.0}),
    "manufacturer.stock#cost": ({}, {"holding_cost": 0.3}),
    "subdistributors.stock#rule": (
        {},
        {"rule": "base_stock", "level": 15},
        {"rule": "s_S", "level": 25, "reorder_point": 8},
    ),
    "subdistributors.stock#forecast": ({}, {"forecast": "moving_average", "forecast_weeks": 2}, {"smoothing": 0.9}),
    "subdistributors.stock#cost": ({}, {"safety_factor": 0.5}, {"holding_cost": 0.2}),
    "online.stock#rule": (
        {},
        {},
        {"rule": "base_stock", "level": 12},
        {"rule": "s_S", "level": 30, "reorder_point": 10},
    ),
    "online.stock#forecast": ({}, {"forecast": "moving_average", "forecast_weeks": 3}, {"smoothing": 0.7}),
    "online.stock#cost": ({}, {"safety_factor": 0.0}, {"holding_cost": 0.1}),
    "distributors.stock#rule": (
        {},
        {"rule": "base_stock", "level": 20},
        {"rule": "s_S", "level": 40, "reorder_point": 15},
    ),
    "distributors.stock#forecast": ({}, {"forecast": "moving_average", "forecast_weeks": 1}, {"smoothing": 0.6}),
    "subdistributors.stock#first": ({}, {}, {"forecast": "first"}),
    "distributors.stock#cost": ({}, {"safety_factor": 0.0}, {"holding_cost": 0.3}),
    "retailers.stock#rule": (
        {},
        {},
        {"rule": "base_stock", "level": 6},
        {"rule": "s_S", "level": 9, "reorder_point": 3},
    ),
    "retailers.stock#forecast": ({}, {"forecast": "moving_average", "forecast_weeks": 8}, {"smoothing": 0.5}),
    "retailers.stock#cost": ({}, {"safety_factor": 0.0}, {"safety_factor": 2.5, "holding_cost": 0.3}),
    "manufacturer.dock": ({}, {}, {}, {"loading_per_day": 5.0}, {"trucks": 2, "truck_load": 25}, {"truck_load": 7}),
    "distributors.dock": (
        *({}, {}, {}, {}),
        {"loading_per_day": 4.0, "trucks": 1, "round_trip_days": 2.5},
        {"trucks": 1},
        {"loading_per_day": 2.5, "truck_load": 6},
    ),
    "platform_distributors.dock": ({}, {}, {"loading_per_day": 9.0, "truck_load": 8}),
    "warehouses.dock": ({}, {}, {"loading_per_day": 5.0, "trucks": 3, "truck_load": 12}),
    "subdistributors.dock": (
        *({}, {}, {}),
        {"loading_per_day": 2.0, "trucks": 2, "truck_load": 5},
        {"trucks": 1, "round_trip_days": 0.0},
    ),
    "distributors.per_region": (1, 2, 0),
    "distributors.payment_weeks": (4, 0),
    "subdistributors.per_district": (0, 0, 1, 2),
    "subdistributors.payment_weeks": (3, 0),
    "subdistributors.fixed_cost": (15.0, 0.0),
    "online.fixed_cost": (50.0, 0.0),
    "manufacturer.payment_weeks": (2, 0),
    "manufacturer.production_days": (5.0, 0.0, 7.0, 9.5, 20.0),
    "distributors.trunk_lead_days": (None, 0.0, 2.5, 7.0, 8.0, 20.0),
    "subdistributors.regional_lead_days": (None, 0.0, 3.5, 7.0, 10.0),
    "online.lead_days": (None, 0.0, 5.0, 7.0, 15.0),
    "online.region": (None, "NORTH"),
    "retailers.local_lead_days": (None, 0.0, 3.0, 7.0, 10.0, 14.0),
    "logistics.handling_days": (1.0, 0.0, 3.5),
    "logistics.km_per_day": (500.0, 45.0),
    "logistics.drop_cost": (3.0, 0.0, 0.5, 0.0),
    "logistics.freight_per_unit_km": (0.0002, 0.01),
    "retailers.unmet_seen": (0.5, 0.0, 1.0),
    "retailers.newsvendor": (False, False, True),
    "retailers.shelf_space": (None, None, None, 2, None, 1),
    "retailers.review_weeks": (13, 1, 4, 3),
    "retailers.area_listing_spread": (0.3, 0.0, 1.0),
    "retailers.buyer_listing_spread": (0.3, 1.5, 0.0),
    "retailers.shortage_cost": (0.0, 0.7),
    "retailers.quality_spread": (0.3, 0.0),
    "retailers.support_gain": (0.3, 1.0),
    "leads#ways": (
        {},
        {},
        {},
        {"share": 0.6},
        {"share": 0.3, "media": 20.0, "referral": 0.8, "media_cost": 2.0},
        {"media": 5.0, "referral": 2.0, "kol": 1.0},
        {"share": 1.0, "kol": 3.0, "referral": 0.4, "capacity": 2},
    ),
    "leads#stages": (
        {},
        {"stages": [{"name": "call", "days": 1.0, "conversion": 0.9, "cost": 0.5}], "stock_out_loss": 0.1},
        {"stages": [{"name": "visit", "days": 4.0, "conversion": 0.8}, {"name": "quote", "days": 3.0, "cost": 1.0}]}
        | {"speed_gain": 1.0, "conversion_gain": 0.0, "lost_to_rival": 1.0},
        {"speed_gain": 0.0, "conversion_gain": 1.0, "stock_out_loss": 1.0, "lost_to_rival": 0.0},
    ),
    "run.warmup": (0, 3),
    "run.reporting_factor": (1.0, 50.0),
}

_SMALL = [{"from_purchases": 60.0, "rate": 0.04}, {"from_purchases": 400.0, "rate": 0.1}]
_STEEP = [{"from_purchases": 0.0, "rate": 0.02}, {"from_purchases": 150.0, "rate": 0.3}]

_FEW = [{"from_units": 3, "rate": 0.05}, {"from_units": 12, "rate": 0.2}]
_MANY = [{"from_units": 8, "rate": 0.1}, {"from_units": 30, "rate": 0.3}, {"from_units": 200, "rate": 0.5}]

_GOLD = {"name": "gold", "from_purchases": 100.0, "base_rate": 0.05, "growth_rate": 0.1}
_PLATINUM = {"name": "platinum", "from_purchases": 250.0, "base_rate": 0.15, "growth_rate": 0.3}

MONEY: Dials = {
    "policy.map": (
        {},
        {"minimum": 0.97, "detection": 0.7, "warnings": 0, "takedowns": 2, "takedown_weeks": 2, "penalty": 0.4},
        {"minimum": 1.0, "detection": 0.5, "scan_cost": 1.0, "warnings": 1, "takedowns": 0, "penalty": 2.0},
        {"minimum": 0.9, "detection": 0.9, "warnings": 9},
    ),
    "compliance": (
        {"prior_cost": 0.02, "hearsay": 1.0},
        {"prior_detection": 0.01, "prior_weeks": 3.0},
        {"prior_cases": 9.0, "prior_cost": 0.3},
    ),
    "policy.promotion": (
        {},
        {"events": [_SALE, _LATE], "deals": [_DEAL, _BACK], "notice_days": 21, "online_floor": 0.95},
        {"events": [_NEW_YEAR], "deals": [_DEAL, _LATER], "notice_days": 60, "first_year": 2025},
        {"events": [_SALE], "deals": [_BACK], "notice_days": 0, "online_floor": 1.0},
    ),
    "anticipation": ({}, {"response": 0.5, "learning": 1.0}, {"response": 6.0, "learning": 0.2}),
    "policy.rebate": (
        {},
        {"kind": "all_units", "period_weeks": 4, "tiers": _SMALL},
        {"kind": "increment", "period_weeks": 5, "pay_delay_weeks": 0, "tiers": _STEEP},
        {"kind": "all_units", "period_weeks": 6, "pay_delay_weeks": 2, "tiers": _STEEP},
    ),
    "policy.returns": (
        *({}, {}),
        {"share": 1.0, "credit": 0.8, "window_weeks": 3},
        {"share": 0.4, "credit": 0.95, "handling": 0.05, "window_weeks": 6},
        {"share": 0.75, "credit": 1.0, "handling": 0.2},
    ),
    "policy.development": (
        *({}, {}),
        {"rate": 0.2, "period_weeks": 4, "proof": 0.2},
        {"rate": 0.1, "period_weeks": 3, "brand_share": 0.8, "proof": 2.0},
    ),
    "policy.subsidies.outlets": (
        {},
        {"amount": 3.0, "weeks": 5, "bar": 1.0},
        {"amount": 40.0, "weeks": 8, "bar": 1.0},
        {"amount": 15.0, "weeks": 3, "bar": 0.4},
    ),
    "policy.subsidies.freight": (
        {},
        {"share": 0.5, "city_tier": 1},
        {"share": 0.1, "grade_step": 0.3, "city_tier": 2},
        {"share": 0.9, "grade_step": 0.2, "city_tier": 4},
    ),
    "policy.subsidies.satisfaction": (
        *({}, {}),
        {"amount": 60.0, "bar": 0.3, "period_weeks": 3},
        {"amount": 400.0, "bar": 0.6, "period_weeks": 4},
    ),
    "retailers.effort": ({}, {"prior": 1.0, "learning": 1.0}, {"prior": 0.2, "learning": 0.3}),
    "logistics.drops_must_pay": (False, False, True),
    "development": ({}, {"display_gain": 2.0, "display_half": 2.0, "learning": 0.2, "prior_gain": 0.9}),
    "policy.rebate#limits": (
        *({}, {}),
        {"promotion_multiplier": 1.5, "cap": 0.4, "clawback": 0.5},
        {"promotion_multiplier": 2.0, "clawback": 1.0},
        {"cap": 0.5},
    ),
    "policy.rebate#first": ({}, {"first_week": 3}, {"counts": "sales"}),
    "policy.rebate.yearly": (
        *({"period_weeks": 8}, {"period_weeks": 8}),
        {"kind": "all_units", "period_weeks": 12, "pay_delay_weeks": 1, "tiers": _SMALL},
        {"kind": "increment", "counts": "sales", "period_weeks": 10, "first_week": 4, "pay_delay_weeks": 0}
        | {"tiers": _STEEP},
    ),
    "policy.rebate.grades": (
        {},
        {"grades": [_GOLD, _PLATINUM], "period_weeks": 4, "pay_delay_weeks": 1},
        {"grades": [_GOLD | {"from_purchases": 0.0}, _PLATINUM], "period_weeks": 6, "first_week": 2},
    ),
    "policy.rebate.growth": (
        {},
        {"rate": 0.2, "period_weeks": 4, "correction": 0.5, "pay_delay_weeks": 1},
        {"rate": 0.3, "period_weeks": 3, "new_share": 0.3, "pay_delay_weeks": 0},
    ),
    "policy.rebate.target": (
        {},
        {"kind": "fixed", "goal": 200.0, "rate": 0.05, "bonus": 10.0, "period_weeks": 4},
        {"kind": "growth", "growth": 1.2, "rate": 0.1, "period_weeks": 5, "pay_delay_weeks": 0},
    ),
    "policy.rebate.sprint": ({}, {}, {"kind": "growth", "growth": 1.05, "rate": 0.04, "period_weeks": 2}),
    "policy.rebate.new_customers": ({}, {"rate": 0.05, "period_weeks": 4}, {"rate": 0.1, "period_weeks": 5}),
    "policy.rebate.compliance": (
        *({}, {"rate": 0.04, "period_weeks": 5}),
        {"rate": 0.1, "period_weeks": 8, "most_cases": 2},
    ),
    "policy.rebate.launch": (
        {},
        {"products": ["one"], "points": 3.0, "most_weeks": 2.0},
        {"products": ["one"], "discount": 0.4, "points": 1.0, "period_weeks": 3},
    ),
    "policy.price.quantity": (
        {},
        {"kind": "all_units", "breaks": _FEW},
        {"kind": "increment", "breaks": _MANY},
        {"kind": "all_units", "breaks": _MANY},
    ),
    "distributors.quantity": ({}, {"kind": "all_units", "breaks": _FEW}, {"kind": "increment", "breaks": _FEW}),
    "subdistributors.quantity": ({}, {"kind": "increment", "breaks": _FEW}, {"kind": "all_units", "breaks": _FEW}),
    "platform_distributors.quantity": ({}, {"kind": "all_units", "breaks": _FEW}),
    "stuffing": ({}, {"margin_given": 1.0}, {"margin_given": 0.05, "room_weeks": 9.0}, {"margin_given": 0.5}),
    "distributors.pass_through": (0.5, 1.0),
    "subdistributors.pass_through": (0.5, 0.9),
    "distributors#credit": ({}, {}, {"credit_line": 400.0}, {"cash_limit": True, "working_capital": 150.0}),
    "subdistributors#credit": ({}, {"credit_line": 120.0, "cash_limit": True, "working_capital": 50.0}),
    "retailers#credit": ({}, {}, {"credit_line": 60.0}, {"cash_limit": True, "working_capital": 30.0}),
    "online#credit": ({}, {"credit_line": 100.0}, {"credit_line": 0.0, "cash_limit": True, "working_capital": 80.0}),
}

DIALS = CONSUMERS | GOODS | FIRMS | MONEY

Leaver = tuple[int, str, int]
"""Week before which a firm leaves, its table and its row."""
LEAVERS: tuple[tuple[Leaver, ...], ...] = (
    (),
    ((7, "retailers", 2), (13, "distributors", 0)),
    ((6, "distributors", 0), (6, "subdistributors", 1), (11, "retailers", 5)),
    ((9, "plants", 0), (9, "retailers", 0), (12, "kols", 0)),
    ((5, "rivals", 0),),
    ((6, "online", 0), (12, "subdistributors", 1)),
    ((5, "subdistributors", 0), (9, "distributors", 0), (13, "online", 1)),
    ((10, "manufacturers", 0),),
)


def leave(market: Market, leaver: Leaver) -> None:
    """Removes a firm, if the market has it, as Mesa removes an agent."""
    _, table, row = leaver
    for firm in list(market.agents):
        if (firm.table, firm.row) == (table, row):
            firm.remove()
