"""The catalogue of metrics: name, unit, which way is better, and the exact definition of everything a run reports.

Words used in the definitions: *own* goods are the brand's; a *measured week* is one after the warm-up; a *year* has 52
weeks, so yearly figures are weekly means times 52; *first wish* is the offer a shopper would take were all in stock;
*sell-in* is what the brand delivers to its direct buyers, *list* its price ex factory before any discount. Money is in
the scenario's currency; money and units are multiplied by the scenario's ``reporting_factor``, rates never are.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

WEEKS_PER_YEAR = 52
Direction = Literal["up", "down", "none"]
Group = Literal["money", "sales", "coverage", "consumers", "goods", "partners"]


@dataclass(frozen=True)
class Metric:
    """One figure of a result: ``unit`` is ``"1"`` for rates; ``direction`` is where the brand wants it to go."""

    name: str
    unit: str
    direction: Direction
    definition: str
    title_en: str
    title_zh: str
    group: Group

    @property
    def scales(self) -> bool:
        """Whether it is multiplied by the reporting factor: what is per buyer is as it was."""
        return self.unit.split("/")[0] in ("money", "units", "leads") and not self.unit.endswith("/buyer")


_ALL = (
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
    Metric(
        "awareness",
        "1",
        "up",
        "Share of consumers who are aware of the brand at the end of the run.",
        "Awareness",
        "品牌知名度",
        "consumers",
    ),
    Metric(
        "consideration",
        "1",
        "up",
        "Share of consumers who are aware of the brand and have an own offer in stock in their consideration set, at "
        "the end of the run.",
        "Consideration",
        "品牌考虑率",
        "consumers",
    ),
    Metric(
        "adoption",
        "1",
        "up",
        "Share of consumers who have bought the brand at least once, warm-up included, by the end of the run.",
        "Adoption",
        "采用率",
        "consumers",
    ),
    Metric(
        "repeat_adoption",
        "1",
        "up",
        "Share of consumers who have bought the brand at least twice, warm-up included, by the end of the run.",
        "Repeat adoption",
        "重复购买者占比",
        "consumers",
    ),
    Metric(
        "acquisition_cost",
        "money/buyer",
        "down",
        "What the brand paid in the measured weeks for advertising, to opinion leaders, for referrals and for leads "
        "from media, divided by the number of consumers who then bought it for the first time.",
        "Customer acquisition cost",
        "获客成本",
        "consumers",
    ),
    Metric(
        "lifetime_value",
        "money/buyer",
        "up",
        "Manufacturer profit before the cost of acquisition per own unit sold in the measured weeks, times the "
        "expected number of own purchases in a row: one over one less the repurchase rate, undiscounted; this is "
        "yearly margin per buyer over yearly churn, and 0 where no buyer was seen to leave.",
        "Customer lifetime value",
        "客户终身价值",
        "consumers",
    ),
    Metric(
        "engagement_rate",
        "1",
        "up",
        "Engagements of followers with paid posts of opinion leaders in the measured weeks, divided by the followers "
        "of those posts, each post counted.",
        "Engagement rate",
        "互动率",
        "consumers",
    ),
    Metric(
        "nps",
        "1",
        "up",
        "Share of the brand's buyers with satisfaction of at least 0.9 less the share with at most 0.6, at the end of"
        " the run; from -1 to 1.",
        "Net promoter score",
        "净推荐值",
        "consumers",
    ),
    Metric(
        "word_of_mouth",
        "1",
        "up",
        "Share of the brand's buyers who tell good things of it less the share who tell bad, at the end of the run; "
        "from -1 to 1.",
        "Word of mouth",
        "口碑净值",
        "consumers",
    ),
    Metric(
        "repurchase_rate",
        "1",
        "up",
        "Among purchases in the measured weeks by consumers whose last purchase was own, the share that are own again.",
        "Repurchase rate",
        "复购率",
        "consumers",
    ),
    Metric(
        "members_share",
        "1",
        "up",
        "Share of consumers who are members of the brand's programme at the end of the run.",
        "Members",
        "会员占比",
        "consumers",
    ),
    Metric(
        "subscribers_share",
        "1",
        "up",
        "Share of consumers who subscribe to an offer of the brand's online shop at the end of the run.",
        "Subscribers",
        "订阅用户占比",
        "consumers",
    ),
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
    Metric(
        "credit_limited_rate",
        "1",
        "down",
        "Value of own goods that firms with a credit line or a cash limit would have ordered in the measured weeks and "
        "did not for its sake, divided by all that they would have ordered, at their purchase prices; what is still "
        "wanted a week later counts again.",
        "Orders cut by credit",
        "受信用限制的订货占比",
        "partners",
    ),
    Metric(
        "largest_partner_share",
        "1",
        "down",
        "Share of own sell-in, in units over the measured weeks, that went to the largest of those who buy from "
        "plants; what the brand's own online shops take is none.",
        "Largest partner's share",
        "最大伙伴占比",
        "partners",
    ),
    Metric(
        "partner_satisfaction",
        "1",
        "up",
        "Satisfaction of a partner (a distributor, a sub-distributor or an authorised retailer) with its profit, less "
        "what conflict takes of it; both are smoothed from week to week; mean over partners and measured weeks, from 0 "
        "to 1.",
        "Partner satisfaction",
        "伙伴满意度",
        "partners",
    ),
    Metric(
        "resentment",
        "1",
        "down",
        "Share of partners' satisfaction with their profit that conflict takes: orders lost to diverted goods, lower "
        "prices online, false accusations, audits, disputes, wrong rulings; over partners and measured weeks.",
        "Resentment",
        "伙伴怨气",
        "partners",
    ),
    Metric(
        "diversion_share",
        "1",
        "down",
        "Own units that arrived from a distributor or sub-distributor of another territory, divided by all own units "
        "that arrived from distributors and sub-distributors, over the measured weeks; where there are two tiers, the "
        "deliveries of both count above and below.",
        "Diverted share",
        "窜货占比",
        "partners",
    ),
    Metric(
        "policing_cost",
        "money/year",
        "down",
        "What the brand paid over the measured weeks, per year, to trace goods in outlets and to audit partners.",
        "Policing cost",
        "稽查成本",
        "partners",
    ),
    Metric(
        "detection_rate",
        "1",
        "up",
        "Consignments sent into exclusive territories of others in the measured weeks that the brand found in one of "
        "four ways, divided by all of them; one may be found in several ways, and without any the figure is 0.",
        "Diverted consignments found",
        "窜货查获率",
        "partners",
    ),
    Metric(
        "detected_by_codes",
        "1",
        "up",
        "The share of them found by tracing the codes of goods in outlets.",
        "Found by codes",
        "查获：溯源码",
        "partners",
    ),
    Metric(
        "detected_by_scans",
        "1",
        "up",
        "The share of them found because a buyer scanned the code of a unit.",
        "Found by buyers' scans",
        "查获：消费者扫码",
        "partners",
    ),
    Metric(
        "detected_by_anomaly",
        "1",
        "up",
        "The share of them sent by partners whose shipments of the week were unusual enough to accuse them.",
        "Found by unusual shipments",
        "查获：异常发货",
        "partners",
    ),
    Metric(
        "detected_by_audits",
        "1",
        "up",
        "The share of them found by an audit of the partner in the same week.",
        "Found by audits",
        "查获：审计",
        "partners",
    ),
    Metric(
        "false_accusations",
        "1/year",
        "down",
        "Accusations of distributors and sub-distributors that had sent nothing to other territories in the same week, "
        "over the measured weeks, divided by those at work, per year.",
        "False accusations",
        "误判次数",
        "partners",
    ),
    Metric(
        "partner_exit_rate",
        "1/year",
        "down",
        "Contracts of partners (distributors, sub-distributors and authorised retailers) that ended in the measured "
        "weeks, divided by the partners, per year; what a layout opens or closes is no exit.",
        "Partner exit rate",
        "伙伴退出率",
        "partners",
    ),
    Metric(
        "map_violation_rate",
        "1",
        "down",
        "Share of own offers below their minimum price, among those that have one and were in stock in a measured "
        "week; livestream prices aside, and less the discount of an event that runs.",
        "Offers below minimum price",
        "破价率",
        "partners",
    ),
    Metric(
        "open_disputes",
        "disputes/partner",
        "down",
        "Disputes before the desk at the end of a week, divided by the distributors and sub-distributors at work; mean "
        "over the measured weeks.",
        "Open disputes",
        "未结纠纷",
        "partners",
    ),
    Metric(
        "dispute_days",
        "days",
        "down",
        "Days from filing to settlement, mean over the disputes settled in the measured weeks; 0 if there were none.",
        "Days to settle a dispute",
        "纠纷处理天数",
        "partners",
    ),
    Metric(
        "dispute_cost",
        "money/year",
        "down",
        "What the brand paid over the measured weeks, per year, for the people of the dispute desk.",
        "Cost of the dispute desk",
        "纠纷处理成本",
        "partners",
    ),
    Metric(
        "conflict_index",
        "1",
        "down",
        "Weighted mean of five parts, each a figure over its reference and at most 1: diverted share, advertised "
        "prices below the minimum, price dispersion, open disputes, resentment; references and weights stand in the "
        "scenario.",
        "Conflict index",
        "冲突指数",
        "partners",
    ),
    Metric(
        "conflict_by_diversion",
        "1",
        "down",
        "Part of the conflict index that comes from the diverted share; the parts add up to the index.",
        "Conflict by diversion",
        "冲突：窜货",
        "partners",
    ),
    Metric(
        "conflict_by_map",
        "1",
        "down",
        "Part of the conflict index that comes from prices below the minimum.",
        "Conflict by minimum prices",
        "冲突：破价",
        "partners",
    ),
    Metric(
        "conflict_by_dispersion",
        "1",
        "down",
        "Part of the conflict index that comes from price dispersion.",
        "Conflict by price dispersion",
        "冲突：价格离散",
        "partners",
    ),
    Metric(
        "conflict_by_dispute",
        "1",
        "down",
        "Part of the conflict index that comes from open disputes.",
        "Conflict by open disputes",
        "冲突：未结纠纷",
        "partners",
    ),
    Metric(
        "conflict_by_resentment",
        "1",
        "down",
        "Part of the conflict index that comes from resentment.",
        "Conflict by resentment",
        "冲突：伙伴怨气",
        "partners",
    ),
)

CATALOGUE: Mapping[str, Metric] = MappingProxyType({metric.name: metric for metric in _ALL})
"""All metrics by name, in the order in which reports show them."""
