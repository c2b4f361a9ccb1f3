"""Writing to people outside a thread: a dialog on every page, and a page of its own."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from threadline.accounts.permissions import require
from threadline.accounts.requests import MemberRequest
from threadline.inbox import attaching, lines
from threadline.inbox.lines import Line
from threadline.inbox.many import form as forms
from threadline.inbox.many import forwarding, recipients
from threadline.inbox.many.form import Form
from threadline.inbox.many.recipients import Found
from threadline.inbox.views import many
from threadline.messaging.outgoing import Outgoing
from threadline.messaging.send import send as send_texts
from threadline.messaging.verdicts import Refuse

FIELDS = ("to", "body", "from")


@require_http_methods(["GET", "POST"])
@require("send")
def compose(request: MemberRequest) -> HttpResponse:
    """One person gets the text at once, and we land in the conversation; before several do, there is a review."""
    textable = [line for line in lines.of(request.workspace) if line.textable]
    if request.method == "GET":
        return _render(request, forms.asked(request), textable)
    if request.POST.get("do") == "text":
        return _render(request, forms.ticked(request), textable)
    form = forms.posted(request)
    if problem := _attach(request, form):
        form.errors[""] = problem
        return _render(request, form, textable, status=422)
    if form.editing:
        return _render(request, form, textable)
    line = lines.pick(textable, form.number)
    if not form.named.picked and len(form.named.parts) <= 1:
        return _one(request, form, textable, line, "".join(form.named.parts))
    found = recipients.of(request, form.named)
    if problem := _problem(found):
        form.errors["to"], form.too_many = problem, found.too_many
        return _render(request, form, textable, status=422)
    if len(found.people) == 1:
        return _one(request, form, textable, line, found.people[0].address)
    return many.review_or_send(request, form, line, found) or _render(request, form, textable, status=422)


@require_GET
@require("send")
def offer(request: MemberRequest) -> HttpResponse:
    """People and groups to pick from, as the search of the drop-down finds them."""
    words = " ".join(request.GET.get("q", "").replace("\0", "").split())[: forms.LONGEST_SEARCH]
    return render(request, "inbox/_compose_offered.html", {"offered": recipients.offered(request, words)})


def _one(request: MemberRequest, form: Form, textable: list[Line], line: Line | None, to: str) -> HttpResponse:
    """By hand, for this one person; what is wrong is said at the field it concerns."""
    text = Outgoing(
        to=to,
        body=form.body,
        number_id=line.id if line else None,
        member_id=request.member.id,
        media_urls=attaching.urls(form.uploads),
        client_token=form.token,
    )
    outcome = send_texts(request.workspace, [text])[0]
    if isinstance(outcome.verdict, Refuse) or outcome.message is None:
        param = getattr(outcome.verdict, "param", "")
        form.errors[param if param in FIELDS else ""] = getattr(outcome.verdict, "reason", "")
        return _render(request, form, textable, status=422)
    address = reverse("inbox:conversation", args=[outcome.message.conversation_public_id])
    if request.htmx:
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return redirect(address)


def _attach(request: MemberRequest, form: Form) -> str:
    """Take the form's files, and those of the text that is passed on; "" or what is wrong with one of them."""
    form.uploads, problem = attaching.files_of(request)
    if form.forward and form.with_files and not form.editing and not problem:
        passed_on, problem = forwarding.files(request, form.forward)
        form.uploads += passed_on
        form.forward = None  # its files are the form's own now
    return problem


def _problem(found: Found) -> str:
    """Why nobody can be asked about these people; with several of them the review names the numbers that are wrong."""
    if found.too_many:
        words = _("These are more than %(most)s people, the most who get a text at once. Make a campaign of it.")
        return words % {"most": f"{recipients.MOST:,}"}
    if len(found.people) > 1:
        return ""
    if found.bad:
        return " ".join(_("“%(typed)s”: %(why)s") % {"typed": typed[:40], "why": why} for typed, why in found.bad[:10])
    return "" if found.people else _("Nobody is left of those you picked. Pick somebody, or type a number.")


def _render(request: MemberRequest, form: Form, textable: list[Line], status: int = 200) -> HttpResponse:
    """As a dialog (its form alone once it is open), or as a page."""
    context = {
        "form": form,
        "lines": textable,
        "chips": recipients.chips(request, form.named),
        "passed_on": forwarding.count(form.forward),
        "offered": recipients.offered(request, form.words),
    }
    opening = request.method == "GET" or form.step == "text"
    return many.answer(request, "inbox/_compose_form.html", context, status, opening)
