"""The workspace's own campaigns and their leads by the public ids of addresses; anything else is not there."""

from zoneinfo import ZoneInfo

from django.http import Http404
from django.utils import timezone

from threadline.accounts.requests import MemberRequest
from threadline.campaigns.models import Campaign, Recipient


def campaign(request: MemberRequest, public_id: str) -> Campaign:
    """Whatever the request shows or writes from here on has its times by the campaign's clock. Raises Http404."""
    related = (
        "workspace",
        "number",
        "list",
        "owner__user",
        "created_by__user",
        "acknowledged_by__user",
        "armed_by__user",
    )
    found = request.workspace.campaigns.select_related(*related).filter(public_id=_plain(public_id)).first()
    if found is None:
        raise Http404("no such campaign")
    request.times_in = found.timezone
    timezone.activate(ZoneInfo(found.timezone))  # until the middleware puts the viewer's back
    return found


def lead(campaign: Campaign, contact_id: str) -> Recipient:
    """A person's place in the campaign, by the contact's public id. Raises Http404."""
    leads = campaign.recipients.select_related("contact").filter(contact__public_id=_plain(contact_id))
    found = leads.first()
    if found is None:
        raise Http404("no such lead")
    return found


def _plain(public_id: str) -> str:
    """PostgreSQL knows no NUL, so nothing of ours can be called that."""
    return public_id if "\0" not in public_id else ""
