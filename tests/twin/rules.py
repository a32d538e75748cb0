"""The twin's rules, each under the name of the compiled or vectorised rule that it doubles.

A new mechanism adds its rule here, in plain loops beside the others. What it can be set to goes into ``dials.py``, what
then happens into ``watch.py``, ways to get it wrong into ``test_mutations.py``; what it moves outside the rules is for
the witness to follow.
"""

from channellab.sim.rules import Rules

from . import (
    declared,
    diversion,
    docks,
    influence,
    leads,
    listing,
    media,
    membership,
    ordering,
    pricing,
    rebating,
    selling,
    shopping,
    supply,
)

TWIN = Rules(
    hear=media.hear,
    hired=influence.hired,
    endorse=influence.endorse,
    reflect=influence.reflect,
    renew=membership.renew,
    shop=shopping.shop,
    arise=leads.arise,
    advance=leads.advance,
    desert=leads.desert,
    enrol=membership.enrol,
    allocate=supply.allocate,
    opened=selling.opened,
    service_level=selling.service_level,
    demand_seen=ordering.demand_seen,
    expected_sales=listing.expected_sales,
    best_listed=listing.best_listed,
    serve_declared=declared.serve_declared,
    price=selling.price,
    net_of=selling.net_of,
    undercut=pricing.undercut,
    within_band=pricing.within_band,
    learn=pricing.learn,
    best_price=pricing.best_price,
    lowest_elsewhere=pricing.lowest_elsewhere,
    group_means=pricing.group_means,
    exponential_forecast=ordering.exponential_forecast,
    moving_average_forecast=ordering.moving_average_forecast,
    order_quantities=ordering.order_quantities,
    newsvendor_levels=ordering.newsvendor_levels,
    receive=ordering.receive,
    truckloads=docks.truckloads,
    within_capacity=supply.within_capacity,
    within_credit=rebating.within_credit,
    rebate=rebating.rebate,
    next_threshold=rebating.next_threshold,
    buying_ahead=rebating.buying_ahead,
    stocking_up=rebating.stocking_up,
    believed_detection=diversion.believed_detection,
    best_grey_offers=diversion.best_grey_offers,
    grey_orders=diversion.grey_orders,
    worth_a_truck=diversion.worth_a_truck,
    contentment=diversion.contentment,
    cheaper_online=diversion.cheaper_online,
)
