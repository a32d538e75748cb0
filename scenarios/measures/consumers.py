"""What consumers know and think of the brand, and what they are worth."""

from channellab.scenarios.measures.metric import Metric

METRICS = (
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
)
