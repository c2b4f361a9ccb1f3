"""The sandbox's webhooks follow this machine's port: serve may start on another one each time."""

import logging

from threadline.numbers import incoming, places, refresh, webhooks
from threadline.numbers.models import Connection
from threadline.numbers.problems import ProblemError

logger = logging.getLogger(__name__)


def sandbox() -> int:
    """Point the numbers of every sandbox connection at where we listen now; returns how many had to change.

    Also lets the connections follow the sandbox itself to another port. Cheap when nothing moved: no request is made.
    """
    changed = 0
    for connection in Connection.objects.exclude(base_url="").filter(removed_at=None).select_related("workspace"):
        _follow(connection)
        urls = webhooks.urls_for(connection)
        if urls is None:
            continue
        stale = [number for number in connection.numbers.textable() if number.sms_url not in urls]
        if not stale or refresh.refresh(connection):
            continue
        for number in stale:
            try:
                number.refresh_from_db()
                incoming.point_here(number, None, agreed=number.sms_url)
            except (ProblemError, incoming.OccupiedError) as problem:
                logger.warning("The sandbox's webhook of %s could not be set: %s", number.public_id, problem)
            else:
                changed += 1
    return changed


def _follow(connection: Connection) -> None:
    here = places.sandbox_url()
    if here and connection.base_url != here:
        connection.base_url = here
        connection.save(update_fields=["base_url"])
