"""Trade credit: what buyers owe sellers, and when it is due."""

from typing import NamedTuple

import numpy as np

from channellab.scenarios.arrays import Floats, Index
from channellab.sim.ledger import Account, Ledger


class Bills(NamedTuple):
    """Invoices written together: buyers and sellers (N,), parties; amounts (N,), money; and the week they are due."""

    buyer: Index
    seller: Index
    amount: Floats
    due: int


class Invoices:
    """Open invoices, in the order in which they were written."""

    def __init__(self) -> None:
        self.open: list[Bills] = []

    @property
    def buyer(self) -> Index:
        """(N,) parties that owe."""
        return np.concatenate([np.empty(0, np.int32), *(bills.buyer for bills in self.open)])

    @property
    def seller(self) -> Index:
        """(N,) parties that they owe it to."""
        return np.concatenate([np.empty(0, np.int32), *(bills.seller for bills in self.open)])

    @property
    def amount(self) -> Floats:
        """(N,) money."""
        return np.concatenate([np.empty(0), *(bills.amount for bills in self.open)])

    @property
    def due(self) -> Index:
        """(N,) weeks in which it is due."""
        return np.repeat(np.array([bills.due for bills in self.open], np.int32), [b.amount.size for b in self.open])

    @property
    def owed(self) -> float:
        """All that is owed, money."""
        return sum(float(bills.amount.sum()) for bills in self.open)

    def reopen(self, buyer: Index, seller: Index, due: Index, amount: Floats) -> None:
        """Puts saved invoices back."""
        ends = [*(np.flatnonzero(np.diff(due)) + 1).tolist(), due.size] if due.size else []
        spans = [slice(first, last) for first, last in zip([0, *ends], ends, strict=False)]
        self.open = [Bills(buyer[at].copy(), seller[at].copy(), amount[at].copy(), int(due[at.start])) for at in spans]

    def bill(
        self, ledger: Ledger, account: Account, buyer: Index, seller: Index, amount: Floats, due: int, week: int
    ) -> None:
        """Books a delivery: the buyer pays, and where there is a credit term the seller lends the money at once."""
        some = np.flatnonzero(amount > 0.0)
        if not some.size:
            return
        if some.size < amount.size:
            buyer, seller, amount = buyer[some], seller[some], amount[some]
        ledger.pay(account, buyer, seller, amount)
        if due > week:
            ledger.pay(Account.TRADE_CREDIT, seller, buyer, amount)
            self.open.append(Bills(buyer, seller, amount, due))

    def collect(self, ledger: Ledger, week: int) -> None:
        """Pays what is due."""
        now = [bills for bills in self.open if bills.due <= week]
        if now:
            self.open = [bills for bills in self.open if bills.due > week]
            buyer, seller, amount = (np.concatenate(column) for column in list(zip(*now, strict=True))[:3])
            ledger.pay(Account.REPAYMENT, buyer, seller, amount)
