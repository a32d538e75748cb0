"""Where the brand can be bought."""

from channellab.scenarios.measures.metric import Metric

METRICS = (
    Metric(
        "numeric_distribution",
        "1",
        "up",
        "Share of category outlets, also of those that could carry the brand and do not, with at least one own SKU in"
        " stock; mean over the measured weeks.",
        "Numeric distribution",
        "数值铺货率",
        "coverage",
    ),
    Metric(
        "weighted_distribution",
        "1",
        "up",
        "Numeric distribution with each outlet weighted by its category sales over the measured weeks; mean over the "
        "measured weeks.",
        "Weighted distribution",
        "加权铺货率",
        "coverage",
    ),
    Metric(
        "consumer_reach",
        "1",
        "up",
        "Share of consumers with an own offer in stock in their consideration set; mean over the measured weeks.",
        "Consumer reach",
        "消费者覆盖率",
        "coverage",
    ),
)
