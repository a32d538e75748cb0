"""Gates on exact results: the market of the library that has a closed-form answer, beside that answer.

A gate passes where the exact value lies within the interval over seeds that misses a true value once in 16,000 times
(four standard errors if there were many seeds), or within rounding where nothing is random.
"""

from collections.abc import Callable, Iterator, Sequence
from math import log, sqrt
from typing import Any

import numpy as np
import pandas as pd
import simpy
from scipy.stats import t as student

from channellab.calibration.evidence.finding import Experiment, Finding, scenario
from channellab.calibration.evidence.grey import onset
from channellab.calibration.gates.diffusion import bass_steps
from channellab.calibration.gates.inventory import (
    IntegerDemand,
    NormalDemand,
    base_stock,
    bullwhip_exponential,
    bullwhip_moving_average,
    reorder_point,
)
from channellab.calibration.gates.logit import shares, shares_without
from channellab.calibration.gates.prices import (
    NewsvendorChannel,
    coordinating_buy_back,
    linear_contract,
    linear_tiers,
    target_rebate,
)
from channellab.calibration.gates.queues import waiting
from channellab.calibration.gates.serial import serial_stock
from channellab.experiments.play import Run, play
from channellab.scenarios.arrays import Floats
from channellab.scenarios.files import Loaded, load
from channellab.scenarios.settings.disputes import DisputeLevelSettings, DisputePolicySettings
from channellab.sim.cases import Case, Identities
from channellab.sim.disputes import Desk

FALSE_ALARM = 1 / 16_000
"""How often a true value may lie outside the interval, which is Student's."""
ROUNDING = 1e-9
"""Of the value, where nothing is random."""
TIERS = {2: "bilateral-monopoly", 3: "bilateral-monopoly-three-tiers", 4: "bilateral-monopoly-four-tiers"}
STOCK = {"retail_stock": "units", "backorders": "units", "stock_cost": "money/week"}
"""Figures of a stock point, and their units."""
STEP = 0.01
"""Share by which a price is moved to measure an elasticity."""


def exact(claim: str, measured: str, values: Floats, value: float, source: str, where: str, unit: str = "1") -> Finding:
    """A figure, one a seed, beside its exact value."""
    mean = float(values.mean())
    reach = float(student.isf(FALSE_ALARM / 2, values.size - 1))
    error = reach * float(values.std(ddof=1)) / sqrt(values.size)
    slack = max(error, ROUNDING * abs(value), 1e-12)
    words = f"{value:.6g}, exact; {source}"
    return Finding(claim, measured, unit, mean, mean - slack, mean + slack, values.size, words, value, value, "", where)


def _played(loaded: Loaded, seeds: Sequence[int], measure: Callable[[Run], Sequence[float] | Floats]) -> Floats:
    """(seeds, figures)."""
    return np.array([measure(play(loaded, seed)) for seed in seeds], np.float64)


def margins(seeds: Sequence[int]) -> list[Finding]:
    """DM1: prices and profits of successive monopolists, who share a market with linear demand."""
    found = []
    # One firm: the maker sells at cost to shops that alone add a margin.
    together = ["manufacturer.price.rule=list", "products.0.ex_factory_price=20"]
    together += ["distributors.per_region=0", "subdistributors.per_district=0"]
    for tiers, name in TIERS.items():
        answer = linear_tiers(100, 1, 20, tiers)
        apart = _played(load(name), seeds, _price_and_profit)
        joined = _played(load(name, together), seeds, _price_and_profit)
        source = "Spengler 1950 (facts, part 2 no. 1)"
        price = f"Price that consumers pay through {tiers} tiers."
        found.append(exact("DM1", price, apart[:, 0], answer.prices[-1], source, name, "money"))
        share = f"Profit of a channel of {tiers} tiers over that of one firm, consumers and their luck the same."
        found.append(exact("DM1", share, apart[:, 1] / joined[:, 1], answer.efficiency, source, name))
    return found


