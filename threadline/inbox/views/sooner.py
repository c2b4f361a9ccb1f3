"""Send now: a text that waits for the morning goes at once, when it has become an answer."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from threadline.accounts.permissions import require
from threadline.accounts.requests import MemberRequest
from threadline.inbox import threads
from threadline.messaging import hurrying
from threadline.messaging.models import Message


@require_POST
@require("send")
def send_now(request: MemberRequest, public_id: str, message_id: str) -> HttpResponse:
    """The gate still decides; where it may not go now, the page says so."""
    conversation = threads.get(request, public_id)
    if "\0" in message_id:
        raise Http404("no such text")
    mine = Message.objects.select_related("conversation").filter(conversation=conversation, deleted_at=None)
    message = mine.filter(public_id=message_id).first()
    if message is None:
        raise Http404("no such text")
    gone = hurrying.send_now(message)
    if request.htmx:
        return HttpResponse(status=204, headers={"HX-Trigger": f"live:{conversation.public_id}"})
    if not gone:
        messages.error(request, _("It cannot go now: it waits for their morning, or has left already."))
    return redirect("inbox:conversation", public_id)
