"""Background work of this room: looking again at the carrier from time to time, and at once after a start."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final

from django.db import Error
from django.db import connection as database
from django.db.models import F, Q

from threadline.lib import clock
from threadline.numbers.models import Connection
from threadline.numbers.refresh import refresh

EVERY: Final = timedelta(minutes=15)


def look_again(number_ids: Collection[int]) -> None:
    """The carrier has refused something as a sender of ours: look at the accounts of these numbers at the next turn."""
    Connection.objects.filter(numbers__in=number_ids, removed_at=None).update(looked_at=None)


def is_doubtful(number_id: int) -> bool:
    """Whether the account of this number is still to be looked at."""
    return Connection.objects.filter(numbers=number_id, looked_at=None).exists()


def refresh_due() -> bool:
    """Refresh the connection that was looked at longest ago, when that is long ago; returns whether more wait.

    Numbers bought or released, webhooks that somebody changed, revoked tokens and upgrades from trial show up by this.
    """
    now = clock.now()
    due = Connection.objects.filter(Q(looked_at=None) | Q(looked_at__lt=now - EVERY), removed_at=None)
    connection = due.order_by(F("looked_at").asc(nulls_first=True), "id").first()
    if connection is None:
        return False
    if Connection.objects.filter(pk=connection.pk, looked_at=connection.looked_at).update(looked_at=now):
        _refresh(connection, now)  # otherwise another worker was quicker
    return due.exists()


def _refresh(connection: Connection, now: datetime) -> None:
    """What the database breaks off was not looked at: it stays as doubtful as it was, and its turn comes again."""
    try:
        refresh(connection)
    except Error:
        database.close_if_unusable_or_obsolete()
        Connection.objects.filter(pk=connection.pk, looked_at=now).update(looked_at=connection.looked_at)
        raise
