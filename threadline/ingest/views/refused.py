"""Settings → Webhooks: what was refused and why, and what was accepted but could not be read."""

from urllib.parse import parse_qsl

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from threadline.accounts.permissions import require
from threadline.accounts.requests import MemberRequest
from threadline.ingest import backlog, process
from threadline.ingest.models import Quarantined, RawRequest
from threadline.ingest.warnings import visible
from threadline.lib import clock, doorbell

PAGE = 25
MOST_PARKED = 100
REASONS = {
    "unsigned": gettext_lazy("No signature"),
    "bad_signature": gettext_lazy("Signature does not match"),
    "unknown_account": gettext_lazy("Unknown account or address"),
    "unknown_line": gettext_lazy("Number not chosen"),
    "too_large": gettext_lazy("Too large"),
    "wrong_method": gettext_lazy("GET instead of POST"),
}


@require_GET
@require("manage_connections")
def index(request: MemberRequest) -> HttpResponse:
    """The refused ones page by page, the parked ones above them."""
    page = Paginator(visible(request.member), PAGE).get_page(request.GET.get("page"))
    parked = [_shown(raw) for raw in backlog.parked(request.workspace.id)[:MOST_PARKED]]
    context = {
        "page": page,
        "rows": [(row, REASONS.get(row.reason, row.reason), _parties(row.body)) for row in page],
        "parked": parked,
        "unseen": any(row.seen_at is None for row in page),
    }
    return render(request, "ingest/refused.html", context)


@require_POST
@require("manage_connections")
def dismiss(request: MemberRequest) -> HttpResponse:
    """Put the warning away; the list stays."""
    ids = list(visible(request.member).filter(seen_at=None).values_list("id", flat=True))
    Quarantined.objects.filter(id__in=ids).update(seen_at=clock.now())
    return redirect("ingest:refused")


@require_POST
@require("manage_connections")
def retry(request: MemberRequest, raw_id: int) -> HttpResponse:
    """Have a parked webhook read again."""
    if not process.retry(request.workspace.id, raw_id):
        raise Http404
    doorbell.ring("ingest")
    messages.success(request, _("It is being read again."))
    return redirect("ingest:refused")


def _shown(raw: RawRequest) -> tuple[RawRequest, str, tuple[str, str]]:
    kind = _("A text that came in") if raw.kind == RawRequest.Kind.INBOUND else _("A delivery state")
    return raw, kind, _parties(raw.body)


def _parties(body: str) -> tuple[str, str]:
    """From and To, as far as the body tells."""
    values = dict(reversed(parse_qsl(body, keep_blank_values=True)))
    return values.get("From", ""), values.get("To", "")
