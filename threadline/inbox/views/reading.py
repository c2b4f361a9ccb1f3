"""What members do to a conversation as a whole: read, unread, close, reopen."""

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from threadline.accounts.permissions import require
from threadline.accounts.requests import MemberRequest
from threadline.inbox import reading, threads


@require_POST
@require("send")
def read(request: MemberRequest, public_id: str) -> HttpResponse:
    """The page shows it and somebody looks at the page."""
    reading.mark_read(threads.get(request, public_id))
    return HttpResponse(status=204) if request.htmx else redirect("inbox:conversation", public_id)


@require_POST
@require("send")
def unread(request: MemberRequest, public_id: str) -> HttpResponse:
    """Back among the unread ones; the thread closes, or looking at it would read it again."""
    reading.mark_unread(threads.get(request, public_id))
    return _back(request)


@require_POST
@require("send")
def close(request: MemberRequest, public_id: str) -> HttpResponse:
    reading.close(threads.get(request, public_id), request.member)
    return _back(request)


@require_POST
@require("send")
def reopen(request: MemberRequest, public_id: str) -> HttpResponse:
    reading.reopen(threads.get(request, public_id))
    return redirect("inbox:conversation", public_id)


def _back(request: MemberRequest) -> HttpResponse:
    """To the list as it was: the form carries its query."""
    query = QueryDict(request.POST.get("list", "")[:400]).urlencode()  # read and written again: nothing else gets in
    return redirect(reverse("inbox:home") + (f"?{query}" if query else ""))
