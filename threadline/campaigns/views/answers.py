"""What a page answers when something was done: htmx stays where it is, everybody else is led back."""

import json
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from threadline.accounts.requests import MemberRequest
from threadline.campaigns import header
from threadline.campaigns.models import Campaign
from threadline.contacts import returning
from threadline.events.read import latest_id


def done(request: MemberRequest, campaign: Campaign, sentence: str) -> HttpResponse:
    return _said(request, campaign, sentence, "good")


def refused(request: MemberRequest, campaign: Campaign, sentence: str) -> HttpResponse:
    """Calm: a sentence, and the page as it really stands now."""
    return _said(request, campaign, sentence, "warn")


def page(request: MemberRequest, campaign: Campaign, tab: str, more: dict[str, Any], status: int = 200) -> HttpResponse:
    """A tab of the campaign's page; for its live part only what may have changed."""
    since = latest_id()
    context = header.context(request, campaign, tab, more.get("counts")) | more
    if request.htmx.target == "campaign-live":
        return render(request, "campaigns/_live.html", context | {"live": True})
    return render(request, f"campaigns/{tab}.html", context | {"live_since": since}, status=status)


def _said(request: MemberRequest, campaign: Campaign, sentence: str, kind: str) -> HttpResponse:
    if request.htmx:
        heard = {
            "toast": {"text": sentence, "kind": kind, "about": campaign.public_id},
            f"live:{campaign.public_id}": {},
        }
        return HttpResponse(status=204, headers={"HX-Trigger": json.dumps(heard)})
    (messages.success if kind == "good" else messages.warning)(request, sentence, extra_tags=campaign.public_id)
    return redirect(returning.target(request) or reverse("campaigns:show", args=[campaign.public_id]))
