"""Movements of a workspace's money. Every source moves it once, however often a step is replayed."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from threadline.billing.models import LedgerEntry, Wallet
from threadline.lib import rows

_COLUMNS = ["workspace_id", "kind", "amount", "source", "created_at"]


def reserve(workspace_id: int, costs: Mapping[int, int], now: datetime) -> None:
    """Set aside the expected cost of texts that were queued: {message id: micro-USD}."""
    _move(workspace_id, LedgerEntry.Kind.RESERVE, [(f"reserve:{pk}", -cost) for pk, cost in costs.items()], now)


def release(workspace_id: int, message_ids: Sequence[int], now: datetime) -> None:
    """Give back what is set aside for texts that will never be charged."""
    sources = [f"reserve:{pk}" for pk in message_ids]
    reserved = LedgerEntry.objects.filter(workspace_id=workspace_id, source__in=sources).values_list("source", "amount")
    moves = [(f"release:{source.removeprefix('reserve:')}", -amount) for source, amount in reserved]
    _move(workspace_id, LedgerEntry.Kind.RELEASE, moves, now)


def settle(workspace_id: int, prices: Mapping[int, int], now: datetime) -> None:
    """Replace the reservation by the carrier's own price: {message id: micro-USD}; books the difference."""
    sources = [f"reserve:{pk}" for pk in prices]
    reserved = dict(
        LedgerEntry.objects.filter(workspace_id=workspace_id, source__in=sources).values_list("source", "amount")
    )
    moves = [
        (f"settle:{pk}", -reserved[f"reserve:{pk}"] - price)
        for pk, price in prices.items()
        if f"reserve:{pk}" in reserved
    ]
    _move(workspace_id, LedgerEntry.Kind.SETTLE, [move for move in moves if move[1]], now)


def _move(workspace_id: int, kind: str, moves: Sequence[tuple[str, int]], now: datetime) -> None:
    """Insert what is new of `moves` and carry its sum to the wallet, in the caller's transaction."""
    if not moves:
        return
    inserted = rows.insert(
        "billing_ledgerentry",
        _COLUMNS,
        [(workspace_id, kind, amount, source, now) for source, amount in moves],
        "ON CONFLICT (workspace_id, source) DO NOTHING RETURNING amount",
    )
    if total := sum(amount for (amount,) in inserted):
        # The row is made by the first movement; adding in the database keeps two of them from losing one.
        rows.insert(
            "billing_wallet",
            ["workspace_id", "enabled", "balance"],
            [(workspace_id, False, total)],
            "ON CONFLICT (workspace_id) DO UPDATE SET balance = billing_wallet.balance + excluded.balance",
        )


def credit(workspace_id: int, amount: int, source: str, now: datetime) -> None:
    """Put money in: `amount` micro-USD; `source` says where from, and counts once."""
    _move(workspace_id, LedgerEntry.Kind.CREDIT, [(f"credit:{source}", amount)], now)


def balance(workspace_id: int) -> int:
    """What is left, in micro-USD."""
    return Wallet.objects.filter(workspace_id=workspace_id).values_list("balance", flat=True).first() or 0
