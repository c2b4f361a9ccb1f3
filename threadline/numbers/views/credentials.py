"""Settings → Twilio Credentials: what is connected, the form, choosing numbers, removing."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from threadline.accounts.permissions import require
from threadline.accounts.requests import MemberRequest
from threadline.numbers import claims
from threadline.numbers import connect as connecting
from threadline.numbers.forms import CredentialsForm
from threadline.numbers.models import Connection
from threadline.numbers.problems import ProblemError
from threadline.numbers.setup import keep, setup_context, standing


@require_GET
@require("read")
def show(request: MemberRequest) -> HttpResponse:
    """Every member sees what is connected; who may change it also gets the forms."""
    return render(request, "numbers/credentials.html", _page(request))


@sensitive_post_parameters("auth_token")
@require_http_methods(["GET", "POST"])
@require("manage_connections")
def connect(request: MemberRequest) -> HttpResponse:
    """Save: test the credentials, keep them, go on to choosing numbers when the account has several."""
    if request.method == "GET":  # the address stays in the browser after a mistake
        return redirect("numbers:credentials")
    replaces = None
    if wanted := request.POST.get("replaces"):
        replaces = get_object_or_404(standing(request.workspace), public_id=wanted)
    form = CredentialsForm(request.POST, replaces=replaces)
    if not form.is_valid():
        return _again(request, form, replaces)
    try:
        connection = connecting.connect(
            request.workspace,
            request.member,
            form.credentials(),
            form.cleaned_data["phone"],
            form.cleaned_data["name"],
            replaces,
        )
    except ProblemError as problem:
        form.add_error(problem.field if problem.field in form.fields else None, problem.sentence)
        return _again(request, form, replaces)
    messages.success(request, _("Twilio is connected. Texts go out from %(phone)s.") % {"phone": _default(connection)})
    if connection.numbers.filter(gone_at=None, sms=True, claimed_at=None).exists():
        return redirect(reverse("numbers:choose", args=[connection.public_id]) + _query(request))
    return redirect(_next(request) or "numbers:list")


@require_http_methods(["GET", "POST"])
@require("manage_connections")
def choose(request: MemberRequest, public_id: str) -> HttpResponse:
    """Which numbers of the account belong to this workspace; those of other workspaces cannot be chosen."""
    connection = get_object_or_404(standing(request.workspace), public_id=public_id)
    problem = ""
    if request.method == "POST":
        try:
            claims.choose(connection, request.member, set(request.POST.getlist("number")))
        except ProblemError as refused:
            problem = refused.sentence
        else:
            messages.success(request, _("The numbers are saved."))
            return redirect(_next(request) or "numbers:list")
    taken = claims.elsewhere(request.workspace, connection.account_sid)
    numbers = list(connection.numbers.filter(gone_at=None).default_first())
    first = sum(1 for number in numbers if number.claimed_at) <= 1
    context = {
        "connection": connection,
        "numbers": [
            (
                number,
                number.phone in taken,
                bool(number.claimed_at or first and number.sms and number.phone not in taken),
            )
            for number in numbers
        ],
        "problem": problem,
        "next": _next(request),
    }
    return render(request, "numbers/choose.html", context, status=422 if problem else 200)


@require_POST
@require("manage_connections")
def remove(request: MemberRequest, public_id: str) -> HttpResponse:
    connection = get_object_or_404(standing(request.workspace), public_id=public_id)
    connecting.remove(connection, request.member)
    messages.success(request, _("The connection is removed and its token erased. Texts and numbers stay as history."))
    return redirect("numbers:credentials")


def _page(request: MemberRequest) -> dict[str, Any]:
    connections = list(standing(request.workspace))
    may_edit = request.member.may("manage_connections")
    return setup_context(request) | {
        "may_edit": may_edit,
        "connections": [
            (one, CredentialsForm(replaces=one, prefix=None, auto_id=f"id_{one.public_id}_%s") if may_edit else None)
            for one in connections
        ],
    }


def _again(request: MemberRequest, form: CredentialsForm, replaces: Connection | None) -> HttpResponse:
    """The page with what was typed and what is wrong; the token must be typed again."""
    if replaces is None and (came_from := _next(request)):
        keep(request, form)
        return redirect(came_from)
    context = _page(request)
    if replaces is None:
        context["setup_form"] = form
    else:
        form.auto_id = f"id_{replaces.public_id}_%s"
        context["connections"] = [(one, form if one == replaces else kept) for one, kept in context["connections"]]
    context["setup_next"] = _next(request)
    context["open"] = replaces.public_id if replaces else "new"
    return render(request, "numbers/credentials.html", context, status=422)


def _default(connection: Connection) -> str:
    return str(connection.workspace.numbers.get(is_default=True))


def _next(request: MemberRequest) -> str:
    """A page of ours to return to, as the form or the address says; "" for none."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    return target if url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}) else ""


def _query(request: MemberRequest) -> str:
    return "?" + urlencode({"next": _next(request)}) if _next(request) else ""
