"""Idempotency-Key: a request with a key runs once; equal repeats within 24 hours get the first answer again.

The row is claimed, the deed done and the answer kept in one transaction. So a crash leaves neither deed nor row, and a
repeat that comes while the first still runs waits for the database and then finds its answer.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.db import connection, transaction

from threadline.api.models import IdempotentRequest
from threadline.api.problems import IDEMPOTENCY, Problem
from threadline.events.publish import once_at_the_end
from threadline.lib import clock, deadlocks, rows

KEPT_FOR: Final = timedelta(hours=24)
PRUNED_AT_ONCE: Final = 1000

# Takes a fresh key, or one whose answer is too old to count; returns nothing when a live answer is there. On PostgreSQL
# it waits for a transaction that holds the same key, on SQLite writers come one by one anyway.
_CLAIM = """
    INSERT INTO api_idempotentrequest (workspace_id, key, fingerprint, status, answer, created_at)
    VALUES (%s, %s, %s, NULL, '', %s)
    ON CONFLICT (workspace_id, key) DO UPDATE
        SET fingerprint = excluded.fingerprint, status = NULL, answer = '', created_at = excluded.created_at
        WHERE api_idempotentrequest.created_at < %s
    RETURNING id
"""
_KEEP = "UPDATE api_idempotentrequest SET status = %s, answer = %s WHERE id = %s"


@dataclass(frozen=True, slots=True)
class Answer:
    """A status and a JSON text; `replayed` when it was given before."""

    status: int
    text: str
    replayed: bool = False


@deadlocks.retried
def once(workspace_id: int, key: str, request: str, run: Callable[[], Answer]) -> Answer:
    """Run, or give the answer that an equal `request` (method, path and body as text) with this key got.

    Raises Problem (409) when the key was used for another request.
    """
    fingerprint = hashlib.sha256(request.encode()).hexdigest()
    now = clock.now()
    with transaction.atomic(), once_at_the_end():
        claimed = _claim(workspace_id, key, fingerprint, now - KEPT_FOR)
        if claimed is None:
            return _kept(workspace_id, key, fingerprint)
        answer = run()
        with connection.cursor() as cursor:
            cursor.execute(_KEEP, [answer.status, answer.text, claimed])
    return answer


def prune_idempotency() -> int:
    """Forget answers older than 24 hours, a slice at a time; how many went. A chore."""
    total = 0
    while True:
        with transaction.atomic():
            old = IdempotentRequest.objects.filter(created_at__lt=clock.now() - KEPT_FOR).order_by("created_at")
            pks = list(old.values_list("pk", flat=True)[:PRUNED_AT_ONCE])
            total += IdempotentRequest.objects.filter(pk__in=pks).delete()[0]
        if len(pks) < PRUNED_AT_ONCE:
            return total


def _claim(workspace_id: int, key: str, fingerprint: str, too_old: object) -> int | None:
    values = [workspace_id, key, fingerprint, rows.plain(clock.now()), rows.plain(too_old)]
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, values)
        row = cursor.fetchone()
    return row[0] if row else None


def _kept(workspace_id: int, key: str, fingerprint: str) -> Answer:
    kept = IdempotentRequest.objects.get(workspace_id=workspace_id, key=key)
    if kept.fingerprint != fingerprint or kept.status is None:
        raise Problem(
            409,
            IDEMPOTENCY,
            "idempotency_key_reused",
            "This Idempotency-Key came with another request in the last 24 hours. Use a new key for a new request.",
            "Idempotency-Key",
        )
    return Answer(kept.status, kept.answer, replayed=True)
