"""One text to several people: looked over first, then sent, then what became of it."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from threadline.accounts.permissions import require
from threadline.accounts.requests import MemberRequest
from threadline.inbox import attaching
from threadline.inbox.lines import Line
from threadline.inbox.many import result as results
from threadline.inbox.many import review as reviews
from threadline.inbox.many import sending
from threadline.inbox.many.form import Form
from threadline.inbox.many.recipients import Found


def review_or_send(request: MemberRequest, form: Form, line: Line | None, found: Found) -> HttpResponse | None:
    """Send what the review has shown; show it when it has not, or when others are meant now.

    None when the text itself cannot be sent to anybody: the form says why.
    """
    number_id = line.id if line else None
    key = sending.key_of(form.token, form.body, number_id, [upload.public_id for upload in form.uploads])
    text = sending.Text(form.body, number_id, attaching.urls(form.uploads), form.again)
    asked = sending.texts(request.member, found.people, text, key)
    shown = sending.digest(found.people)
    if form.step == "confirm" and form.seen == shown:
        sending.send_all(request.member, asked)
        if results.exists(request.workspace, key):
            address = reverse("inbox:many", args=[key])
            return HttpResponse(status=204, headers={"HX-Redirect": address}) if request.htmx else redirect(address)
    review = reviews.look(request.workspace, found.people, asked)
    if review.problem:
        name, sentence = review.problem
        form.errors[name if name == "body" else ""] = sentence
        return None
    changed = form.step == "confirm"
    context = {"form": form, "review": review, "found": found, "shown": shown, "changed": changed, "line": line}
    return answer(request, "inbox/_compose_review.html", context, 422 if changed else 200)


def answer(
    request: MemberRequest, part: str, context: dict[str, Any], status: int = 200, opening: bool = False
) -> HttpResponse:
    """A part of the compose window: alone, in its dialog, or in a page. In Conversations it is called New Message."""
    context = {**context, "part": part, "in_messages": "messages" in (request.GET.get("in"), request.POST.get("in"))}
    if not request.htmx:
        return render(request, "inbox/compose.html", context, status=status)
    return render(request, "inbox/_compose_dialog.html" if opening else part, context, status=status)


@require_GET
@require("read")
def show(request: MemberRequest, public_id: str) -> HttpResponse:
    """Who got it, who waits, who was left out and why; a foreign or unknown key is a 404."""
    result = None if "\0" in public_id else results.of(request.workspace, public_id)
    if result is None:
        raise Http404("nothing was sent of that key")
    given = request.GET.get("page", "")
    number = int(given[:4]) if given.isascii() and given.isdigit() else 0
    further = (number + 1) * results.PAGE < result.people
    context = {"result": result, "page": result.page(number), "number": number, "next": number + 1 if further else 0}
    return render(request, "inbox/many.html", context)