def _price_and_profit(run: Run) -> list[float]:
    paid = run.money.groupby("account")["money"].sum()["retail_sales"]
    return [float(paid) / run.metrics["units_sold"], run.metrics["channel_profit"]]


def target(seeds: Sequence[int]) -> list[Finding]:
    """REB1: profits of shop and maker in a newsvendor channel under target rebates, and where left-overs go back."""
    channel = NewsvendorChannel(10, 3, IntegerDemand.rounded(NormalDemand(100, 30)))
    found = []
    for level in (95, 100, 105, 110):
        deal = target_rebate(channel, 6, 10, level)
        tiers = f"policy.rebate.tiers=[{{from_purchases={6.0 * level},rate={10 / 6}}}]"
        loaded = load("newsvendor-channel", [tiers])
        values = _played(loaded, seeds, lambda run: [*_mean(run.weekly, "partner_profit", "manufacturer_profit")])
        for number, (who, value) in enumerate((("shop", deal.retailer), ("maker", deal.manufacturer))):
            words = f"Profit a week of the {who} where 10 a unit are paid above {level}."
            source = "Taylor 2002 (facts, part 2 no. 2), demand in whole units"
            found.append(exact("REB1", words, values[:, number], value, source, "newsvendor-channel", "money/week"))
    name, deal = "newsvendor-buy-back", linear_contract(channel, 6, coordinating_buy_back(channel, 6))
    values = _played(load(name), seeds, lambda run: [*_mean(run.weekly, "partner_profit", "manufacturer_profit")])
    for number, (who, value) in enumerate((("shop", deal.retailer), ("maker", deal.manufacturer))):
        words = f"Profit a week of the {who} where what is not sold is bought back at 4.29."
        source = "Pasternack 1985 (facts, part 2 no. 2), demand in whole units"
        found.append(exact("REB1", words, values[:, number], value, source, name, "money/week"))
    return found


def _mean(weekly: pd.DataFrame, *names: str) -> Iterator[float]:
    return (float(weekly[name].mean()) for name in names)


def logit(seeds: Sequence[int]) -> list[Finding]:
    """LOG1: shares of two goods, and what a price moves."""
    name, share = "logit-shares", shares([0.0, 0.0])
    values = _played(load(name), seeds, _units)
    weeks = load(name).scenario.run.weeks * load(name).scenario.consumers.count
    source = "logit (facts, part 2 no. 4)"
    found = [exact("LOG1", "Share of the first good.", values[:, 0] / weeks, float(share[0]), source, name)]
    ends = [load(name, [f"products.0.list_price={4.0 * (1 + step)}"]) for step in (STEP, -STEP)]
    high, low = (_played(end, seeds, _units) for end in ends)
    slope = np.log(high / low) / np.log((1 + STEP) / (1 - STEP))
    moved = [shares([-0.5 * 4.0 * step, 0.0]) for step in (STEP, -STEP)]
    arc = np.log(moved[0] / moved[1]) / np.log((1 + STEP) / (1 - STEP))
    for number, words in enumerate(("Elasticity of the first good to its price.", "Of the second good to that price.")):
        found.append(exact("LOG1", words, slope[:, number], float(arc[number]), source, name))
    return [*found, _sold_out(seeds)]


def _sold_out(seeds: Sequence[int]) -> Finding:
    """Who finds the first good sold out chooses among what is left as if it had never been there (IIA)."""
    name, stock = "logit-shares", 40_000
    overrides = [f"products.0.appeal={2.0 + log(2.0)}", f"retailers.stock.level={stock}"]
    loaded = load(name, [*overrides, "consumers.stock_out={wait=0.0, leave=0.0, rounds=2}"])
    consumers, share = loaded.scenario.consumers.count, shares([log(2.0), 0.0])
    served = stock / (consumers * share[0])
    answer = served * share[1] + (1.0 - served) * shares_without(share, 0)[1]
    values = _played(loaded, seeds, _units)[:, 1] / (loaded.scenario.run.weeks * consumers)
    words = "Share of the second good where the first runs out every week."
    return exact("LOG1", words, values, float(answer), "logit, IIA (facts, part 2 no. 4)", name)


