"""Stock, orders and the way of goods."""

from channellab.scenarios.measures.metric import Metric

METRICS = (
    Metric(
        "fill_rate",
        "1",
        "up",
        "Own units that shoppers got at once as their first wish, divided by first wishes for own units, over the "
        "measured weeks.",
        "Fill rate",
        "现货满足率",
        "goods",
    ),
    Metric(
        "backorders",
        "units",
        "down",
        "Own units that shoppers wait for, all outlets together, after the week's sales; mean over the measured weeks.",
        "Back-orders",
        "欠货量",
        "goods",
    ),
    Metric(
        "retail_stock",
        "units",
        "none",
        "Own units on hand, all retailers together, after the week's sales; mean over the measured weeks.",
        "Retail stock",
        "零售库存",
        "goods",
    ),
    Metric(
        "distributor_stock",
        "units",
        "none",
        "Own units on hand after the week's loading, all distributors of both tiers together; mean over the measured "
        "weeks.",
        "Distributor stock",
        "分销商库存",
        "goods",
    ),
    Metric(
        "plant_stock",
        "units",
        "none",
        "Own units on hand after the week's loading, all plants together; mean over the measured weeks.",
        "Plant stock",
        "工厂库存",
        "goods",
    ),
    Metric(
        "weeks_of_cover",
        "weeks",
        "none",
        "Retail stock divided by the mean weekly number of own units that retailers sold.",
        "Weeks of cover",
        "库存可销周数",
        "goods",
    ),
    Metric(
        "inventory_turns",
        "1/year",
        "up",
        "Own units sold to consumers per year, divided by the mean over the measured weeks of own stock in the whole "
        "channel: on hand at outlets after selling, at distributors and plants after the week's loading, and under "
        "way between them just then.",
        "Inventory turns",
        "库存周转次数",
        "goods",
    ),
    Metric(
        "delivery_days",
        "days",
        "down",
        "Days from the dispatch that allocated own goods to their arrival at the buyer, on any step from the plants"
        " down to the outlets; mean over the units that arrived in the measured weeks.",
        "Delivery time",
        "到货时间",
        "goods",
    ),
    Metric(
        "dock_wait_days",
        "days",
        "down",
        "Those of the delivery days that the goods spent at their sender's: waiting at the dock, being loaded, waiting"
        " for a truck.",
        "Wait at the dock",
        "装车等待时间",
        "goods",
    ),
    Metric(
        "order_size",
        "units",
        "none",
        "Own units in an order that a distributor of either tier or a retailer placed, all SKUs together, mean over "
        "all such orders of the measured weeks.",
        "Order size",
        "单笔订货量",
        "goods",
    ),
    Metric(
        "pushed_share",
        "1",
        "down",
        "Own units that distributors pushed down to buyers who had not ordered them, divided by all own units that "
        "arrived from distributors, over the measured weeks; where there are two tiers, the deliveries of both count.",
        "Pushed share",
        "压货占比",
        "goods",
    ),
    Metric(
        "bullwhip_ratio",
        "1",
        "down",
        "Variance over the measured weeks of a retailer's weekly orders for own goods, all SKUs together, summed over "
        "retailers, divided by the like sum of the variance of the weekly demand they saw.",
        "Bullwhip ratio",
        "牛鞭效应比",
        "goods",
    ),
    Metric(
        "bullwhip_distributors",
        "1",
        "down",
        "As the bullwhip ratio, for distributors of both tiers: variance of their orders over variance of those they "
        "received.",
        "Bullwhip ratio of distributors",
        "分销商牛鞭效应比",
        "goods",
    ),
    Metric(
        "bullwhip_plants",
        "1",
        "down",
        "As the bullwhip ratio, for plants: variance of the batches they started over variance of the orders they "
        "received.",
        "Bullwhip ratio of plants",
        "工厂牛鞭效应比",
        "goods",
    ),
)
