"""Why? What the gate saw and said about one text, and what the carrier answered."""

from datetime import tzinfo
from zoneinfo import ZoneInfo

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from threadline.accounts.permissions import require
from threadline.accounts.requests import MemberRequest
from threadline.campaigns.models import Campaign, Recipient
from threadline.inbox import days, threads
from threadline.messaging import explaining, states
from threadline.messaging.models import Message, Receipt


@require_GET
@require("read")
def show(request: MemberRequest, public_id: str, message_id: str) -> HttpResponse:
    """In a dialog, or as a page of its own."""
    conversation = threads.get(request, public_id)
    if "\0" in message_id:
        raise Http404("no such text")
    message = (
        Message.objects.select_related("member__user")
        .filter(conversation=conversation, public_id=message_id, deleted_at=None)
        .first()
    )
    if message is None:
        raise Http404("no such text")
    campaign, zone = _campaign(message), days.zone(request)
    if campaign is not None:  # one clock on one page, and the same as on the campaign's
        request.times_in, zone = campaign.timezone, ZoneInfo(campaign.timezone)
    context = {
        "conversation": conversation,
        "message": message,
        "campaign": campaign,
        "lead": _lead(campaign, message) if campaign else None,
        "state": states.of(message.status) if message.direction == "outbound" else None,
        "receipts": _explained(message, zone),
        "attempts": message.attempts.order_by("id"),
    }
    return render(request, "inbox/_why.html" if request.htmx else "inbox/why.html", context)


def _campaign(message: Message) -> Campaign | None:
    """The campaign that wrote it."""
    kind, _colon, pk = message.source.partition(":")
    if kind != "campaign" or not pk.isdigit():
        return None
    return Campaign.objects.filter(workspace=message.workspace_id, id=int(pk)).first()


def _lead(campaign: Campaign, message: Message) -> Recipient | None:
    """The person as a lead of it, where one may have come from and go back to."""
    leads = Recipient.objects.select_related("contact").filter(campaign=campaign, address=message.address)
    return leads.first()


def _explained(message: Message, zone: tzinfo) -> list[tuple[Receipt, list[str]]]:
    """Every decision about it, with what the rules saw."""
    return [(receipt, explaining.sentences(receipt, zone)) for receipt in message.receipts.order_by("id")]
