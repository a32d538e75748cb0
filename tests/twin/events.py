"""What happens in a market, by name, to prove that the small markets exercise what they vary.

Rules are watched from outside by ``watch.py``, what a week leaves behind is noted by ``notice.py``.
"""

from .watch_prices import AHEAD, MAP_CASES, MINIMUM, PROMOTIONS

Seen = set[str]

SHOPPING = (
    "a shelf was empty",
    "a lottery decided",
    "someone began to wait",
    "someone who waited was served",
    "one of two who waited was served",
    "one who waited came before a newcomer",
    "someone waited in vain",
    "someone gave up waiting",
    "someone took another offer",
    "the other offer was sold out too",
    "someone went home with nothing",
    "someone rested",
    "someone stayed loyal",
    "someone changed brands",
    "a deal of a group fell through",
    "a deal of a group stood",
    "someone bought over the border",
    "a deal of a group fell through",
    "a deal of a group stood",
    "someone joined",
    "points were paid out",
    "someone got points of a higher tier",
    "someone subscribed",
    "a subscriber got the discount",
    "a subscription ended",
    "someone fell silent",
    "someone complained",
    "friends were asked who complained",
    "someone bought online",
    "an online shop was sold out",
    "someone waited for an online shop",
    "someone took to shopping online",
    "someone went back to the shops",
    "someone learned of the brand by buying it",
)
MEDIA = ("someone heard of the brand", "someone forgot the brand")
DECLARED = ("declared buyers were served", "declared buyers found nothing", "a declared buyer came back")
FIRMS = (
    "a supplier had too little",
    "scarce stock was shared",
    "a plant was too small",
    "a layout opened some sites",
    "service could not rise further",
    "support raised service",
    "a discount was given",
    "new goods changed the average cost",
    "a moving average forecast",
    "an exponential forecast",
)
ORDERS = tuple(f"{rule} {what}" for rule in ("order_up_to", "base_stock", "s_S") for what in ("ordered", "held back"))
RULES = ("list", "markup", "linear_demand", "constant_elasticity", "logit_optimal", "dynamic", "margin_optimal")
PRICES = tuple(f"price by {rule}" for rule in RULES)
PRICING = (
    "a neighbour was undercut",
    "an undercutter stopped at the least margin",
    "there was nobody to undercut",
    "scarce goods became dearer",
    "rivals or too much stock made goods cheaper",
    "policy lowered a price",
    "policy raised a price",
    "sales changed a belief",
    "a belief outweighed sales",
    "a chain had no shop to learn in",
    "a learned price reached its bound",
    "a learned price reached the least margin",
    "two shops of a chain priced together",
)
MARKET = (
    "goods were under way at the week's end",
    "goods were in production at the week's end",
    "stock was written off",
    "prices differed within a region",
    "money was owed",
    "a layout changed",
    "a shelf price changed",
    "a shop sold out what it no longer carries",
    "a distributor had no shops",
    "shops were supplied directly",
    "shops changed their suppliers",
    "an own store sold",
    "an own store sold out what it held when it closed",
    "a shop carried some of the brand's SKUs",
    "warehouses supplied distributors",
    "shops bought over a platform",
    "a distributor had no work",
)
TIERS = (
    "distributors supplied sub-distributors",
    "plants supplied sub-distributors",
    "a district had two sub-distributors",
    "goods passed through a wholesaler within the week",
    "orders died with their supplier",
    "what came for a leaver stayed there",
    "the brand left",
)
ONLINE = (
    "the brand's own online shop sold",
    "another online shop sold the brand",
    "an online shop sold rivals' goods",
    "scarce stock was shared between street and online",
    "nobody looked at the online shops",
    "a shopper looked at three online shops",
    "an online shop was closed while somebody waited",
    "an online shop sold below its purchase price",
    "prices changed online",
)
LOOKS = ("a look was not worth the way", "a shop far from the nearest gave the best advice")
OPENINGS = ("a partner opened a shop online", "a partner closed its shop online", "a partner waited with a shop online")
FAIRNESS = (
    "shops got less than a fair share",
    "shops got a fair share",
    "shops kept nothing",
    "there was nothing to share",
    "a resentful shop did not order",
    "a resentful shop ordered what it needed",
)
ORDERS_ONLINE = (
    "a counter was nearer than the door",
    "the door was nearer than a counter",
    "who waited kept the counter",
    "somebody collected what was bought online",
    "a collector bought another unit",
    "a shop served an order from stock",
    "no shop had what was ordered",
)
BOUGHT_ELSEWHERE = (
    "somebody bought online what a shop had shown",
    "the brand paid a lead commission",
    "an online shop paid a lead commission",
    "a shop advised for nothing",
)
LEADS = (
    "media brought a lead",
    "an opinion leader brought a lead",
    "a friend brought a lead",
    "a shopper asked for advice",
    "a lead came through two stages in one week",
    "a lead was won",
    "a lead was lost",
    "a partner had its hands full",
    "a lead waited for goods",
    "a lead was lost for want of goods",
    "a lead lost its partner",
    "a rival won a lost lead",
)
GREY = (
    "goods were diverted",
    "a diverter had less than was ordered",
    "too much stock made goods cheaper",
    "a case was open at the week's end",
    "a deposit was deducted from",
    "damages were paid",
    "a partner was compensated",
    "a deposit was given back",
    "orders were refused",
    "an innocent was accused",
    "goods were diverted where it is no offence",
    "conflict hurt a partner",
)
TIERS_OF = ("distributors", "subdistributors")
"""Tiers whose contracts may end."""
DETECTION = (
    "tracing found goods",
    "a scan found goods",
    "an alarm found goods",
    "an audit found goods",
    "goods were found in several ways",
    "an audit found nothing",
    "an alarm accused an innocent",
    "a contract was ended",
    "a colleague took over the buyers",
    "the tier above took over the buyers",
)
DISPUTES = (
    "a dispute was filed",
    "a dispute waited for somebody's time",
    "a dispute was being worked on",
    "a dispute came up to another level",
    "a dispute was settled",
    "a complaint was settled",
    "a guilty partner went free",
    "an innocent was punished",
    "a region had two disputes",
    "the desk closed on open disputes",
)
OPINION = (
    "a follower engaged with a post",
    "a KOL could not answer all",
    "a friend was told",
    "followers watched a livestream",
    "a KOL had tired followers",
    "followers watched a shop",
    "a purchase raised trust",
    "a purchase cost trust",
    "an endorsement faded away",
    "a referred friend bought",
    "a referral lapsed",
    "some of a tier were hired",
)
DOCKS = (
    "goods waited at a dock at the week's end",
    "goods were being loaded at the week's end",
    "goods waited for a truck at the week's end",
    "a truck was away at the week's end",
    "the goods of a lane filled several trucks",
    "one truck was enough for the goods of a lane",
)
LISTING = (
    "a shop took in a SKU",
    "a shop sold out a SKU it had taken from its list",
    "space was left",
    "goods that do not keep were thrown away",
)
REBATES = (
    "a rebate was earned",
    "a rebate was paid",
    "a rebate was lost",
    "a rebate lowered a price",
    "a plan changed within a period",
    "a partner earned under two plans",
    "what was sold on earned a rebate",
    *(f"{what} earned" for what in ("grades", "growth", "target", "sprint", "new_customers", "compliance", "launch")),
    "a price record had a blot",
    "a customer was new",
    "a partner spent on display",
    "a shop was paid for being new",
    "the brand paid freight",
    "a grade was paid more freight",
    "a satisfied shop was paid",
    "a shop paid for its service",
    "a shop learned what service does",
    "spending on display paid off",
    "a partner gave up spending",
    "an order earned more in a promotion",
    "a cap held a rebate down",
    "a rebate was clawed back",
)
LOTS = (
    "an order to the brand was discounted by its size",
    "goods were pushed",
    "an online shop was owed goods for less",
)
RETURNS = (
    "a distributor returned goods",
    "a shop returned goods",
    "goods came back that do not keep",
    "a right to return went unused",
    "returned goods cost a rebate",
)
ORDERS_OF_MONEY = (
    "a firm stocked up at a discount",
    "a higher grade was worth something",
    "a rebate made a shop want more",
    "a right to return made a shop want more",
    "a shop weighed its order",
    "a firm bought ahead",
    "a firm did not buy ahead",
    "an order was cut by credit",
    "an order was refused",
)
EVENTS = (
    *OPINION,
    *SHOPPING,
    *MEDIA,
    *DECLARED,
    *FIRMS,
    *ORDERS,
    *PRICES,
    *PRICING,
    *MARKET,
    *TIERS,
    *ONLINE,
    *LOOKS,
    *ORDERS_ONLINE,
    *FAIRNESS,
    *OPENINGS,
    *BOUGHT_ELSEWHERE,
    *LEADS,
    *DOCKS,
    *LISTING,
    *REBATES,
    *LOTS,
    *RETURNS,
    *ORDERS_OF_MONEY,
    *GREY,
    *DETECTION,
    *DISPUTES,
    *PROMOTIONS,
    *AHEAD,
    *MINIMUM,
    *MAP_CASES,
)
