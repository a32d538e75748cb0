"""The stylised facts that are gates: published effects that the paper itself was read for, or that are exact or ours.

Figures from memory and claims of the sources are no gates; ``docs/evidence.md`` shows them beside the others.
"""

FACTS: dict[str, str] = {
    "BW1": "wholesalers amplify orders, retailers and makers mostly do not; seasons lower it",
    "CON1": "an online shop of the brand takes little from shops",
    "CON2": "stores added to a direct channel lower its sales at first, and raise the total",
    "DIF5": "on a clustered network adoption peaks later and lower",
    "DIS1": "prices of the same good differ by a fifth to a third",
    "DIS2": "prices of one good differ little inside a chain, more across chains",
    "DIS3": "chains that price flexibly gain a little, and prices differ more",
    "DST1": "share rises with weighted distribution, at an increasing rate",
    "DST3": "a SKU's revenue grows more than in proportion to the shops that sell it",
    "FB1": "off-invoice deals are bought ahead, scan-backs are not",
    "GRY2": "no part of enforcement deters alone, severity with detection or speed does",
    "GRY3": "grey sales reach a fifth of authorised ones in some markets",
    "GRY4": "cases are overlooked where few are found or the partner is worth much",
    "HS1": "thresholds make sales high at a period's end and low at its start",
    "HS3": "a threshold makes sell-in spike while sell-through stays smooth, a linear rebate does not",
    "KOL1": "engagement rises with followers, then falls",
    "KOL2": "leaders with few followers return more than those with many",
    "KOL3": "engagement rises with spending, less than in proportion",
    "LIV2": "sales rise with the number of streamers, then fall",
    "MAP2": "minimum prices bind where detection and punishment are credible, monitoring alone does nothing",
    "MAP3": "more intensive distribution, more violations",
    "OOS1": "8 % of items are out of stock",
    "OOS2": "what shoppers do before an empty shelf",
    "OOS3": "4 % of sales are lost to empty shelves",
    "PAS1": "four tenths of a price cut reach the shelf",
    "PRI1": "brand elasticity about -2.6",
    "PRI3": "SKU elasticities between -4 and -.8, none positive",
    "PRI4": "promotions lift sales by so much",
    "PRI5": "no dip in weekly sales after a promotion",
    "TER1": "more competition inside the brand, lower retail margins",
    "VMI1": "orders that follow true demand are not amplified",
    "WOM1": "word of mouth sells: a tenth more of it, 2.4 % more sales",
}
"""By id of the claim, of confidence A or D; the experiments are in ``calibration/evidence``."""

QUICK = ("VMI1",)
"""Facts for a quick look, of which there is time for one: an exact one, so that a change of its verdict is news."""
