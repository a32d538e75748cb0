"""The books: every flow of money has a payer, a payee, an account and a week.

Cash is moved where money changes hands; the two legs of the entry are posted beside it. The auditor compares the two
and holds every account against what it pays for, so that neither a lost posting nor a payment outside the books goes
unseen.
"""

from enum import IntEnum, auto
from typing import Any

import numpy as np
import numpy.typing as npt

from channellab.agents.kernels.books import move
from channellab.scenarios.arrays import Floats, Index

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
        books = self.cash, self.entries, self.paid, self.flow, self.group
        self.turnover += move(*books, int(account), who, whom, money)

    def _parties(self, party: Parties | int) -> Index:
        if isinstance(party, np.ndarray):
            return np.ascontiguousarray(party, np.int32)
        return self._each[party : party + 1]

    def close_week(self) -> None:
        """Adds the week's trade credit to the running totals."""
        self.lent += float(self.flow[Account.TRADE_CREDIT])
        self.repaid += float(self.flow[Account.REPAYMENT])
