"""The books: every flow of money has a payer, a payee, an account and a week.

Cash is moved where money changes hands; the two legs of the entry are posted beside it. The auditor compares the two
and holds every account against what it pays for, so that neither a lost posting nor a payment outside the books goes
unseen.
"""

from enum import IntEnum, auto
from typing import Any

import numpy as np
import numpy.typing as npt

from channellab.agents.kernels.books import FORTH, NOTHING, add_by_party, move
from channellab.scenarios.arrays import Floats

Parties = npt.NDArray[Any]


class Row(IntEnum):
    """Numbers from zero in the order of the lines: rows of the books' arrays."""

    @staticmethod
    def _generate_next_value_(name: str, start: int, count: int, last_values: list[int]) -> int:
        return count


class Account(Row):
    """Accounts. Those before `RIVAL_SALES` make the brand's profit; the rivals' and financing follow."""

    RETAIL_SALES = auto()
    WHOLESALE = auto()
    EX_FACTORY = auto()
    RETURNS = auto()
    PRODUCTION = auto()
    FREIGHT = auto()
    HOLDING = auto()
    SHORTAGE = auto()
    OVERHEADS = auto()
    ADVERTISING = auto()
    SUPPORT = auto()
    MEMBERSHIP = auto()
    PLATFORM = auto()
    LEADS = auto()
    ONLINE_SERVICE = auto()
    LEAD_COMMISSION = auto()
    PICKUP_FEES = auto()
    ROUTED_ORDERS = auto()
    KOL_FEES = auto()
    KOL_COMMISSION = auto()
    REFERRAL = auto()
    REBATES = auto()
    FUND = auto()
    MARKETING = auto()
    SUBSIDIES = auto()
    SERVICE = auto()
    PROMOTION = auto()
    GREY_SALES = auto()
    PENALTIES = auto()
    POLICING = auto()
    DISPUTES = auto()
    RIVAL_SALES = auto()
    RIVAL_WHOLESALE = auto()
    RIVAL_HOLDING = auto()
    RIVAL_PRODUCTION = auto()
    RIVAL_PLATFORM = auto()
    CAPITAL = auto()
    DEPOSITS = auto()
    TRADE_CREDIT = auto()
    REPAYMENT = auto()
    ACCRUED_REBATES = auto()
    REBATE_PAYMENT = auto()


ACQUISITION = (Account.ADVERTISING, Account.KOL_FEES, Account.KOL_COMMISSION, Account.REFERRAL)
"""Accounts under which the brand pays to win buyers, beside the leads that it buys from media."""
BRAND = slice(Account.RETAIL_SALES, Account.RIVAL_SALES)


class Group(Row):
    """Kinds of parties. Those before `MANUFACTURER` stand outside the channel, one party each, first in the books.

    That of the opinion leaders stays empty: each of them is a party of its own, last in the books.
    """

    HOUSEHOLDS = auto()
    SUPPLIERS = auto()
    CARRIERS = auto()
    WAREHOUSES = auto()
    MEDIA = auto()
    OWNERS = auto()
    LANDLORDS = auto()
    PLATFORMS = auto()
    KOLS = auto()
    INSPECTORS = auto()
    MANUFACTURER = auto()
    RIVALS = auto()
    DISTRIBUTORS = auto()
    PLATFORM_DISTRIBUTORS = auto()
    SUBDISTRIBUTORS = auto()
    ONLINE = auto()
    RETAILERS = auto()


class Ledger:
    """Cash of F parties and the entries of the current week.

    Attributes:
        group: (F,) the `Group` of each party.
        paid: (accounts, groups, groups) money paid this week from one group to another.
        cash: (F,) money held.
        entries: (accounts, F) net receipts of the week by account, money.
        flow: (accounts,) money received under each account this week, by the entries.
        opening: (F,) cash at the start of the week.
        turnover: money that changed hands this week.
        lent, repaid: trade credit granted and paid back since the start, by the entries.
    """

    def __init__(self, group: npt.NDArray[np.int8]) -> None:
        parties = group.size
        self._each = np.arange(parties, dtype=np.int32)
        self.group = group
        self.paid: Floats = np.zeros((len(Account), len(Group), len(Group)))
        self.cash: Floats = np.zeros(parties)
        self.entries: Floats = np.zeros((len(Account), parties))
        self.flow: Floats = np.zeros(len(Account))
        self.opening: Floats = np.zeros(parties)
        self.turnover = 0.0
        self.lent = 0.0
        self.repaid = 0.0

    def open_week(self) -> None:
        """Starts a new week of entries."""
        self.opening = self.cash.copy()
        self.entries[:] = 0.0
        self.flow[:] = 0.0
        self.paid[:] = 0.0
        self.turnover = 0.0

    def pay(
        self,
        account: Account,
        payer: Parties | int,
        payee: Parties | int,
        amount: npt.NDArray[np.floating[Any]] | float,
    ) -> None:
        """Moves money from payers to payees (broadcast against each other) and posts both legs."""
        money = np.ascontiguousarray(amount, np.float64)
        money = money if money.ndim == 1 else money.reshape(-1)
        who, whom = self._parties(payer), self._parties(payee)
        for party in (who, whom):
            if party.size != money.size and party.size != 1:
                money = np.repeat(money, party.size)
        total = float(np.add.reduce(money))
        way = move(self.cash, self.paid[account], self.group, who, whom, money, total)
        if way == NOTHING:
            return
        # As a rule nothing flows back under the account, and one sum is all of them.
        forth, back = (total, 0.0) if way == FORTH else (_positive(money), _positive(-money))
        self.turnover += forth if way == FORTH else float(np.add.reduce(np.abs(money)))
        self.post(account, who, -money, -total, back)
        self.post(account, whom, money, total, forth)

    def _parties(self, party: Parties | int) -> Parties:
        return np.ascontiguousarray(party) if isinstance(party, np.ndarray) else self._each[party : party + 1]

    def post(self, account: Account, party: Parties, amount: Floats, total: float, received: float) -> None:
        """Enters one leg: what the parties got (negative: paid), a single one in all, and what of it are receipts."""
        if party.size == 1:
            self.entries[account, party[0]] += total
        else:
            add_by_party(self.entries[account], party, amount)
        self.flow[account] += received

    def close_week(self) -> None:
        """Adds the week's trade credit to the running totals."""
        self.lent += float(self.flow[Account.TRADE_CREDIT])
        self.repaid += float(self.flow[Account.REPAYMENT])


def _positive(money: Floats) -> float:
    return float(np.add.reduce(np.maximum(money, 0.0)))
