"""A witness of the catalogue's metrics: every figure worked out from the diary in the words of its definition."""

from statistics import fmean, pvariance
from typing import Any

from channellab.scenarios.metrics import CATALOGUE, WEEKS_PER_YEAR

from .chain import MAKERS, WHOLESALERS, outlets, rows
from .diary import Diary

Pages = list[Any]


def figures(diary: Diary) -> dict[str, float]:
    """All metrics of the catalogue over the measured weeks; money and units times the reporting factor."""
    pages = [page for page in diary.weeks if page.now.measured > 0]
    found = {
        **_money(pages),
        **_sales(pages),
        **_coverage(diary, pages),
        **_consumers(diary, pages),
        **_goods(diary, pages),
        **_partners(pages),
    }
    found |= _conflict(diary, found)
    factor = diary.scenario.run.reporting_factor
    return {name: found[name] * (factor if metric.scales else 1.0) for name, metric in CATALOGUE.items()}


def week_by_week(diary: Diary, name: str) -> list[float]:
    """A metric in each measured week."""
    parts = {
        "market_share": ("units_sold", "category_units"),
        "fill_rate": ("served", "wished"),
        "repurchase_rate": ("repeat_own", "repeat_buyers"),
        "diversion_share": ("diverted_units", "wholesale_units"),
    }
    people = {"awareness": "aware", "adoption": "adopted"}
    pages = [page for page in diary.weeks if page.now.measured > 0]
    if name in parts:
        return [_share([page], *parts[name]) for page in pages]
    if name in people:
        return [page.numbers[people[name]] / len(page.now.mind.aware) for page in pages]
    factor = diary.scenario.run.reporting_factor
    return [page.numbers[name] * (factor if CATALOGUE[name].scales else 1.0) for page in pages]


def _mean(pages: Pages, name: str) -> float:
    return fmean(page.numbers[name] for page in pages)


def _share(pages: Pages, part: str, whole: str) -> float:
    """A sum over all weeks over another, zero where there is nothing to divide by."""
    total = sum(page.numbers[whole] for page in pages)
    return sum(page.numbers[part] for page in pages) / total if total else 0.0


def _money(pages: Pages) -> dict[str, float]:
    yearly = ("channel_profit", "manufacturer_profit", "partner_profit", "revenue", "consumer_surplus")
    welfare = sum(page.numbers["channel_profit"] + page.numbers["consumer_surplus"] for page in pages) / len(pages)
    return {name: _mean(pages, name) * WEEKS_PER_YEAR for name in yearly} | {
        "total_welfare": welfare * WEEKS_PER_YEAR,
        "trade_spend_rate": _share(pages, "trade_spend", "gross_sell_in"),
        "kol_cost_rate": _share(pages, "kol_cost", "revenue"),
        "lead_commission_rate": _share(pages, "lead_commissions", "revenue"),
        "engagement_rate": _share(pages, "engaged", "post_followers"),
        "rebate_cost_rate": _share(pages, "rebates", "gross_sell_in"),
        "quantity_discount_rate": _share(pages, "quantity_discounts", "gross_sell_in"),
        "return_credit_rate": _share(pages, "return_credit", "gross_sell_in"),
        "order_size": _share(pages, "units_ordered", "orders_placed"),
        "pushed_share": _share(pages, "pushed_units", "wholesale_units"),
        "subsidy_cost_rate": _share(pages, "subsidies", "gross_sell_in"),
        "credit_limited_rate": _share(pages, "orders_cut", "orders_wanted"),
        "stock_cost": _mean(pages, "stock_cost"),
    }


