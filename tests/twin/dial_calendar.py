"""Events and deals that dials set."""

SALE = {"name": "sale", "weeks": [6, 7], "discount": 0.3, "display": 0.8, "brand_share": 0.6}
LATE = {"name": "late", "weeks": [12, 12], "discount": 0.15, "who": ["shop"]}
EXTRA = {"name": "extra", "weeks": [8, 9], "discount": 0.4}
NEW_YEAR = {"name": "new year", "festival": "spring_festival", "duration": 2, "discount": 0.25}
DEAL = {"weeks": [5, 6], "rate": 0.2}
LATER = {"weeks": [9, 9], "rate": 0.1}
BACK = {"kind": "scan_back", "weeks": [6, 8], "rate": 0.3, "who": ["shop"]}
