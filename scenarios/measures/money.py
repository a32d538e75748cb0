"""Who earns what, and what the brand gives away."""

from channellab.scenarios.measures.metric import Metric

METRICS = (
    Metric(
        "channel_profit",
        "money/year",
        "up",
        "Profit of manufacturer, distributors, retailers and online shops from own goods over the measured weeks, per "
        "year: what consumers paid, less the moving-average cost of the goods sold and all costs of operating the "
        "channel; payments between its members cancel out.",
        "Channel profit",
        "渠道总利润",
        "money",
    ),
    Metric(
        "manufacturer_profit",
        "money/year",
        "up",
        "The manufacturer's revenue from own goods, its own online shops' among it, over the measured weeks, per year, "
        "less their moving-average cost and its operating costs, discounts, support and media.",
        "Manufacturer profit",
        "厂商利润",
        "money",
    ),
    Metric(
        "partner_profit",
        "money/year",
        "up",
        "Revenue of distributors, retailers and online sellers from own goods and the support they receive over the "
        "measured weeks, per year, less the moving-average cost of the goods sold and their operating costs for them.",
        "Partner profit",
        "伙伴利润",
        "money",
    ),
    Metric(
        "consumer_surplus",
        "money/year",
        "up",
        "What purchases of the whole category, rivals' goods included, were worth to consumers beyond the price, over "
        "the measured weeks, per year: utility of the offer bought less that of not buying, both with the luck of the "
        "week of the wish, divided by the buyer's own price sensitivity; a buyer without any counts nothing.",
        "Consumer surplus",
        "消费者剩余",
        "money",
    ),
    Metric(
        "total_welfare",
        "money/year",
        "up",
        "Channel profit, which bears the cost of policing the market, plus consumer surplus, and without what rivals "
        "earn on their own goods.",
        "Total welfare",
        "社会总福利",
        "money",
    ),
    Metric(
        "trade_spend_rate",
        "1",
        "none",
        "Support, discounts, rebates, subsidies and market development funds that the brand gave its partners in the "
        "measured weeks, rebates as they were earned, divided by its sell-in at list.",
        "Trade spend rate",
        "渠道费用率",
        "money",
    ),
    Metric(
        "kol_cost_rate",
        "1",
        "none",
        "Fees and commissions of opinion leaders and rewards for referrals in the measured weeks, divided by what "
        "consumers paid for own goods.",
        "KOL cost rate",
        "达人费用率",
        "money",
    ),
    Metric(
        "lead_commission_rate",
        "1",
        "none",
        "Lead commissions that shops earned in the measured weeks for buyers who had looked at goods there and bought "
        "online, whoever paid them, divided by what consumers paid for own goods.",
        "Lead commission rate",
        "引流佣金率",
        "money",
    ),
    Metric(
        "rebate_cost_rate",
        "1",
        "none",
        "Rebates of all plans that partners earned in the measured weeks, whenever they are paid, less what they "
        "forfeited, divided by the brand's sell-in at list.",
        "Rebate cost rate",
        "返利费用率",
        "money",
    ),
    Metric(
        "quantity_discount_rate",
        "1",
        "none",
        "Discounts that the brand gave for the size of orders, on what it sent off in the measured weeks, divided by "
        "its sell-in at list; part of the trade spend, and without what distributors give their buyers.",
        "Quantity discount rate",
        "批量折扣率",
        "money",
    ),
    Metric(
        "return_credit_rate",
        "1",
        "none",
        "Credit that the brand gave for goods that partners returned in the measured weeks, divided by its sell-in at "
        "list; no part of the trade spend.",
        "Return credit rate",
        "退货抵款率",
        "money",
    ),
    Metric(
        "subsidy_cost_rate",
        "1",
        "none",
        "Subsidies for new outlets, freight and satisfied buyers that the brand paid in the measured weeks, divided by "
        "its sell-in at list.",
        "Subsidy cost rate",
        "补贴费用率",
        "money",
    ),
    Metric(
        "stock_cost",
        "money/week",
        "down",
        "Mean over the measured weeks of the holding and shortage cost of own goods at plants, distributors, "
        "retailers and online shops.",
        "Stock cost",
        "库存成本",
        "money",
    ),
)
