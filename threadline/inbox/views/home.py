"""The conversation list: the page, more of it, and what changed."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from threadline.accounts.permissions import require
from threadline.accounts.requests import MemberRequest
from threadline.inbox import conversations, lines, listing
from threadline.inbox import rows as markup
from threadline.inbox.cursors import parse
from threadline.inbox.views.connecting import connecting
from threadline.messaging import history


@require_GET
@require("read")
def home(request: MemberRequest) -> HttpResponse:
    """Messages: the list, and beside it a place for a thread. Opening it asks for the history at Twilio."""
    all_lines = lines.of(request.workspace)
    if request.htmx.target == "thread":  # back from a thread: only the right side changes
        return render(request, "inbox/_no_thread.html", {"list_query": request.GET.urlencode()})
    if request.htmx.target == "list":
        return _pane(request, all_lines)
    history.want(request.workspace.id)
    context = listing.pane(request, all_lines)
    return render(request, "inbox/messages.html", context | connecting(request, all_lines))


@require_GET
@require("read")
def rows(request: MemberRequest) -> HttpResponse:
    """Rows alone: what changed `since` an event, the page `after` a cursor, or the first page of another search."""
    all_lines = lines.of(request.workspace)
    wanted = listing.wanted(request, all_lines)
    current = listing.open_conversation(request)
    since = request.GET.get("since", "")
    if since.isascii() and since.isdigit():
        changes = conversations.changed(wanted, int(since[:18]))
        if not changes.too_many:
            lines.count_unread(all_lines)
            context = {
                "rows": markup.rows(changes.rows, wanted, current),
                "gone": markup.gone(changes.gone),
                "since": changes.event,
                "lines": all_lines,
                "unread_total": sum(line.unread for line in all_lines),
                "picked": wanted.line,
            }
            return render(request, "inbox/_rows_changed.html", context)
        return HttpResponse(headers={"HX-Refresh": "true"})
    after = parse(request.GET.get("after", ""))
    if after:
        found, next_page = conversations.page(wanted, after)
        return HttpResponse(markup.rows(found, wanted, current) + markup.more(wanted, next_page))
    response = render(request, "inbox/_rows.html", {"list": listing.listing(request, wanted, current)})
    response["HX-Replace-Url"] = listing.page_address(request, markup.query(wanted))
    return response


@require_POST
@require("read")
def sync(request: MemberRequest) -> HttpResponse:
    """Refresh: ask for the history at Twilio; what it brings arrives live."""
    history.want(request.workspace.id)
    if request.htmx:
        return HttpResponse(status=204, headers={"HX-Trigger": "live:refresh"})
    return redirect("inbox:home")


def _pane(request: MemberRequest, all_lines: list[lines.Line]) -> HttpResponse:
    """The list pane alone, for another line or state; an open thread stays open."""
    context = listing.pane(request, all_lines, listing.open_conversation(request))
    response = render(request, "inbox/_list.html", context)
    response["HX-Push-Url"] = listing.page_address(request, context["list_query"])
    return response
