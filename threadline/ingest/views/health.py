"""GET /health: is the database there, does a worker live, does what came in get read?"""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from threadline.ingest import backlog, heartbeat


@login_not_required
@require_safe
def show(request: HttpRequest) -> JsonResponse:
    """200 while the web can do its work; 503 when the database cannot be read. Ages are in seconds, null: none."""
    answer: dict[str, Any] = {"status": "ok", "database": "ok"}
    try:
        answer["oldest_unprocessed_webhook"] = backlog.oldest_age()
        answer["worker_heartbeat"] = heartbeat.age()
    except DatabaseError:
        return JsonResponse({"status": "down", "database": "unreachable"}, status=503)
    if answer["worker_heartbeat"] is None or answer["worker_heartbeat"] > heartbeat.LATE:
        answer["status"] = "no worker"
    response = JsonResponse(answer)
    response["Cache-Control"] = "no-store"
    return response
