"""The dials of small markets: keys of a scenario, and the values that they are turned to.

What stands behind ``#`` in a key only tells two dials of one table apart.
"""

from .dial_consumers import CONSUMERS
from .dial_firms import FIRMS
from .dial_goods import GOODS
from .dial_money import MONEY
from .dial_policies import POLICIES

DIALS = CONSUMERS | GOODS | POLICIES | FIRMS | MONEY
