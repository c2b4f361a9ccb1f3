"""Writing to a number outside a thread: a dialog on every page, and a page of its own."""

from dataclasses import dataclass, field

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from threadline.accounts.permissions import require
from threadline.accounts.requests import MemberRequest
from threadline.inbox import composing, lines
from threadline.inbox.lines import Line
from threadline.messaging.outgoing import Outgoing
from threadline.messaging.send import send as send_texts
from threadline.messaging.verdicts import Refuse

FIELDS = ("to", "body", "from")


@dataclass(slots=True)
class Form:
    """What was typed and what is wrong with it, by field; "" holds what concerns no field."""

    to: str = ""
    body: str = ""
    number: str = ""  # public id of the line
    token: str = field(default_factory=composing.new_token)
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def error(self) -> str:
        return self.errors.get("", "")


@require_http_methods(["GET", "POST"])
@require("send")
def compose(request: MemberRequest) -> HttpResponse:
    """Send one text and land in its conversation; what is wrong is said at the field it concerns."""
    textable = [line for line in lines.of(request.workspace) if line.textable]
    if request.method == "GET":
        form = Form(to=request.GET.get("to", "")[:80], number=request.GET.get("line", ""))
        return _render(request, form, textable)
    form = Form(
        to=request.POST.get("to", ""),
        body=request.POST.get("body", ""),
        number=request.POST.get("from", ""),
        token=composing.token_of(request.POST.get("token", "")),
    )
    line = lines.pick(textable, form.number)
    text = Outgoing(
        to=form.to,
        body=form.body,
        number_id=line.id if line else None,
        member_id=request.member.id,
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


def _render(request: MemberRequest, form: Form, textable: list[Line], status: int = 200) -> HttpResponse:
    """As a dialog (its form alone after a mistake), or as a page. In Conversations it is called New Message (U24)."""
    in_messages = "messages" in (request.GET.get("in"), request.POST.get("in"))
    context = {"form": form, "lines": textable, "in_messages": in_messages}
    if not request.htmx:
        return render(request, "inbox/compose.html", context, status=status)
    template = "inbox/_compose_dialog.html" if request.method == "GET" else "inbox/_compose_form.html"
    return render(request, template, context, status=status)
