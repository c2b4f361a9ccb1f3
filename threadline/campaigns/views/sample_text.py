"""Test text: one message of a campaign to a phone of one's own, and what became of it."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from threadline.accounts.permissions import require
from threadline.accounts.requests import MemberRequest
from threadline.campaigns import finding
from threadline.campaigns.editing import sample_text
from threadline.campaigns.invalid import Invalid
from threadline.campaigns.models import Campaign
from threadline.lib import clock
from threadline.messaging import states
from threadline.messaging.models import Message


@require_http_methods(["GET", "POST"])
@require("manage_campaigns")
def show(request: MemberRequest, public_id: str) -> HttpResponse:
    """The form with the messages as they read; sent, the same page with what the carrier says."""
    campaign = finding.campaign(request, public_id)
    given = request.POST if request.method == "POST" else request.GET
    phone = given.get("phone") or sample_text.phone_of(request.member)
    typed = sample_text.Typed(given.get("step", "1"), given.get("as", ""), phone)
    if request.method == "GET" or "again" in request.POST:
        return _page(request, campaign, typed)
    try:
        message = sample_text.send_one(campaign, request.member, typed, clock.now())
    except Invalid as invalid:
        typed.errors = invalid.errors
        return _page(request, campaign, typed, status=422)
    again = f"?step={typed.place}&sent={message.public_id}" + (f"&as={typed.lead}" if typed.lead else "")
    return redirect(reverse("campaigns:sample_text", args=[public_id]) + again)


def _page(request: MemberRequest, campaign: Campaign, typed: sample_text.Typed, status: int = 200) -> HttpResponse:
    preview, samples = sample_text.samples(campaign, typed.lead)
    chosen = next((one for one in samples if str(one.place) == typed.place), None)
    context = {
        "campaign": campaign,
        "form": typed,
        "preview": preview,
        "samples": samples,
        "chosen": chosen,
        "sent": _sent(request, campaign),
    }
    template = "_sample_text" if request.htmx.target == "sample-text" else "sample_text"
    return render(request, f"campaigns/{template}.html", context, status=status)


def _sent(request: MemberRequest, campaign: Campaign) -> dict[str, object] | None:
    """The text that was just asked for, as it stands now."""
    public_id = request.GET.get("sent", "").replace("\0", "")
    texts = Message.objects.filter(workspace=campaign.workspace, public_id=public_id, source=sample_text.SOURCE)
    message = texts.select_related("conversation").first() if public_id else None
    return {"message": message, "state": states.of(message.status)} if message else None
