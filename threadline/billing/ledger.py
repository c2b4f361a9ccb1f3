"""Movements of a workspace's money. Every source moves it once, however often a step is replayed."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import NamedTuple

from threadline.billing.models import LedgerEntry, Wallet
from threadline.lib import rows

_COLUMNS = ["workspace_id", "kind", "amount", "source", "created_at"]

# One statement keeps the balance and the month's sum; adding in the database keeps two movements from losing one. A
# movement of another month than the row's begins a new sum, unless it is the older one.
_KEEP = """
    ON CONFLICT (workspace_id) DO UPDATE SET
      balance = billing_wallet.balance + excluded.balance,
      month_spent = CASE WHEN billing_wallet.month > excluded.month THEN billing_wallet.month_spent
                         WHEN billing_wallet.month < excluded.month THEN excluded.month_spent
                         ELSE billing_wallet.month_spent + excluded.month_spent END,
      month = CASE WHEN billing_wallet.month > excluded.month THEN billing_wallet.month ELSE excluded.month END
"""


class _Move(NamedTuple):
    source: str
    amount: int  # micro-USD, signed
    month: date | None  # whose spending it is; None for money that came in


def month_of(moment: datetime) -> date:
    """The first day of the month, in UTC."""
    return moment.astimezone(UTC).date().replace(day=1)


def reserve(workspace_id: int, costs: Mapping[int, int], now: datetime) -> None:
    """Set aside the expected cost of texts that were queued: {message id: micro-USD}."""
    month = month_of(now)
    moves = [_Move(f"reserve:{pk}", -cost, month) for pk, cost in costs.items()]
    _move(workspace_id, LedgerEntry.Kind.RESERVE, moves, now)


def release(workspace_id: int, message_ids: Sequence[int], now: datetime) -> None:
    """Give back what is set aside for texts that will never be charged."""
    moves = [
        _Move(f"release:{pk}", -amount, month) for pk, (amount, month) in _reserved(workspace_id, message_ids).items()
    ]
    _move(workspace_id, LedgerEntry.Kind.RELEASE, moves, now)


def settle(workspace_id: int, prices: Mapping[int, int], now: datetime) -> None:
    """Replace the reservation by the carrier's own price: {message id: micro-USD}; books the difference."""
    reserved = _reserved(workspace_id, list(prices))
    moves = [
        _Move(f"settle:{pk}", -amount - prices[pk], month)
        for pk, (amount, month) in reserved.items()
        if -amount != prices[pk]
    ]
    _move(workspace_id, LedgerEntry.Kind.SETTLE, moves, now)


def credit(workspace_id: int, amount: int, source: str, now: datetime) -> None:
    """Put money in: `amount` micro-USD; `source` says where from, and counts once."""
    _move(workspace_id, LedgerEntry.Kind.CREDIT, [_Move(f"credit:{source}", amount, None)], now)


def balance(workspace_id: int) -> int:
    """What is left, in micro-USD."""
    return Wallet.objects.filter(workspace_id=workspace_id).values_list("balance", flat=True).first() or 0


def _reserved(workspace_id: int, message_ids: Sequence[int]) -> dict[int, tuple[int, date]]:
    """What is set aside for texts: {message id: (micro-USD, negative; the month it is spending of)}."""
    sources = {f"reserve:{pk}": pk for pk in message_ids}
    found = LedgerEntry.objects.filter(workspace_id=workspace_id, source__in=list(sources))
    return {
        sources[source]: (amount, month_of(created_at))
        for source, amount, created_at in found.values_list("source", "amount", "created_at")
    }


def _move(workspace_id: int, kind: str, moves: Sequence[_Move], now: datetime) -> None:
    """Insert what is new of `moves` and carry its sum to the wallet, in the caller's transaction."""
    if not moves:
        return
    inserted = rows.insert(
        "billing_ledgerentry",
        _COLUMNS,
        [(workspace_id, kind, move.amount, move.source, now) for move in moves],
        "ON CONFLICT (workspace_id, source) DO NOTHING RETURNING source",
    )
    new = {source for (source,) in inserted}
    total = sum(move.amount for move in moves if move.source in new)
    month = month_of(now)
    spent = -sum(move.amount for move in moves if move.month == month and move.source in new)
    if total or spent:
        rows.insert(  # the row is made by the first movement
            "billing_wallet",
            ["workspace_id", "enabled", "balance", "month", "month_spent"],
            [(workspace_id, False, total, str(month), spent)],
            _KEEP,
        )
