"""What a request wants of the people's table, and the table as its templates show it."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse, QueryDict
from django.shortcuts import render

from threadline.accounts.requests import MemberRequest
from threadline.contacts import deleting, directory, finding
from threadline.contacts.directory import ORDERS, Wanted
from threadline.contacts.models import ContactList

LONGEST_SEARCH = 80
_NAMES = {"name": ("name", "name_down"), "added": ("newest", "oldest")}  # a header's orders, the usual one first


def asked(request: MemberRequest, list: ContactList | None) -> Wanted:
    """Read words, tag and order from the address; anything unknown counts as not given."""
    return _wanted(request, request.GET, list)


def meant(request: MemberRequest, query: str) -> Wanted:
    """The same from what the table's links carry: see `query`."""
    given = QueryDict(query)
    return _wanted(request, given, finding.list_or_none(request, given.get("list")))


def _wanted(request: MemberRequest, given: QueryDict, list: ContactList | None) -> Wanted:
    order = given.get("order", "")
    return Wanted(
        request.workspace,
        list,
        " ".join(given.get("q", "").replace("\0", "").split())[:LONGEST_SEARCH],
        order if order in ORDERS else ORDERS[0],
        finding.tag_or_none(request, given.get("tag")),
        given.get("show") == "deleted",
    )


def context(request: MemberRequest, wanted: Wanted, on_list: bool = False) -> dict[str, Any]:
    """The page of people that is asked for. `query` is the table's own address without the place in it.

    `on_list`: the page is the list's own, so its address need not name it.
    """
    after = request.GET.get("after", "")
    page = directory.page(wanted, after)
    may_edit = request.member.may("manage_contacts")
    return {
        "people": page.people,
        "after": page.after,
        "further": bool(after),
        "wanted": wanted,
        "on_list": on_list,
        "query": query(wanted, on_list),
        "headers": {name: _header(wanted, on_list, name) for name in _NAMES},
        "total": None if wanted.words and not (may_edit and page.after) else directory.count(wanted),
        "many": directory.MANY,
        "may_edit": may_edit,
        "lists": request.workspace.lists.order_by("name"),
        "tags": request.workspace.tags.order_by("name"),
        **(_undo(request) if may_edit else {}),
    }


def answer(request: MemberRequest, page: str, context: dict[str, Any]) -> HttpResponse:
    """The page; for htmx only the table, or only its next rows."""
    parts = {"people-table": "contacts/_table.html", "people-more": "contacts/_rows.html"}
    return render(request, parts.get(request.htmx.target or "", page), context)


def query(wanted: Wanted, on_list: bool, order: str = "") -> str:
    """What the table's links carry: "q=…&list=…&order=name", without what is as usual."""
    order = order or wanted.order
    parts = {
        "q": wanted.words,
        "list": wanted.list.public_id if wanted.list and not on_list else "",
        "tag": wanted.tag.public_id if wanted.tag else "",
        "show": "deleted" if wanted.deleted else "",
        "order": "" if order == ORDERS[0] else order,
    }
    return urlencode({name: value for name, value in parts.items() if value})


def _header(wanted: Wanted, on_list: bool, name: str) -> dict[str, str]:
    """Where a header leads, and how the table is sorted by it now: "ascending", "descending" or ""."""
    usual, other = _NAMES[name]
    now = {"name": "ascending", "name_down": "descending", "newest": "descending", "oldest": "ascending"}
    return {
        "query": query(wanted, on_list, other if wanted.order == usual else usual),
        "sort": now[wanted.order] if wanted.order in (usual, other) else "",
    }


def _undo(request: MemberRequest) -> dict[str, Any]:
    """The deletion that the page offers to undo when somebody comes from it, and how many it concerns."""
    word = request.GET.get("deleted", "")
    at = deleting.moment(word)
    count = request.workspace.contacts.filter(deleted_at=at).count() if at else 0
    return {"undo": word, "undone": count} if count else {}
