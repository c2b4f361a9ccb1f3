"""Leads that were due and may not be texted yet sleep until a moment; then everything about them is looked at again."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import connection

from threadline.lib import rows, sql
from threadline.numbers.models import Number

# Nobody sleeps longer, because what was decided on may change meanwhile: a zone, a birthday, a cap.
LONGEST: Final = timedelta(hours=24)
MOST: Final = 5_000  # leads that wake in one transaction


@dataclass(frozen=True, slots=True)
class Sleep:
    """`code` is the rule that asked for it; `reason` a sentence that names the real moment, however far it is."""

    recipient_id: int
    until: datetime
    code: str
    reason: str


def put(asleep: Sequence[Sleep], now: datetime) -> None:
    """Write it down, in the caller's transaction, which has the leads locked."""
    latest = now + LONGEST
    rows.update(
        "campaigns_recipient",
        "id",
        ("deferred_until", "deferred_code", "reason"),
        [(one.recipient_id, min(one.until, latest), one.code, one.reason) for one in asleep],
    )


def wake(now: datetime) -> bool:
    """Wake whoever's moment has come, in one transaction of its own; True when there may be more."""
    order = "ORDER BY id FOR NO KEY UPDATE SKIP LOCKED" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(
            f"{_WAKE} WHERE id IN (SELECT id FROM (SELECT id FROM campaigns_recipient WHERE deferred_until <= %s "
            f"ORDER BY deferred_until LIMIT {MOST}) AS due {order})",
            [rows.plain(now)],
        )
        return int(cursor.rowcount) == MOST


def policy_changed(workspace_id: int) -> None:
    """The workspace asks something else of its texts: whoever sleeps by the old policy is looked at again."""
    wake_all([workspace_id], ["quiet_hours", "frequency_cap"])


def cap_changed(number: Number) -> None:
    """So is whoever sleeps because the number had its texts of the day."""
    wake_all([number.workspace_id], ["daily_cap"])


def wake_all(workspace_ids: Collection[int], codes: Collection[str]) -> None:
    """Wake whoever sleeps for one of these reasons: what was decided on has changed."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"{_WAKE} WHERE deferred_until IS NOT NULL AND {sql.any_of('deferred_code')} "
            f"AND {sql.any_of('workspace_id')}",
            [sql.array(codes), sql.array(workspace_ids)],
        )


# One that has ended keeps the reason why.
_WAKE = """
    UPDATE campaigns_recipient SET deferred_until = NULL, deferred_code = '',
      reason = CASE WHEN status IN ('pending', 'in_progress') THEN '' ELSE reason END
"""
