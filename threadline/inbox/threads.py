"""A conversation as a request shows it: its feed, its head, its composer."""

from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from threadline.accounts.requests import MemberRequest
from threadline.compliance import optouts
from threadline.events import read
from threadline.inbox import bubbles, composing, days, people, thread
from threadline.inbox.bubbles import Viewer
from threadline.inbox.cursors import Cursor
from threadline.inbox.lines import Line
from threadline.lib import clock, phones
from threadline.messaging.models import Conversation, ConversationNumber


def get(request: MemberRequest, public_id: str) -> Conversation:
    """The workspace's conversation with its contact; a foreign or unknown id is a 404."""
    ours = Conversation.objects.filter(workspace=request.workspace)
    # PostgreSQL knows no NUL, so nothing of ours can be called that.
    found = None if "\0" in public_id else ours.select_related("contact").filter(public_id=public_id).first()
    if found is None:
        raise Http404("no such conversation")
    return found


def used_lines(conversation: Conversation, all_lines: list[Line]) -> list[Line]:
    """The lines that texts of this conversation went over, the latest first. One query."""
    by_id = {line.id: line for line in all_lines}
    used = ConversationNumber.objects.filter(conversation=conversation).order_by("-last_activity_at")
    return [by_id[number_id] for number_id in used.values_list("number_id", flat=True) if number_id in by_id]


def viewer(request: MemberRequest, used: list[Line]) -> Viewer:
    zone = days.zone(request)
    names = {line.phone: line.name for line in used} if len(used) > 1 else {}
    return Viewer(request.member.id, zone, clock.now().astimezone(zone).date(), names)


def head(conversation: Conversation, used: list[Line], country: str) -> dict[str, Any]:
    """Who it is, on which lines, what time it is there."""
    name = conversation.contact.name if conversation.contact else ""
    pretty = phones.display(conversation.address, country)
    return {
        "conversation": conversation,
        "name": name or pretty,
        "contact_name": name,
        "company": conversation.contact.company if conversation.contact else "",
        "pretty": pretty,
        "used": used,
        "their_time": people.local_time(conversation.address),
        "stopped": _stopped(conversation, used),
    }


def _stopped(conversation: Conversation, used: list[Line]) -> list[str]:
    """The names of the lines that the person has opted out of. One query."""
    stops = optouts.in_force(conversation.workspace_id, [conversation.address])
    names = {line.phone: line.name for line in used}
    names[optouts.ANY_LINE] = _("automatic texts")
    return [names.get(phone, phones.display(phone)) for _who, phone in sorted(stops)]


def pane(request: MemberRequest, conversation: Conversation, all_lines: list[Line]) -> dict[str, Any]:
    """Everything the thread's template needs. The event is read first, so that nothing that follows is missed."""
    since = read.latest_id(request.workspace.id)
    used = used_lines(conversation, all_lines)
    who = viewer(request, used)
    page = thread.page(conversation)
    return {
        **head(conversation, used, request.workspace.country),
        **feed(conversation, page, who),
        "composer": composing.composer(conversation, request.member, all_lines, request.GET.get("from", "")),
        "since": since,
        "newest": page.texts[-1].id if page.texts else 0,
        "list_query": request.GET.urlencode(),
    }


def feed(conversation: Conversation, page: thread.Page, who: Viewer) -> dict[str, Any]:
    """A page of bubbles and what leads to the older ones."""
    return {
        "feed": bubbles.feed(page.texts, thread.media_of(page.texts), who),
        "older": _older(conversation, page.before),
        "several_lines": bool(who.lines),
    }


def _older(conversation: Conversation, before: Cursor | None) -> str:
    return f"{reverse('inbox:older', args=[conversation.public_id])}?before={before}" if before else ""
