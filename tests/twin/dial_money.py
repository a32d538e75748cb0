"""Dials of minimum prices, promotions, rebates, subsidies, discounts and credit."""

from .dial_calendar import BACK, DEAL, LATE, LATER, NEW_YEAR, SALE
from .dial_kinds import Dials

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
        {"events": [SALE, LATE], "deals": [DEAL, BACK], "notice_days": 21, "online_floor": 0.95},
        {"events": [NEW_YEAR], "deals": [DEAL, LATER], "notice_days": 60, "first_year": 2025},
        {"events": [SALE], "deals": [BACK], "notice_days": 0, "online_floor": 1.0},
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
