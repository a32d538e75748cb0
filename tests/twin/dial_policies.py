"""Dials of opinion leaders, protection, conflict and layouts, and timetables that change them."""

from .dial_calendar import DEAL, EXTRA, LATER
from .dial_kinds import DIRECT_BUYERS, ONLINE_SHOPS, Dials

SHORTER = {"policy.development.brand_share": 0.6, "policy.development.period_weeks": 5, "policy.development.proof": 0.0}
_LEVELS = ("talks", "arbitration", "ruling")

POLICIES: Dials = {
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
            {"weeks": [5, 8], "where": ["NORTH"], "set": {"policy.development.rate": 0.15}},
            {"weeks": [9, 9], "where": ["NORTH"], "set": {"policy.development.rate": 0.0}},
            {"weeks": [10, 13], "where": ["NORTH"], "set": {"policy.development.rate": 0.15}},
            {"weeks": [11, 15], "where": ["NORTH"], "set": SHORTER},
            {"weeks": [3, 11], "where": ["NORTH"], "set": {"policy.returns.share": 0.9}},
            {"weeks": [4, 11], "where": ["NORTH"], "set": {"policy.subsidies.satisfaction.amount": 90.0}},
            {"weeks": [9, 10], "where": ["NORTH"], "set": {"policy.subsidies.satisfaction.bar": 0.2}},
            {"weeks": [2, 16], "who": ["shop"], "set": {"policy.promotion.events": [EXTRA]}},
            {"weeks": [5, 12], "who": [DIRECT_BUYERS], "set": {"policy.promotion.deals": [DEAL, LATER]}},
            {"weeks": [1, 9], "set": {"policy.promotion.notice_days": 15}},
        ],
    ),
}
