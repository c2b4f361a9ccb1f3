"""The Auto SMS switch."""

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from threadline.accounts.permissions import require
from threadline.accounts.requests import MemberRequest
from threadline.campaigns import finding
from threadline.campaigns.refusals import Refused
from threadline.campaigns.running import arming
from threadline.campaigns.views import answers
from threadline.lib import clock


@require_POST
@require("manage_campaigns")
def arm(request: MemberRequest, public_id: str) -> HttpResponse:
    """Turn it on; with `switch`, off where it is on instead."""
    campaign = finding.campaign(request, public_id)
    try:
        arming.arm(campaign, request.member, clock.now(), switch=bool(request.POST.get("switch")))
    except Refused as refusal:
        return answers.refused(request, campaign, refusal.sentence)
    return answers.done(request, campaign, _("Auto SMS is on. Texts go out by themselves; you may close this page."))


@require_POST
@require("manage_campaigns")
def disarm(request: MemberRequest, public_id: str) -> HttpResponse:
    """Turn it off; the campaign stays active for work by hand."""
    campaign = finding.campaign(request, public_id)
    arming.disarm(campaign, request.member, clock.now())
    return answers.done(request, campaign, _("Auto SMS is off. The campaign stays as it is, for work by hand."))
