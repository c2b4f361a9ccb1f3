"""The table of all people."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from threadline.accounts.permissions import require
from threadline.accounts.requests import MemberRequest
from threadline.contacts import finding, table


@require_GET
@require("read")
def index(request: MemberRequest) -> HttpResponse:
    """Everybody, or those on one list or with one tag; with nobody at all, how to begin."""
    wanted = table.asked(request, finding.list_or_none(request, request.GET.get("list")))
    context = table.context(request, wanted)
    if not (context["people"] or wanted.narrowed or context["further"] or "undo" in context):
        return render(request, "contacts/nobody.html", context)
    return table.answer(request, "contacts/people.html", context)
