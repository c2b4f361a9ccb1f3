"""Answering in a thread: send, change the line, keep the draft."""

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from threadline.accounts.permissions import require
from threadline.accounts.requests import MemberRequest
from threadline.inbox import attaching, composing, lines, listing, threads
from threadline.inbox.views.connecting import connecting
from threadline.messaging.models import Conversation, Message, Upload
from threadline.messaging.outgoing import Outgoing
from threadline.messaging.send import send as send_texts
from threadline.messaging.verdicts import Refuse


@require_POST
@require("send")
def send(request: MemberRequest, public_id: str) -> HttpResponse:
    """Send what was typed. A refusal keeps the text where it was typed and says why."""
    conversation = threads.get(request, public_id)
    body = request.POST.get("body", "")
    files, refusal = attaching.files_of(request)
    refusal = refusal or _overtaken(request, conversation)
    if not refusal:
        line = lines.pick(lines.of(request.workspace), request.POST.get("from", ""))
        text = Outgoing(
            to=conversation.address,
            body=body,
            number_id=line.id if line else None,
            member_id=request.member.id,
            media_urls=attaching.urls(files),
            client_token=composing.token_of(request.POST.get("token", "")),
        )
        outcome = send_texts(request.workspace, [text])[0]
        refusal = outcome.verdict.reason if isinstance(outcome.verdict, Refuse) else ""
    if not refusal:
        composing.forget_draft(conversation, request.member)
    if request.htmx:
        return _answer(request, conversation, refusal)
    if not refusal:
        return redirect("inbox:conversation", public_id)
    return _page(request, conversation, body, files, refusal)


def _answer(request: MemberRequest, conversation: Conversation, refusal: str) -> HttpResponse:
    """Into the line above the box: nothing, or why not. The bubble itself comes the way every new text comes."""
    context = {"refusal": refusal, "newest": _newest(conversation) if refusal else 0}
    response = render(request, "inbox/_refusal.html", context, status=422 if refusal else 200)
    response["HX-Trigger"] = f"live:{conversation.public_id}"
    return response


def _page(
    request: MemberRequest, conversation: Conversation, body: str, files: list[Upload], refusal: str
) -> HttpResponse:
    all_lines = lines.of(request.workspace)
    context = threads.pane(request, conversation, all_lines)
    context["composer"] = composing.composer(
        conversation, request.member, all_lines, request.POST.get("from", ""), draft=body, refusal=refusal
    )
    context["uploads"] = files
    context |= listing.pane(request, all_lines, conversation.public_id) | connecting(request, all_lines)
    return render(request, "inbox/messages.html", context, status=422)


def _overtaken(request: MemberRequest, conversation: Conversation) -> str:
    """A sentence when a colleague answered after the newest text that this page shows; "" when nobody did."""
    seen = request.POST.get("seen", "")
    if not (seen.isascii() and seen.isdigit()):
        return ""
    later = Message.objects.filter(conversation=conversation, id__gt=int(seen[:18]), source="member")
    other = later.exclude(member=request.member).select_related("member__user").first()
    if other is None:
        return ""
    return _("%(name)s replied while you typed. Read it, then send yours if it is still right.") % {
        "name": other.member or _("Somebody")
    }


def _newest(conversation: Conversation) -> int:
    return Message.objects.filter(conversation=conversation).order_by("-id").values_list("id", flat=True).first() or 0


@require_http_methods(["PUT", "POST"])
@require("send")
def draft(request: MemberRequest, public_id: str) -> HttpResponse:
    """Keep what has been typed."""
    conversation = threads.get(request, public_id)
    typed = QueryDict(request.body) if request.method == "PUT" else request.POST
    composing.keep_draft(conversation, request.member, typed.get("body", ""))
    return HttpResponse(status=204)
