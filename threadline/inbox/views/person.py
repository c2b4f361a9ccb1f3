"""Older entries of a person's timeline."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from threadline.accounts.permissions import require
from threadline.accounts.requests import MemberRequest
from threadline.contacts import finding
from threadline.inbox.cursors import parse
from threadline.inbox.person import panels
from threadline.inbox.person import timeline as stories


@require_GET
@require("read")
def timeline(request: MemberRequest, public_id: str) -> HttpResponse:
    """The entries before a cursor, to follow what is shown; as a page of its own without JavaScript."""
    person = finding.person(request, public_id)
    page = stories.page(person, stories.numbers_of(person), parse(request.GET.get("before", "")))
    context = {"panel": panels.entries(person, page), "person": person}
    return render(request, "inbox/person/_entries.html" if request.htmx else "inbox/person/timeline.html", context)