def _units(run: Run) -> Floats:
    units: Floats = run.products.groupby("product", sort=False)["units"].sum().to_numpy(dtype=np.float64)
    return units


def adoption(seeds: Sequence[int]) -> list[Finding]:
    """DIF1: the share that owns a durable, in fully mixed company."""
    name, years, count = "bass-diffusion", (5, 10, 15), 20_000
    loaded = scenario(name, consumers__count=count)
    weeks = [52 * year for year in years]
    values = _played(loaded, seeds, lambda run: run.weekly["adoption"].to_numpy()[[week - 1 for week in weeks]])
    curve = bass_steps(weeks[-1], 0.03, 0.38, 1 / 52)
    source = "Bass 1969 in weekly steps (facts, DIF1)"
    return [
        exact("DIF1", f"Share that owns the good after {year} years.", column, float(curve[week]), source, name)
        for year, week, column in zip(years, weeks, values.T, strict=True)
    ]


def one_stage(seeds: Sequence[int]) -> list[Finding]:
    """PALM: stock and back-orders of a shop with base stock 15 and 3 weeks of Poisson demand of 4."""
    stock = base_stock(15, IntegerDemand.poisson(12))
    names = {"retail_stock": stock.on_hand, "backorders": stock.backorders}
    values = _played(load("weekly-base-stock"), seeds, lambda run: [*_mean(run.weekly, *names)])
    source = "Palm 1938 (facts, part 2 no. 7)"
    return [
        exact("PALM", f"Mean {name.replace('_', ' ')} a shop.", column, value, source, "weekly-base-stock", "units")
        for (name, value), column in zip(names.items(), values.T, strict=True)
    ]


def lots(seeds: Sequence[int]) -> list[Finding]:
    """SS1: stock, back-orders and their cost under the best (s, S); goods are there before the next week's demand."""
    name, found = "weekly-base-stock", []
    for mean, holding, shortage, point, level in ((6.0, 1.0, 4.0, 4, 10), (4.0, 40.0, 125.0, 2, 7)):
        week = IntegerDemand.poisson(mean)
        stock = reorder_point(point, level, week, week)
        rule = f"{{rule='s_S', level={level}, reorder_point={point}, holding_cost={holding}}}"
        shop = [f"retailers.stock={rule}", f"retailers.shortage_cost={shortage}", "retailers.local_lead_days=0.0"]
        values = _played(load(name, [f"consumers.demand.mean={mean}", *shop]), seeds, _stock_and_cost)
        cost = holding * stock.on_hand + shortage * stock.backorders
        source = f"Zheng & Federgruen 1991 (facts, part 2, stockpyl), Poisson demand of {mean:g}"
        for what, answer, column in zip(STOCK, (stock.on_hand, stock.backorders, cost), values.T, strict=True):
            words = f"Mean {what.replace('_', ' ')} a shop that orders up to {level} from {point} down."
            found.append(exact("SS1", words, column, answer, source, name, STOCK[what]))
    return found


def _stock_and_cost(run: Run) -> list[float]:
    return [*_mean(run.weekly, *STOCK)]


def three_stages(seeds: Sequence[int]) -> list[Finding]:
    """SER1: cost a week of three stages in series at the best whole levels."""
    week = IntegerDemand.poisson(5)
    chain = serial_stock([9, 6, 11], [week, week, week.over(2)], [7, 4, 2], 37.12)
    values = _played(load("serial-base-stock"), seeds, lambda run: [*_mean(run.weekly, "stock_cost")])
    words, source = (
        "Cost a week of the best base stocks.",
        "Clark & Scarf 1960; example 6.1 of stockpyl, Poisson demand",
    )
    return [exact("SER1", words, values[:, 0], chain.cost, source, "serial-base-stock", "money/week")]


