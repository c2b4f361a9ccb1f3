"""The Numbers page: labels, the default, capabilities, and whether replies arrive."""

from typing import Any, Final

from django.contrib import messages
from django.db.models import F, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from threadline.accounts import audit
from threadline.accounts.permissions import require
from threadline.accounts.requests import MemberRequest
from threadline.numbers import claims, health, refresh, sharing, webhooks
from threadline.numbers.forms import LabelForm
from threadline.numbers.models import Number
from threadline.numbers.polling import POLL_SECONDS
from threadline.numbers.setup import setup_context, standing

_PATIENCE: Final = 5.0  # seconds that a person waits for an account's Messaging Services


@require_GET
@require("read")
def index(request: MemberRequest) -> HttpResponse:
    """The chosen numbers, and those that went away but hold history."""
    connections = list(standing(request.workspace))
    shares = sharing.names(request.workspace.pk)
    rows = [(number, look(number), shares.get(number.pk, [])) for number in shown(request)]
    context = {
        "rows": rows,
        "connections": connections,
        "several": len(connections) > 1,
        "may_edit": request.member.may("manage_numbers"),
        "unchosen": sum(1 for number in _standing_numbers(request) if number.claimed_at is None),
        "no_default": bool(rows) and not request.workspace.numbers.textable().filter(is_default=True).exists(),
    }
    return render(request, "numbers/list.html", context | setup_context(request, "/numbers/"))


@require_POST
@require("manage_numbers")
def label(request: MemberRequest, public_id: str) -> HttpResponse:
    number = one(request, public_id)
    form = LabelForm(request.POST, instance=number)
    if form.is_valid():
        number.save(update_fields=["label"])
        audit.record(request.workspace, request.member, "number.labelled", public_id, label=number.label)
        messages.success(request, _("The number is now called %(label)s.") % {"label": number})
    else:
        messages.error(request, _("A label has at most 80 characters."))
    return redirect("numbers:number", public_id)


@require_POST
@require("manage_numbers")
def make_default(request: MemberRequest, public_id: str) -> HttpResponse:
    """A number that cannot text is refused as default (000-3)."""
    number = one(request, public_id)
    if request.workspace.numbers.textable().filter(pk=number.pk).exists():
        claims.make_default(number)
        audit.record(request.workspace, request.member, "number.default", public_id, phone=number.phone)
        messages.success(request, _("Texts now go out from %(number)s.") % {"number": number})
    else:
        messages.error(request, _("%(number)s cannot text, so it cannot be the default.") % {"number": number})
    return redirect("numbers:list")


@require_POST
@require("manage_numbers")
def check(request: MemberRequest) -> HttpResponse:
    """Read numbers and webhooks again at the carrier."""
    outcomes = [refresh.refresh(connection, _PATIENCE) for connection in standing(request.workspace)]
    wrong = [sentence for sentence in outcomes if sentence]
    for sentence in wrong:
        messages.error(request, sentence)
    if not wrong:
        messages.success(request, _("The numbers are as Twilio has them now."))
    return redirect("numbers:list")


@require_GET
@require("read")
def public_url(request: MemberRequest) -> HttpResponse:
    """What runs without a public URL, and how to get one."""
    return render(request, "numbers/public_url_page.html", {"seconds": POLL_SECONDS})


def shown(request: MemberRequest) -> Any:
    """Chosen numbers first, then those that are gone."""
    numbers = request.workspace.numbers.filter(Q(claimed_at__isnull=False) | Q(gone_at__isnull=False))
    return numbers.select_related("connection").order_by(
        F("gone_at").asc(nulls_first=True), "-is_default", "label", "phone"
    )


def one(request: MemberRequest, public_id: str) -> Number:
    """A number of this page by its public id, otherwise 404."""
    number: Number = get_object_or_404(shown(request), public_id=public_id)
    return number


def look(number: Number) -> health.Health:
    return health.of(number, webhooks.urls_for(number.connection), POLL_SECONDS)


def _standing_numbers(request: MemberRequest) -> Any:
    return request.workspace.numbers.filter(gone_at=None, sms=True, connection__removed_at=None)