def _sales(pages: Pages) -> dict[str, float]:
    return {
        "units_sold": _mean(pages, "units_sold") * WEEKS_PER_YEAR,
        "market_share": _share(pages, "units_sold", "category_units"),
        "online_share": _share(pages, "online_units", "units_sold"),
        "shop_served_share": _share(pages, "shop_served_units", "online_units"),
        "showroomed_share": _share(pages, "showroomed_units", "online_units"),
        "direct_share": _share(pages, "direct_units", "units_sold"),
        "price_dispersion": _mean(pages, "price_dispersion"),
        "leads_created": _mean(pages, "leads_created") * WEEKS_PER_YEAR,
        "lead_conversion": _share(pages, "leads_won", "leads_closed"),
        "sales_cycle_days": _share(pages, "lead_days", "leads_won"),
        "dispersion_within_chains": _mean(pages, "dispersion_within_chains"),
        "dispersion_between_chains": _mean(pages, "dispersion_between_chains"),
        "fill_rate": _share(pages, "served", "wished"),
        "delivery_days": _share(pages, "delivery_unit_days", "units_delivered"),
        "dock_wait_days": _share(pages, "dock_unit_days", "units_delivered"),
        "repurchase_rate": _share(pages, "repeat_own", "repeat_buyers"),
    }


def _coverage(diary: Diary, pages: Pages) -> dict[str, float]:
    shops = range(len(diary.category))
    weight = [sum(sum(page.now.retailers.sold[o]) for page in pages) for o in shops]
    stocked = [sum(any(page.now.retailers.held[o][: diary.own]) for page in pages) / len(pages) for o in shops]
    sold = sum(weight)
    return {
        "numeric_distribution": _mean(pages, "numeric_distribution"),
        "weighted_distribution": sum(w * s for w, s in zip(weight, stocked, strict=True)) / sold if sold else 0.0,
        "consumer_reach": _mean(pages, "consumer_reach"),
        "largest_partner_share": _largest_partner(pages),
    }


def _largest_partner(pages: Pages) -> float:
    """The largest direct buyer's share of own units delivered."""
    units = delivered(pages)
    return max(units) / sum(units) if sum(units) else 0.0


def delivered(pages: Pages) -> list[float]:
    """Own units that each party received from the brand; its own warehouses, stores and shops buy nothing."""
    units = [0.0] * len(pages[0].now.cash)
    for page in pages:
        for delivery in page.arrived:
            party = getattr(page.now, delivery.buyer).party[delivery.row] if delivery.seller in MAKERS else None
            if party not in (None, page.now.manufacturers.party[0]):
                units[party] += sum(delivery.units)
    return units


def routes(pages: Pages, regions: int, diverted: bool) -> list[list[float]]:
    """Own units that came from each region to each: from the brand's plants and warehouses, or diverted by partners."""
    units = [[0.0] * regions for _ in range(regions)]
    for page in pages:
        for delivery in page.arrived:
            if delivery.victim >= 0 if diverted else delivery.seller in MAKERS:
                origin = getattr(page.now, delivery.seller).region[delivery.seller_row]
                units[origin][getattr(page.now, delivery.buyer).region[delivery.row]] += sum(delivery.units)
    return units


def _consumers(diary: Diary, pages: Pages) -> dict[str, float]:
    last, people = pages[-1].numbers, len(pages[-1].now.mind.aware)
    promoters, friendly = last["promoters"] - last["detractors"], last["praising"] - last["complaining"]
    return {
        "awareness": last["aware"] / people,
        "adoption": last["adopted"] / people,
        "consideration": considering(diary, pages[-1].now),
        "repeat_adoption": last["repeated"] / people,
        **_worth_of_buyers(diary, pages),
        "nps": promoters / last["adopted"] if last["adopted"] else 0.0,
        "members_share": last["members"] / people,
        "subscribers_share": last["subscribers"] / people,
        "word_of_mouth": friendly / last["adopted"] if last["adopted"] else 0.0,
    }


def considering(diary: Diary, now: Any) -> float:
    """Share who know the brand and could buy it somewhere now."""
    stocked = [any(held[: diary.own]) for held in outlets(now, "held")]
    ready = 0
    for aware, sites, shop in zip(now.mind.aware, diary.considered, now.mind.watching, strict=True):
        seen = [*sites, diary.first_online + shop] if shop >= 0 else sites
        ready += bool(aware) and any(stocked[site] for site in seen)
    return ready / len(diary.considered)


