"""What a workspace's texts cost this month, and what it may still spend. One row, read by its key."""

from dataclasses import dataclass
from datetime import datetime

from threadline.billing.ledger import month_of
from threadline.billing.models import Wallet


@dataclass(frozen=True, slots=True)
class Standing:
    """Amounts in micro-USD. A month begins at 00:00 UTC on its first day.

    `spent` is what this month's texts cost: the carrier's price where it is known, until then what is set aside. The
    wallet blocks at `balance` while it is `enabled`; else the `budget` does, where there is one.
    """

    enabled: bool = False
    balance: int = 0
    budget: int | None = None
    spent: int = 0

    @property
    def left(self) -> int | None:
        """What new texts may still cost; None when nothing limits them."""
        if self.enabled:
            return self.balance
        return None if self.budget is None else self.budget - self.spent


def this_month(workspace_id: int, now: datetime) -> Standing:
    """Where the workspace stands, from one small query."""
    columns = ("enabled", "balance", "monthly_budget", "month", "month_spent")
    found = Wallet.objects.filter(workspace_id=workspace_id).values_list(*columns).first()
    if found is None:
        return Standing()
    enabled, balance, budget, month, spent = found
    return Standing(enabled, balance, budget, spent if month == month_of(now) else 0)
