"""Writes that may be repeated: one answer per Idempotency-Key, the deed and its answer in one transaction."""

import hashlib
from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from ninja import Header

from threadline.api import idempotency
from threadline.api.idempotency import Answer
from threadline.api.rest import shapes
from threadline.api.rest.auth import identify
from threadline.api.rest.shapes import Shape
from threadline.events.publish import once_at_the_end
from threadline.lib import deadlocks

Deed = Callable[[], tuple[int, Shape]]


def header() -> Any:
    """The parameter of every function that writes."""
    return Header(  # type: ignore[type-arg]
        None,
        alias="Idempotency-Key",
        max_length=255,
        pattern=r"^[\x21-\x7e]+$",
        description="Any word of yours. A repeat within 24 hours gets the first answer again, and changes nothing.",
    )


def once(request: HttpRequest, key: str | None, deed: Deed, fingerprint: str = "") -> HttpResponse:
    """Do it, or repeat the answer that this key got. `fingerprint` stands for a body that is not kept in memory."""
    if key is None:
        status, shape = _do(deed)
        return shapes.respond(shape, status)
    asked = fingerprint or hashlib.sha256(request.body).hexdigest()
    workspace_id = identify(request).workspace_id
    answer = idempotency.once(workspace_id, key, f"{request.method} {request.get_full_path()} {asked}", _run(deed))
    response = HttpResponse(answer.text, status=answer.status, content_type="application/json")
    if answer.replayed:
        response["Idempotent-Replayed"] = "true"
    return response


@deadlocks.retried
def _do(deed: Deed) -> tuple[int, Shape]:
    with transaction.atomic(), once_at_the_end():
        return deed()


def _run(deed: Deed) -> Callable[[], Answer]:
    def run() -> Answer:
        status, shape = deed()
        return Answer(status, shapes.text(shape))

    return run
