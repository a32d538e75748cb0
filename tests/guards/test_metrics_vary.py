"""No dead metrics: each figure of the catalogue answers to something in the scenario."""

from channellab.scenarios.files import load
from channellab.scenarios.metrics import CATALOGUE
from channellab.sim import metrics
from channellab.sim.market import Market

VARIANTS = (
    (),
    ("layout.core=selective", "layout.potential=selective", "layout.edge=selective"),
    ("policy.price.ex_factory_discount=0.2", "retailers.formats.1.price_spread=0.2"),
    ("retailers.formats.0.chains=3", "retailers.formats.0.chain_spread=0.1", "retailers.formats.0.price_spread=0.02"),
    tuple(f"{tier}.stock.safety_factor=0.0" for tier in ("retailers", "distributors", "manufacturer")),
    ("consumers.awareness.initial=0.05", "manufacturer.advertising=0.0"),
    ("distributors.per_region=0",),
    ("subdistributors.per_district=1",),
    ("leads.share=0.5",),
    ("distributors.dock.loading_per_day=20.0",),
    ("policy.rebate.kind=all_units", "policy.rebate.tiers=[{from_purchases=100.0, rate=0.05}]"),
    ("policy.price.quantity.kind=all_units", "stuffing.margin_given=0.5"),
    ("distributors.credit_line=500.0",),
    ("policy.returns.share=1.0", "policy.returns.credit=0.99"),
    ("policy.subsidies.satisfaction.amount=200.0", "policy.subsidies.satisfaction.period_weeks=4"),
    (
        *("diversion.openness=0.5", "diversion.margin=0.0", "policy.protection.detection=0.2"),
        *("policy.protection.scan_rate=0.002", "policy.protection.anomaly_threshold=0.1"),
        *("policy.protection.audits=0.3", "policy.protection.warnings=0", "policy.protection.deductions=0"),
        *("policy.protection.damages_cases=0", "policy.protection.damages=0.1"),
        'timetable=[{weeks=[1, 9], where=["edge"], set={"policy.price.ex_factory_discount"=0.2}}]',
    ),
    ("policy.protection.false_alarms=0.2", "policy.disputes.talks.staff=1"),
    ('online.shops=[{name="Mall"}, {name="Own", owner="brand"}]', "policy.online.routing=true"),
    ('online.shops=[{name="Mall"}]', "consumers.showrooming.share=0.8", "policy.online.commission=0.2"),
    ("kols.count=20", "kols.followers.smallest=0.01", "policy.kols.ordinary=0.5"),
    ("policy.map.minimum=1.0", "retailers.formats.1.price.elasticity=20.0", "compliance.prior_cost=0.0"),
    ('online.shops=[{name="Own", owner="brand"}]', "membership.join_direct=1.0", "membership.subscribe=1.0"),
)
"""Base market, selective layout, discounts, chains, scarce goods, little-known brand, direct supply, a second tier,
leads, few docks, rebates, discounts on orders and pushed goods, little credit, returns, subsidies, diverted goods,
false alarms, online shops, shoppers who look in shops, opinion leaders, a minimum price, members."""


def test_every_metric_varies_over_scenarios() -> None:
    small = ("network.district_count=31", "consumers.count=6000", "run.warmup=4", "run.weeks=10")
    found = []
    for overrides in VARIANTS:
        scenario = load("base", (*small, *overrides)).scenario
        market = Market(scenario)
        market.play(14)
        market.close()
        found.append(metrics.summary(market))
    assert [name for name in CATALOGUE if len({summary[name] for summary in found}) < 2] == []
