"""What a request wants of the people's table, and the table as its templates show it."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render

from threadline.accounts.requests import MemberRequest
from threadline.contacts import directory
from threadline.contacts.directory import ORDERS, Wanted
from threadline.contacts.models import ContactList

LONGEST_SEARCH = 80


def asked(request: MemberRequest, list: ContactList | None) -> Wanted:
    """Read words and order from the address; anything unknown counts as not given."""
    order = request.GET.get("order", "")
    words = " ".join(request.GET.get("q", "").replace("\0", "").split())[:LONGEST_SEARCH]
    return Wanted(request.workspace, list, words, order if order in ORDERS else ORDERS[0])


def context(request: MemberRequest, wanted: Wanted, on_list: bool = False) -> dict[str, Any]:
    """The page of people that is asked for. `query` is the table's own address without the place in it.

    `on_list`: the page is the list's own, so its address need not name it.
    """
    after = request.GET.get("after", "")
    page = directory.page(wanted, after)
    return {
        "people": page.people,
        "after": page.after,
        "further": bool(after),
        "wanted": wanted,
        "on_list": on_list,
        "query": _query(wanted, on_list),
        "queries": {order: _query(wanted, on_list, order) for order in ORDERS},
        "total": None if wanted.words else directory.count(wanted),
        "many": directory.MANY,
        "may_edit": request.member.may("manage_contacts"),
    }


def answer(request: MemberRequest, page: str, context: dict[str, Any]) -> HttpResponse:
    """The page; for htmx only the table, or only its next rows."""
    parts = {"people-table": "contacts/_table.html", "people-more": "contacts/_rows.html"}
    return render(request, parts.get(request.htmx.target or "", page), context)


def _query(wanted: Wanted, on_list: bool, order: str = "") -> str:
    """What the table's links carry: "q=…&list=…&order=name", without what is as usual."""
    order = order or wanted.order
    parts = {
        "q": wanted.words,
        "list": wanted.list.public_id if wanted.list and not on_list else "",
        "order": "" if order == ORDERS[0] else order,
    }
    return urlencode({name: value for name, value in parts.items() if value})
