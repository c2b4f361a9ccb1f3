"""What a request wants of the conversation list, and the list as its templates show it."""

import re
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString

from threadline.accounts.requests import MemberRequest
from threadline.events import read
from threadline.inbox import conversations, lines, rows
from threadline.inbox.conversations import SHOWS, Wanted
from threadline.inbox.cursors import parse
from threadline.inbox.lines import Line

LONGEST_SEARCH = 80


def wanted(request: MemberRequest, all_lines: list[Line]) -> Wanted:
    """Read line, words and state from the address; anything unknown counts as not given."""
    show = request.GET.get("show", "")
    return Wanted(
        workspace=request.workspace,
        member=request.member,
        line=lines.pick(all_lines, request.GET.get("line", "")),
        words=" ".join(request.GET.get("q", "").replace("\0", "").split())[:LONGEST_SEARCH],
        show=show if show in SHOWS else "open",
    )


@dataclass(frozen=True, slots=True)
class Listing:
    """The list pane: what it was asked for, its first page as markup, and the event it is true for."""

    wanted: Wanted
    rows: SafeString
    more: SafeString
    empty: bool
    older: bool  # not the newest page: somebody without JavaScript went down the list
    since: int


def listing(request: MemberRequest, wanted: Wanted, current: str = "") -> Listing:
    """The page of the list that is asked for. Two queries; the event is read first, so that nothing is missed."""
    since = read.latest_id(request.workspace.id)
    before = parse(request.GET.get("before", ""))
    found, after = conversations.page(wanted, before)
    return Listing(
        wanted, rows.rows(found, wanted, current), rows.more(wanted, after), not found, before is not None, since
    )


def pane(request: MemberRequest, all_lines: list[Line], current: str = "") -> dict[str, Any]:
    """Everything the list pane's template needs: picker, search, states, rows. Three queries."""
    asked = wanted(request, all_lines)
    lines.count_unread(all_lines)
    shown = listing(request, asked, current)
    return {
        "list": shown,
        "lines": all_lines,
        "picked": asked.line,
        "unread_total": sum(line.unread for line in all_lines),
        "list_query": rows.query(asked),
        "tabs": [(show, rows.query(_with(asked, show=show)), show == asked.show) for show in SHOWS],
        "pickable": [(line, rows.query(_with(asked, line=line)), line == asked.line) for line in [None, *all_lines]],
        "live_since": shown.since,
    }


def _with(asked: Wanted, **changes: Any) -> Wanted:
    values = {name: getattr(asked, name) for name in ("workspace", "member", "line", "words", "show")}
    return Wanted(**values | changes)


_OPEN = re.compile(r"/(conv_\w+)/", re.ASCII)


def open_conversation(request: MemberRequest) -> str:
    """The public id of the conversation on the page that an htmx request came from, "" when none is open."""
    found = _OPEN.search((request.htmx.current_url or "").partition("?")[0])
    return found[1] if found else ""


def page_address(request: MemberRequest, query: str) -> str:
    """The address the page should show after the list changed: the open conversation stays in it."""
    current = open_conversation(request)
    return (reverse("inbox:conversation", args=[current]) if current else reverse("inbox:home")) + query
