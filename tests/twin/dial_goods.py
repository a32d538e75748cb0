"""Dials of goods, shops and who supplies them."""

from .dial_kinds import Dials

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
}
