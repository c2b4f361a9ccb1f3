"""Reading what happened: everything after an event id, in the order it was committed."""

from datetime import timedelta

from django.db.models import Max

from threadline.events.models import Event
from threadline.lib import clock

KEPT = timedelta(days=30)
_CHUNK = 5000


def since(workspace_id: int, subject: str, after_id: int, limit: int) -> list[Event]:
    """At most `limit` events of one workspace with an id above `after_id`, oldest first; subject "" means any."""
    events = Event.objects.filter(workspace_id=workspace_id, id__gt=after_id)
    if subject:
        events = events.filter(subject=subject)
    return list(events.order_by("id")[:limit])


def latest_id(workspace_id: int | None = None) -> int:
    """A cursor for "now": every event committed so far has this id or a lower one. 0 when nothing ever happened.

    It is the highest id of all workspaces: for a cursor that is as good as the workspace's own, and one look.
    """
    return Event.objects.aggregate(latest=Max("id"))["latest"] or 0


def prune() -> int:
    """Delete events older than 30 days, a chunk per call; returns how many (less than a chunk: none are left)."""
    old = Event.objects.filter(created_at__lt=clock.now() - KEPT).order_by("created_at").values("id")[:_CHUNK]
    ids = [row["id"] for row in old]
    # The highest id stays, so that `latest_id` never steps back.
    return Event.objects.filter(id__in=ids).exclude(id=latest_id()).delete()[0] if ids else 0
