"""Computes the catalogue's metrics from what a market wrote down."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from channellab.scenarios.arrays import Floats
from channellab.scenarios.metrics import CATALOGUE, WEEKS_PER_YEAR
from channellab.scenarios.settings.protection import ConflictSettings
from channellab.sim.chain import WHOLESALERS
from channellab.sim.detection import CHANNELS
from channellab.sim.record import Record

if TYPE_CHECKING:
    from channellab.sim.market import Market

WEEKLY = (
    "channel_profit",
    "manufacturer_profit",
    "partner_profit",
    "revenue",
    "units_sold",
    "market_share",
    "numeric_distribution",
    "weighted_distribution",
    "consumer_reach",
    "price_dispersion",
    "fill_rate",
    "awareness",
    "adoption",
    "repurchase_rate",
    "retail_stock",
    "distributor_stock",
    "plant_stock",
    "backorders",
    "stock_cost",
    "partner_satisfaction",
    "diversion_share",
)
"""Metrics that also exist week by week; money and units are then those of the week.

The weekly weighted distribution weighs outlets by what they sold so far, the summary by all measured weeks.
"""


def ratio(part: Floats, whole: Floats) -> Floats:
    """Part over whole, zero where there is no whole."""
    return np.divide(part, whole, out=np.zeros_like(part, dtype=np.float64), where=whole != 0)


def weekly(market: "Market", first: int | None = None) -> dict[str, Floats]:
    """Weeks of every metric in `WEEKLY`, (W,) each, scaled by the reporting factor.

    Args:
        first: weeks since the start that are left out; by default the warm-up.
    """
    numbers = _measured(market, first)
    people = np.float64(market.consumers.count)
    numbers |= {
        "market_share": ratio(numbers["units_sold"], numbers["category_units"]),
        "fill_rate": ratio(numbers["served"], numbers["wished"]),
        "awareness": numbers["aware"] / people,
        "adoption": numbers["adopted"] / people,
        "repurchase_rate": ratio(numbers["repeat_own"], numbers["repeat_buyers"]),
        "diversion_share": ratio(numbers["diverted_units"], numbers["wholesale_units"]),
    }
    return {name: numbers[name] * _factor(market, name) for name in WEEKLY}


def summary(market: "Market") -> dict[str, float]:
    """Every metric of the catalogue over the measured weeks, scaled by the reporting factor."""
    numbers, kept = _measured(market), market.record
    total = {name: float(values.sum()) for name, values in numbers.items()}
    mean = {name: float(values.mean()) for name, values in numbers.items()}
    people = market.consumers.count
    last = {name: float(values[-1]) for name, values in numbers.items()}
    stock = sum(mean[f"{place}_stock"] for place in ("retail", "store", "online", "distributor", "plant", "way"))
    found = {
        name: mean[name] for name in ("retail_stock", "distributor_stock", "plant_stock", "backorders", "stock_cost")
    }
    found |= {name: mean[name] for name in ("numeric_distribution", "consumer_reach", "price_dispersion")}
    found |= {name: mean[name] for name in ("dispersion_within_chains", "dispersion_between_chains")}
    found |= {
        name: mean[name] * WEEKS_PER_YEAR
        for name in (
            "channel_profit",
            "manufacturer_profit",
            "partner_profit",
            "revenue",
            "units_sold",
            "leads_created",
        )
    }
    found["consumer_surplus"] = mean["consumer_surplus"] * WEEKS_PER_YEAR
    found |= {
        "total_welfare": found["channel_profit"] + found["consumer_surplus"],
        "trade_spend_rate": _share(total["trade_spend"], total["gross_sell_in"]),
        "kol_cost_rate": _share(total["kol_cost"], total["revenue"]),
        "lead_commission_rate": _share(total["lead_commissions"], total["revenue"]),
        "engagement_rate": _share(total["engaged"], total["post_followers"]),
        "rebate_cost_rate": _share(total["rebates"], total["gross_sell_in"]),
        "quantity_discount_rate": _share(total["quantity_discounts"], total["gross_sell_in"]),
        "return_credit_rate": _share(total["return_credit"], total["gross_sell_in"]),
        "order_size": _share(total["units_ordered"], total["orders_placed"]),
        "pushed_share": _share(total["pushed_units"], total["wholesale_units"]),
        "subsidy_cost_rate": _share(total["subsidies"], total["gross_sell_in"]),
        "credit_limited_rate": _share(total["orders_cut"], total["orders_wanted"]),
        "online_share": _share(total["online_units"], total["units_sold"]),
        "shop_served_share": _share(total["shop_served_units"], total["online_units"]),
        "showroomed_share": _share(total["showroomed_units"], total["online_units"]),
        "direct_share": _share(total["direct_units"], total["units_sold"]),
        "market_share": _share(total["units_sold"], total["category_units"]),
        "lead_conversion": _share(total["leads_won"], total["leads_closed"]),
        "sales_cycle_days": _share(total["lead_days"], total["leads_won"]),
        "weighted_distribution": _weighted_distribution(kept, numbers["served"].size),
        "awareness": last["aware"] / people,
        "adoption": last["adopted"] / people,
        "consideration": _considering(market),
        "repeat_adoption": last["repeated"] / people,
        "acquisition_cost": _share(total["acquisition"], last["adopted"] - _adopted_before(market)),
        "lifetime_value": _share(
            total["manufacturer_profit"] + total["acquisition"],
            total["units_sold"] * (1.0 - _share(total["repeat_own"], total["repeat_buyers"])),
        ),
        "nps": _share(last["promoters"] - last["detractors"], last["adopted"]),
        "word_of_mouth": _share(last["praising"] - last["complaining"], last["adopted"]),
        "members_share": last["members"] / people,
        "subscribers_share": last["subscribers"] / people,
        "repurchase_rate": _share(total["repeat_own"], total["repeat_buyers"]),
        "fill_rate": _share(total["served"], total["wished"]),
        "weeks_of_cover": _share(mean["retail_stock"], mean["units_sold"] - mean["online_units"] - mean["store_units"]),
        "inventory_turns": _share(mean["units_sold"] * WEEKS_PER_YEAR, stock),
        "delivery_days": _share(total["delivery_unit_days"], total["units_delivered"]),
        "dock_wait_days": _share(total["dock_unit_days"], total["units_delivered"]),
        "largest_partner_share": _share(float(kept.partner_units.max()), float(kept.partner_units.sum())),
    }
    tiers = {"bullwhip_ratio": ["retailers"], "bullwhip_distributors": list(WHOLESALERS), "bullwhip_plants": ["plants"]}
    for name, members in tiers.items():
        moments = np.concatenate([kept.moments[tier] for tier in members], axis=1)
        found[name] = bullwhip(moments, numbers["served"].size)
    found |= {
        "partner_satisfaction": mean["partner_satisfaction"],
        "resentment": _share(total["partner_resentment"], total["partner_content"]),
        "diversion_share": _share(total["diverted_units"], total["wholesale_units"]),
        "policing_cost": mean["policing_cost"] * WEEKS_PER_YEAR,
        "detection_rate": _share(total["found_by_any"], total["offences"]),
        **{f"detected_by_{name}": _share(total[f"found_by_{name}"], total["offences"]) for name in CHANNELS},
        "false_accusations": _share(total["false_accusations"], total["territories_held"]) * WEEKS_PER_YEAR,
        "partner_exit_rate": _share(total["exits"], total["partners"]) * WEEKS_PER_YEAR,
        "map_violation_rate": _share(total["map_below"], total["map_offers"]),
        "open_disputes": float(ratio(numbers["open_disputes"], numbers["territories_held"]).mean()),
        "dispute_days": _share(total["dispute_days"], total["settled_disputes"]),
        "dispute_cost": mean["dispute_cost"] * WEEKS_PER_YEAR,
    }
    found |= conflict(market.scenario.conflict, found)
    return {name: found[name] * _factor(market, name) for name in CATALOGUE}


PARTS = {
    "diversion": "diversion_share",
    "map": "map_violation_rate",
    "dispersion": "price_dispersion",
    "dispute": "open_disputes",
    "resentment": "resentment",
}
"""Parts of the conflict index, and the metric that each is made of."""


def conflict(settings: ConflictSettings, found: Mapping[str, float]) -> dict[str, float]:
    """The conflict index and the parts of it, from the figures it is made of."""
    weights = sum(getattr(settings, f"{name}_weight") for name in PARTS)
    parts = {}
    for name, figure in PARTS.items():
        part = min(found[figure] / getattr(settings, f"{name}_reference"), 1.0)
        parts[f"conflict_by_{name}"] = getattr(settings, f"{name}_weight") * part / weights
    return {"conflict_index": sum(parts.values()), **parts}


def bullwhip(moments: Floats, weeks: int) -> float:
    """Sum over firms of the variance of weekly orders, over the sum of the variance of weekly demand.

    Args:
        moments: (4, F) sums of demand, demand squared, orders, orders squared over ``weeks``.
    """
    demand = moments[1] - moments[0] ** 2 / weeks
    orders = moments[3] - moments[2] ** 2 / weeks
    return _share(float(orders.sum()), float(demand.sum()))


def _measured(market: "Market", first: int | None = None) -> dict[str, Floats]:
    first = market.scenario.run.warmup if first is None else first
    return {name: np.asarray(values[first:], np.float64) for name, values in market.record.numbers.items()}


def _weighted_distribution(kept: Record, weeks: int) -> float:
    return _share(float(kept.measured_category @ kept.weeks_in_stock), float(kept.measured_category.sum()) * weeks)


def _share(part: float, whole: float) -> float:
    return part / whole if whole > 1e-12 else 0.0


def _considering(market: "Market") -> float:
    """Share of consumers who know the brand and have it in stock within reach, as the market stands now."""
    stocked = np.asarray(market.shelves.held[:, : market.goods.own].any(axis=1))
    first, mind = market.first_online, market.consumers.mind
    return float((market.reach.reached(stocked[:first], stocked[first:], mind.watching) & (mind.aware == 1)).mean())


def _adopted_before(market: "Market") -> float:
    """Consumers who had bought the brand before the first measured week."""
    warmup = market.scenario.run.warmup
    return market.record.numbers["adopted"][warmup - 1] if warmup else 0.0


def _factor(market: "Market", name: str) -> float:
    return market.scenario.run.reporting_factor if CATALOGUE[name].scales else 1.0
