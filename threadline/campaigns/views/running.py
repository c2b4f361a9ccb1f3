"""Pause, Resume, Stop, Restart, Archive: the buttons beside a campaign."""

from collections.abc import Callable
from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from threadline.accounts.models import Member
from threadline.accounts.permissions import require
from threadline.accounts.requests import MemberRequest
from threadline.campaigns import finding
from threadline.campaigns.models import Campaign
from threadline.campaigns.refusals import Refused
from threadline.campaigns.running import lifecycle
from threadline.campaigns.views import answers
from threadline.lib import clock

Verb = Callable[[Campaign, Member | None, datetime], Campaign]


@require_POST
@require("manage_campaigns")
def pause(request: MemberRequest, public_id: str) -> HttpResponse:
    return _do(request, public_id, lifecycle.pause, _("The campaign is paused. Nothing more goes out."))


@require_POST
@require("manage_campaigns")
def resume(request: MemberRequest, public_id: str) -> HttpResponse:
    return _do(request, public_id, lifecycle.resume, _("The campaign goes on where it was."))


@require_POST
@require("manage_campaigns")
def stop(request: MemberRequest, public_id: str) -> HttpResponse:
    return _do(request, public_id, lifecycle.stop, _("The campaign is stopped. Nothing more goes out."))


@require_POST
@require("manage_campaigns")
def restart(request: MemberRequest, public_id: str) -> HttpResponse:
    """Back to a draft whose schedule alone can be built anew: on its Details tab."""
    campaign = finding.campaign(request, public_id)
    try:
        lifecycle.restart(campaign, request.member, clock.now())
    except Refused as refusal:
        return answers.refused(request, campaign, refusal.sentence)
    messages.success(request, _("Build the schedule of its messages anew, then launch it again."))
    return redirect("campaigns:details", public_id)


@require_POST
@require("manage_campaigns")
def archive(request: MemberRequest, public_id: str) -> HttpResponse:
    return _do(request, public_id, lifecycle.archive, _("The campaign is archived. The filter Archived finds it."))


@require_POST
@require("manage_campaigns")
def restore(request: MemberRequest, public_id: str) -> HttpResponse:
    return _do(request, public_id, lifecycle.restore, _("The campaign is back in the list."))


def _do(request: MemberRequest, public_id: str, verb: Verb, sentence: str | Promise) -> HttpResponse:
    """Do it; a refusal is a sentence. Somebody else who pressed first has done it for both."""
    campaign = finding.campaign(request, public_id)
    try:
        verb(campaign, request.member, clock.now())
    except Refused as refusal:
        return answers.refused(request, campaign, refusal.sentence)
    return answers.done(request, campaign, str(sentence))
