"""Trade credit: what buyers owe sellers, and when it is due."""

import numpy as np

from channellab.scenarios.arrays import Floats, Index
from channellab.sim.ledger import Account, Ledger


class Invoices:
    """Open invoices as columns: buyer, seller (parties), amount (money) and the week in which each is due."""

    def __init__(self) -> None:
        self.buyer: Index = np.empty(0, np.int32)
        self.seller: Index = np.empty(0, np.int32)
        self.due: Index = np.empty(0, np.int32)
        self.amount: Floats = np.empty(0)

    def bill(
        self, ledger: Ledger, account: Account, buyer: Index, seller: Index, amount: Floats, due: int, week: int
    ) -> None:
        """Books a delivery: the buyer pays, and where there is a credit term the seller lends the money at once."""
        some = amount > 0.0
        buyer, seller, amount = buyer[some], seller[some], amount[some]
        ledger.pay(account, buyer, seller, amount)
        if due <= week:
            return
        ledger.pay(Account.TRADE_CREDIT, seller, buyer, amount)
        self.buyer = np.concatenate([self.buyer, buyer])
        self.seller = np.concatenate([self.seller, seller])
        self.amount = np.concatenate([self.amount, amount])
        self.due = np.concatenate([self.due, np.full(buyer.size, due, np.int32)])

    def collect(self, ledger: Ledger, week: int) -> None:
        """Pays what is due."""
        now = self.due <= week
        ledger.pay(Account.REPAYMENT, self.buyer[now], self.seller[now], self.amount[now])
        keep = ~now
        self.buyer, self.seller = self.buyer[keep], self.seller[keep]
        self.amount, self.due = self.amount[keep], self.due[keep]
