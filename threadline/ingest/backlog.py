"""What waits in the raw table, what is parked there, and clearing out what is long done."""

from datetime import timedelta

from django.db.models import QuerySet

from threadline.ingest.models import RawRequest
from threadline.lib import clock

KEPT = timedelta(days=30)
_CHUNK = 5000


def oldest_age() -> float | None:
    """Seconds that the oldest request has waited; None: none waits, but for statuses whose text is not known yet."""
    oldest = (
        RawRequest.objects.filter(processed_at=None, retry_at=None).order_by("id").values_list("received_at", flat=True)
    )
    first = oldest.first()
    return None if first is None else round(max(0.0, (clock.now() - first).total_seconds()), 1)


def parked(workspace_id: int) -> QuerySet[RawRequest]:
    """Requests of a workspace that could not be dealt with, the latest first."""
    return RawRequest.objects.filter(workspace_id=workspace_id).exclude(problem="").order_by("-id")


def prune() -> int:
    """Delete what was done more than 30 days ago, a chunk per call; returns how many."""
    oldest = RawRequest.objects.order_by("id").values_list("id", "received_at", "processed_at")[:_CHUNK]
    limit = clock.now() - KEPT
    old = [pk for pk, received_at, processed_at in oldest if received_at < limit and processed_at is not None]
    return RawRequest.objects.filter(id__in=old).delete()[0] if old else 0
