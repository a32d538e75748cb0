"""What is sold, where and at which prices, and leads on their way."""

from channellab.scenarios.measures.metric import Metric

METRICS = (
    Metric(
        "revenue",
        "money/year",
        "up",
        "What consumers paid for own goods in the measured weeks, per year.",
        "Retail revenue",
        "零售额",
        "sales",
    ),
    Metric(
        "units_sold",
        "units/year",
        "up",
        "Own units sold to consumers in the measured weeks, per year.",
        "Units sold",
        "销量",
        "sales",
    ),
    Metric(
        "market_share",
        "1",
        "up",
        "Own units among all units sold to consumers in the measured weeks.",
        "Market share",
        "市场份额",
        "sales",
    ),
    Metric(
        "online_share",
        "1",
        "none",
        "Share of own units sold to consumers in the measured weeks that online shops sold, the brand's own included.",
        "Online share",
        "线上销售占比",
        "sales",
    ),
    Metric(
        "showroomed_share",
        "1",
        "none",
        "Share of own units that online shops sold in the measured weeks whose buyers had looked at goods in a shop on "
        "the street for it.",
        "Showroomed share",
        "线下体验线上购买占比",
        "sales",
    ),
    Metric(
        "shop_served_share",
        "1",
        "none",
        "Share of own units that online shops sold in the measured weeks which a shop on the street served from its "
        "stock, or handed over to a buyer who came to collect them.",
        "Served by shops",
        "门店履约占比",
        "sales",
    ),
    Metric(
        "direct_share",
        "1",
        "none",
        "Share of own units sold to consumers in the measured weeks that the brand's own stores and own online shops "
        "sold.",
        "Direct sales share",
        "直营销售占比",
        "sales",
    ),
    Metric(
        "price_dispersion",
        "1",
        "down",
        "Standard deviation over mean of the retail price of one own SKU over the outlets of one region that have it "
        "in stock, averaged with equal weight over SKUs and regions with at least two such outlets and over the "
        "measured weeks.",
        "Price dispersion",
        "价格离散度",
        "sales",
    ),
    Metric(
        "leads_created",
        "leads/year",
        "up",
        "Leads that arose in the measured weeks, per year; 0 where goods are bought on the spot.",
        "Leads",
        "销售线索",
        "sales",
    ),
    Metric(
        "lead_conversion",
        "1",
        "up",
        "Leads won among those closed in the measured weeks, whenever they arose; won is who was promised the unit, "
        "lost is who left before.",
        "Lead conversion",
        "线索转化率",
        "sales",
    ),
    Metric(
        "sales_cycle_days",
        "days",
        "down",
        "Mean number of days from the first contact to the order over the leads won in the measured weeks.",
        "Sales cycle",
        "销售周期",
        "sales",
    ),
    Metric(
        "dispersion_within_chains",
        "1",
        "none",
        "Standard deviation over mean of the retail price of one own SKU over the shops of one chain that have it in "
        "stock, averaged with equal weight over SKUs and chains with at least two such shops and over the measured "
        "weeks.",
        "Price dispersion within chains",
        "连锁内价格离散度",
        "sales",
    ),
    Metric(
        "dispersion_between_chains",
        "1",
        "none",
        "Standard deviation over mean of the mean retail prices that the chains of one region ask for one own SKU in "
        "their shops that have it in stock, averaged with equal weight over SKUs and regions with at least two such "
        "chains and over the measured weeks.",
        "Price dispersion between chains",
        "连锁间价格离散度",
        "sales",
    ),
)
