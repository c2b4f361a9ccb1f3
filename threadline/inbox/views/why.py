"""Why? What the gate saw and said about one text, and what the carrier answered."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from threadline.accounts.permissions import require
from threadline.accounts.requests import MemberRequest
from threadline.inbox import threads
from threadline.messaging import states
from threadline.messaging.models import Message


@require_GET
@require("read")
def show(request: MemberRequest, public_id: str, message_id: str) -> HttpResponse:
    """In a dialog, or as a page of its own."""
    conversation = threads.get(request, public_id)
    if "\0" in message_id:
        raise Http404("no such text")
    message = (
        Message.objects.select_related("member__user")
        .filter(conversation=conversation, public_id=message_id, deleted_at=None)
        .first()
    )
    if message is None:
        raise Http404("no such text")
    context = {
        "conversation": conversation,
        "message": message,
        "state": states.of(message.status) if message.direction == "outbound" else None,
        "receipts": message.receipts.order_by("id"),
        "attempts": message.attempts.order_by("id"),
    }
    return render(request, "inbox/_why.html" if request.htmx else "inbox/why.html", context)
