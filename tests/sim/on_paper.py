"""Parts of markets so small that a pencil can follow them."""

ONE_SHOP = """
[network]
regions = "single"
sites_per_district = 1
sites_per_area = 1
[consumers]
count = 1
outlets_considered = 1
demand = {source = "declared", law = "series", series = [4, 6, 3, 8, 2]}
"""
"""One shop, whose buyers ask for 4, 6, 3, 8 and 2 units in five weeks, and so on."""
ONE_DISTRIBUTOR = (
    ONE_SHOP
    + """
[[products]]
name = "Tea"
list_price = 10.0
distributor_price = 6.5
ex_factory_price = 6.0
unit_cost = 4.0
[manufacturer]
stock = {rule = "base_stock", level = 40}
[distributors]
trunk_lead_days = 3.5
stock = {rule = "base_stock", level = 9, holding_cost = 1000.0}
[retailers]
local_lead_days = 3.5
stock = {rule = "base_stock", level = 9}
[policy.price]
ex_factory_discount = 0.05
"""
)
"""Plant, distributor and shop; the distributor buys in each week what the shop sold in it, at 6 less 5 %. Stock is so
dear that nobody keeps more than it needs."""