def _worth_of_buyers(diary: Diary, pages: Pages) -> dict[str, float]:
    """What it cost to win a buyer, and what one is worth until the first purchase of another brand."""
    spent = sum(page.numbers["acquisition"] for page in pages)
    before = [page.numbers["adopted"] for page in diary.weeks if page.now.measured <= 0]
    new = pages[-1].numbers["adopted"] - (before[-1] if before else 0)
    earned = sum(page.numbers["manufacturer_profit"] for page in pages) + spent
    leaving = sum(page.numbers["units_sold"] for page in pages) * (1 - _share(pages, "repeat_own", "repeat_buyers"))
    return {
        "acquisition_cost": spent / new if new else 0.0,
        "lifetime_value": earned / leaving if leaving > 1e-12 else 0.0,
    }


def _goods(diary: Diary, pages: Pages) -> dict[str, float]:
    stocks = {name: _mean(pages, name) for name in ("retail_stock", "distributor_stock", "plant_stock")}
    sold = _mean(pages, "units_sold")
    elsewhere = sum(_mean(pages, name) for name in ("way_stock", "online_stock", "store_stock"))
    on_the_street = sold - _mean(pages, "online_units") - _mean(pages, "store_units")
    channel = sum(stocks.values()) + elsewhere
    return stocks | {
        "backorders": _mean(pages, "backorders"),
        "weeks_of_cover": stocks["retail_stock"] / on_the_street if on_the_street else 0.0,
        "inventory_turns": sold * WEEKS_PER_YEAR / channel if sold else 0.0,
        "bullwhip_ratio": _bullwhip(diary, pages, "retailers"),
        "bullwhip_distributors": _bullwhip(diary, pages, *WHOLESALERS),
        "bullwhip_plants": _bullwhip(diary, pages, "plants"),
    }


def _partners(pages: Pages) -> dict[str, float]:
    return {
        "partner_satisfaction": _mean(pages, "partner_satisfaction"),
        "resentment": _share(pages, "partner_resentment", "partner_content"),
        "diversion_share": _share(pages, "diverted_units", "wholesale_units"),
        "policing_cost": _mean(pages, "policing_cost") * WEEKS_PER_YEAR,
        **_detection(pages),
        "map_violation_rate": _share(pages, "map_below", "map_offers"),
        "open_disputes": fmean(_share([page], "open_disputes", "territories_held") for page in pages),
        "dispute_days": _share(pages, "dispute_days", "settled_disputes"),
        "dispute_cost": _mean(pages, "dispute_cost") * WEEKS_PER_YEAR,
    }


def _detection(pages: Pages) -> dict[str, float]:
    """Of the consignments that are an offence, those found, and in which way; accusations and exits per year."""
    ways = {"detection_rate": "any"} | {f"detected_by_{way}": way for way in ("codes", "scans", "anomaly", "audits")}
    return {name: _share(pages, f"found_by_{way}", "offences") for name, way in ways.items()} | {
        "false_accusations": _share(pages, "false_accusations", "territories_held") * WEEKS_PER_YEAR,
        "partner_exit_rate": _share(pages, "exits", "partners") * WEEKS_PER_YEAR,
    }


def _conflict(diary: Diary, found: dict[str, float]) -> dict[str, float]:
    """The five parts and their sum."""
    settings, parts = diary.scenario.conflict, {}
    weights = [getattr(settings, name) for name in type(settings).model_fields if name.endswith("_weight")]
    for name, figure in (
        ("diversion", "diversion_share"),
        ("map", "map_violation_rate"),
        ("dispersion", "price_dispersion"),
        ("dispute", "open_disputes"),
        ("resentment", "resentment"),
    ):
        part = min(found[figure] / getattr(settings, f"{name}_reference"), 1.0)
        parts[f"conflict_by_{name}"] = getattr(settings, f"{name}_weight") * part / sum(weights)
    return {"conflict_index": sum(parts.values()), **parts}


def _bullwhip(diary: Diary, pages: Pages, *tiers: str) -> float:
    """Variance of weekly orders over that of weekly demand, each added up over the firms of the tiers."""
    orders = demand = 0.0
    for name in tiers:
        weeks = [getattr(page.now, name) for page in pages]
        for firm in rows(weeks[0]):
            orders += pvariance([float(sum(tier.ordered[firm][: diary.own])) for tier in weeks])
            demand += pvariance([float(sum(tier.demand[firm][: diary.own])) for tier in weeks])
    return orders / demand if demand > 1e-12 else 0.0