def amplification(seeds: Sequence[int]) -> list[Finding]:
    """BW3: how much more orders vary than demand, with a moving average and with exponential smoothing."""
    found = []
    for lead, window in ((1, 4), (2, 5), (3, 10), (4, 4)):
        words = f"lead time {lead} and {window} weeks averaged"
        rule = f"{{forecast='moving_average', forecast_weeks={window}}}"
        found.append(_amplified(seeds, lead, rule, bullwhip_moving_average(lead, window), words, "Chen et al. 2000"))
    for lead, weight in ((2, 0.2), (4, 0.3)):
        words = f"lead time {lead} and smoothing with weight {weight:g}"
        rule, source = f"{{forecast='exponential', smoothing={weight}}}", "Chen, Ryan & Simchi-Levi 2000"
        found.append(_amplified(seeds, lead, rule, bullwhip_exponential(lead, weight), words, source))
    return found


def _amplified(seeds: Sequence[int], lead: int, rule: str, ratio: float, words: str, source: str) -> Finding:
    loaded = load("bullwhip", [f"retailers.local_lead_days={7.0 * (lead - 1)}", f"retailers.stock={rule}"])
    weeks = loaded.scenario.run.weeks
    values = _played(loaded, seeds, lambda run: [run.metrics["bullwhip_ratio"]])
    where = f"{source} (facts, part 2 no. 9), over that many weeks"
    answer = (ratio - 1 / weeks) / (1 - 1 / weeks)
    return exact("BW3", f"Variance of orders over that of demand, {words}.", values[:, 0], answer, where, "bullwhip")


def waits(seeds: Sequence[int]) -> list[Finding]:
    """MMC: waits at the dispute desk alone, in mean service times."""
    found = []
    for servers, load_, count in ((1, 0.9, 40_000), (2, 1.8, 20_000), (10, 8.0, 20_000)):
        answer = waiting(servers, load_)
        values = np.array([_waits(servers, load_, count, seed) for seed in seeds])
        words, source = f"at a desk of {servers} staff with load {load_:g}", "Erlang 1917 (facts, part 2 no. 8)"
        found.append(exact("MMC", f"Mean wait {words}.", values[:, 0], answer.mean, source, "dispute desk alone"))
        chance = answer.probability
        found.append(exact("MMC", f"Share who wait {words}.", values[:, 1], chance, source, "dispute desk alone"))
    return found


def _waits(staff: int, rate: float, count: int, seed: int) -> list[float]:
    """Mean wait and share who wait, after a tenth of the run in which the queue fills."""
    settings = DisputePolicySettings(talks=DisputeLevelSettings(staff=staff, days=1.0))
    env = simpy.Environment()
    desk = Desk(env, seed, Identities({number: number for number in range(count)}), settings)
    gaps = np.random.default_rng(seed).exponential(1.0 / rate, count)

    def come() -> Iterator[simpy.Event]:
        for number, gap in enumerate(gaps.tolist()):
            yield env.timeout(gap)
            desk.file(Case(number, number, 0, 100.0, env.now, week=1, guilty=True))

    env.process(_process(come()))
    env.run()
    waited = np.array([ruling.dispute.waited for ruling in desk.ruled if ruling.case.offender >= count // 10])
    return [float(waited.mean()), float((waited > 1e-9).mean())]


def _process(events: Any) -> Any:
    """A generator is an iterator, which SimPy's types do not say."""
    return events


EXACT: dict[str, Experiment] = {
    "DM1": margins,
    "REB1": target,
    "LOG1": logit,
    "DIF1": adoption,
    "PALM": one_stage,
    "SS1": lots,
    "SER1": three_stages,
    "BW3": amplification,
    "MMC": waits,
    "GRY1": onset,
}
"""By id, in the order of the facts they come from."""
