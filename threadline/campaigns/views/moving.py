"""What a campaign sends and when, once its texts stand; messages that nobody has got can still be moved (003-6)."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from threadline.accounts.permissions import require
from threadline.accounts.requests import MemberRequest
from threadline.campaigns import finding
from threadline.campaigns.editing import moving, planned, step_rows
from threadline.campaigns.editing.planned import Planned
from threadline.campaigns.invalid import Invalid
from threadline.campaigns.models import Campaign
from threadline.campaigns.results import outcome, snapshots
from threadline.campaigns.views import answers, details, schedule
from threadline.lib import clock


@require_POST
@require("manage_campaigns")
def move(request: MemberRequest, public_id: str) -> HttpResponse:
    """Give messages the times that were filled in; back to where that was, with what is wrong beside its field."""
    campaign = finding.campaign(request, public_id)
    rows = step_rows.typed(request.POST)
    wanted = {row.pk or 0: moving.Move(row.when(), row.wait) for row in rows}
    try:
        moving.move(campaign, request.member, wanted, clock.now())
    except Invalid as invalid:
        found = planned.of(campaign)
        planned.fill(found, rows, invalid.errors)
        return _again(request, campaign, found, invalid)
    messages.success(request, _("The schedule is saved. Nothing else of the campaign has changed."))
    return redirect("campaigns:details" if schedule.restarted(campaign) else "campaigns:messages", public_id)


def page(
    request: MemberRequest, campaign: Campaign, found: list[Planned] | None = None, status: int = 200
) -> HttpResponse:
    """The Messages tab of a campaign whose texts are not being written."""
    results = snapshots.results(campaign)
    more = {"counts": results.people, "steps": outcome.steps(results, campaign)}
    return answers.page(request, campaign, "messages", more | schedule.context(campaign, found), status)


def _again(request: MemberRequest, campaign: Campaign, found: list[Planned], invalid: Invalid) -> HttpResponse:
    if not found:  # it has ended meanwhile, or its texts are edited with everything else
        messages.warning(request, invalid.sentence)
        return redirect("campaigns:messages", campaign.public_id)
    if schedule.restarted(campaign):
        return details.page(request, campaign, found=found, status=422)
    return page(request, campaign, found, 422)
