"""One conversation: its page, older texts, and what is newer than an event."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from threadline.accounts.permissions import require
from threadline.accounts.requests import MemberRequest
from threadline.inbox import bubbles, composing, lines, listing, reading, thread, threads
from threadline.inbox.cursors import parse
from threadline.inbox.views.connecting import connecting
from threadline.messaging import history


@require_GET
@require("read")
def show(request: MemberRequest, public_id: str) -> HttpResponse:
    """The thread, alone for htmx, else with the list beside it. Who may answer has read it by opening it."""
    conversation = threads.get(request, public_id)
    all_lines = lines.of(request.workspace)
    if request.htmx.target == "list":
        context = listing.pane(request, all_lines, public_id)
        return render(request, "inbox/_list.html", context)
    if request.member.may("send") and "prefetch" not in request.headers.get("Sec-Purpose", ""):
        reading.mark_read(conversation)
    context = threads.pane(request, conversation, all_lines)
    if request.htmx.target == "thread":
        return render(request, "inbox/_thread.html", context)
    history.want(request.workspace.id)
    context |= listing.pane(request, all_lines, public_id) | connecting(request, all_lines)
    return render(request, "inbox/messages.html", context)


@require_GET
@require("read")
def older(request: MemberRequest, public_id: str) -> HttpResponse:
    """The 50 texts before a cursor, to stand above what is shown; as a page of its own without JavaScript."""
    conversation = threads.get(request, public_id)
    before = parse(request.GET.get("before", ""))
    used = threads.used_lines(conversation, lines.of(request.workspace))
    who = threads.viewer(request, used)
    page = thread.page(conversation, before)
    context = threads.feed(conversation, page, who) | {"conversation": conversation}
    if request.htmx:
        return render(request, "inbox/_older.html", context)
    return render(request, "inbox/older.html", context | threads.head(conversation, used, request.workspace.country))


@require_GET
@require("read")
def newer(request: MemberRequest, public_id: str) -> HttpResponse:
    """Texts that are new or changed since an event; the page puts each in its place by its id and order."""
    conversation = threads.get(request, public_id)
    changes = thread.changed(conversation, _number(request, "since"))
    if changes.stale:
        return HttpResponse(headers={"HX-Refresh": "true"})
    all_lines = lines.of(request.workspace)
    used = threads.used_lines(conversation, all_lines)
    who = threads.viewer(request, used)
    context: dict[str, Any] = {
        **threads.head(conversation, used, request.workspace.country),
        "feed": bubbles.feed(changes.texts, thread.media_of(changes.texts), who),
        "several_lines": bool(who.lines),
        "since": changes.event,
        "newest": max([_number(request, "seen"), *(text.id for text in changes.texts)]),
    }
    composer = composing.composer(conversation, request.member, all_lines)
    # Parts that hold the focus or typed text are only replaced when what they say is no longer true.
    other_obstacle = request.GET.get("obstacle", "") != composer.obstacle
    if other_obstacle:
        context["composer"] = composer
    context["new_head"] = other_obstacle or request.GET.get("closed", "") != ("1" if conversation.closed_at else "0")
    context["obstacle"] = composer.obstacle
    return render(request, "inbox/_newer.html", context)


def _number(request: MemberRequest, name: str) -> int:
    """A whole number from the address; 0 for anything else."""
    given = request.GET.get(name, "")
    return int(given[:18]) if given.isascii() and given.isdigit() else 0
