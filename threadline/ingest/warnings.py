"""Which refused webhooks a member sees, and the line above the page while there are fresh ones."""

from datetime import timedelta

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from threadline.accounts.models import Member, Workspace
from threadline.ingest.models import Quarantined
from threadline.lib import clock
from threadline.ui.banners import Banner

FRESH = timedelta(days=1)


def visible(member: Member) -> QuerySet[Quarantined]:
    """Refused requests of the member's workspace, the latest first; the operator also sees those of nobody."""
    whose = Q(connection__workspace=member.workspace)
    if member.user.is_operator or not Workspace.objects.exclude(id=member.workspace_id).exists():
        whose |= Q(connection=None)
    return Quarantined.objects.filter(whose).select_related("connection").order_by("-received_at", "-id")


def for_request(request: HttpRequest) -> Banner | None:
    """The latest fresh refusal that has a cause in our or Twilio's settings; None for whoever cannot change them."""
    member: Member | None = getattr(request, "member", None)
    if member is None or not member.may("manage_connections"):
        return None
    fresh = Quarantined.objects.filter(connection__workspace=member.workspace, seen_at=None)
    latest = fresh.filter(received_at__gt=clock.now() - FRESH).order_by("-received_at", "-id").first()
    if latest is None:
        return None
    return Banner(latest.diagnosis, "bad", _("A webhook was refused."), reverse("ingest:refused"), _("Show refused"))
