"""Whom a campaign texts, on Campaign Details: more lists, tags and fields, and whom to leave out."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from threadline.accounts.permissions import require
from threadline.accounts.requests import MemberRequest
from threadline.campaigns import audience, finding
from threadline.campaigns.audience import choices, editing
from threadline.campaigns.audience.editing import Chosen
from threadline.campaigns.invalid import Invalid
from threadline.campaigns.models import Campaign
from threadline.campaigns.refusals import Refused
from threadline.campaigns.views import answers, details
from threadline.lib import clock


@require_POST
@require("manage_campaigns")
def add(request: MemberRequest, public_id: str) -> HttpResponse:
    """One more chip. What is wrong is said where it was chosen."""
    chosen = Chosen(request.POST.get("mode", ""), request.POST.get("what", ""), request.POST.get("value", ""))
    return _do(request, public_id, lambda campaign: editing.add(campaign, request.member, chosen, clock.now()), chosen)


@require_POST
@require("manage_campaigns")
def remove(request: MemberRequest, public_id: str, rule_id: int) -> HttpResponse:
    return _do(request, public_id, lambda campaign: editing.remove(campaign, request.member, rule_id, clock.now()))


def _do(
    request: MemberRequest, public_id: str, deed: Callable[[Campaign], object], chosen: Chosen | None = None
) -> HttpResponse:
    campaign = finding.campaign(request, public_id)
    typed: dict[str, Any] = {}
    try:
        deed(campaign)
    except Refused as refusal:
        return answers.refused(request, campaign, refusal.sentence)
    except Invalid as invalid:
        typed = {"typed": chosen, "errors": invalid.errors}
    campaign.refresh_from_db()
    found = choices.of(campaign)
    if not typed and found.size and found.size.found <= audience.MOST:
        audience.refresh(campaign, clock.now())  # longer ones are the engine's
    if not typed and not request.htmx:
        return redirect(reverse("campaigns:details", args=[public_id]) + "#audience")
    more = {"audience": found, "may_edit": True, **typed}
    status = 422 if typed else 200
    if request.htmx:
        return render(request, "campaigns/_audience.html", {"campaign": campaign, **more}, status=status)
    return details.page(request, campaign, more, status=status)
