"""The launch page: whom a campaign reaches, when and at what cost, what is asked for, and the button that does it."""

from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from threadline.accounts import permissions
from threadline.accounts.permissions import require
from threadline.accounts.requests import MemberRequest
from threadline.campaigns import finding, header
from threadline.campaigns.drafts.creating import ACKNOWLEDGEMENT
from threadline.campaigns.editing import preview as previews
from threadline.campaigns.launch import approval, launch_facts, launching, recalling, scheduling
from threadline.campaigns.models import Campaign
from threadline.campaigns.refusals import Refused
from threadline.campaigns.sequence import sending_words
from threadline.campaigns.views import answers
from threadline.compliance import policy as policies
from threadline.lib import clock, money

_CENT: Final = 10_000  # micro-USD


@require_http_methods(["GET", "POST"])
@require("manage_campaigns")
def launch(request: MemberRequest, public_id: str) -> HttpResponse:
    """Look it over once; posted, it starts or is scheduled, or the page says what is still missing."""
    campaign = finding.campaign(request, public_id)
    if request.method == "GET":
        if campaign.state != Campaign.State.DRAFT:
            messages.info(request, _("The campaign has been launched already."))
            return redirect("campaigns:show", public_id)
        return _page(request, campaign)
    given = request.POST
    said = (given.get("typed", ""), bool(given.get("confirmed")), bool(given.get("acknowledged")))
    try:
        launched = launching.launch(campaign, request.member, clock.now(), *said)
    except Refused as refused:
        return _page(request, campaign, refused)
    return answers.done(request, launched, _launched(launched))


@require_POST
@require("manage_campaigns")
def ask(request: MemberRequest, public_id: str) -> HttpResponse:
    """Ask for the approval of the campaign as it is now."""
    campaign = finding.campaign(request, public_id)
    return _decided(
        request,
        campaign,
        lambda: approval.ask(campaign, request.member, launching.people(campaign), clock.now()),
        _("Approval is asked for. Another owner or admin sees it on this campaign."),
    )


@require_POST
@require("approve_campaigns")
def approve(request: MemberRequest, public_id: str) -> HttpResponse:
    campaign = finding.campaign(request, public_id)
    sentence = _("Approved. It can be launched now, as long as nothing is changed.")
    return _decided(request, campaign, lambda: approval.approve(campaign, request.member, clock.now()), sentence)


@require_POST
@require("approve_campaigns")
def send_back(request: MemberRequest, public_id: str) -> HttpResponse:
    campaign, note = finding.campaign(request, public_id), request.POST.get("note", "")
    sentence = _("Sent back with your note.")
    return _decided(
        request, campaign, lambda: approval.send_back(campaign, request.member, note, clock.now()), sentence
    )


@require_POST
@require("manage_campaigns")
def recall(request: MemberRequest, public_id: str) -> HttpResponse:
    """Take back a launch of a few seconds ago, or that Auto SMS was turned on."""
    campaign = finding.campaign(request, public_id)
    try:
        recalled, left = recalling.recall(campaign, request.member, clock.now())
    except Refused as refused:
        return answers.refused(request, campaign, refused.sentence)
    campaign.refresh_from_db()
    sentence = _("Auto SMS is off again: %(recalled)s recalled, %(left)s already left.")
    if campaign.state == Campaign.State.DRAFT:
        sentence = _("The campaign is a draft again: %(recalled)s recalled, %(left)s already left.")
    return answers.done(request, campaign, sentence % {"recalled": f"{recalled:,}", "left": f"{left:,}"})


@require_POST
@require("manage_workspace")
def quiet(request: MemberRequest, public_id: str) -> HttpResponse:
    """Turn on the workspace's quiet hours; back to the launch page."""
    finding.campaign(request, public_id)
    policies.change(request.workspace, request.member, quiet_hours=True)
    messages.success(request, _("Quiet hours are on, for every text of this workspace."))
    return redirect("campaigns:launch", public_id)


def _decided(request: MemberRequest, campaign: Campaign, verb: Any, sentence: str) -> HttpResponse:
    try:
        verb()
    except Refused as refused:
        return answers.refused(request, campaign, refused.sentence)
    return answers.done(request, campaign, sentence)


def _launched(campaign: Campaign) -> str:
    if campaign.state == Campaign.State.SCHEDULED:
        return _("The campaign is scheduled. It begins by itself; you may close this page.")
    return _("The campaign is active. Turn on Auto SMS to let it send.")


def _page(request: MemberRequest, campaign: Campaign, refused: Refused | None = None) -> HttpResponse:
    now = clock.now()
    problems = [(one, header.way_out(one.refused, campaign)) for one in launching.checks(campaign, now)]
    found = {one.code: (one, url) for one, url in problems}
    bodies = list(campaign.steps.filter(removed_at=None).values_list("body", flat=True))
    facts = launch_facts.of(campaign, now)
    context = {
        "campaign": campaign,
        "verb": launching.verb_of(campaign),
        "facts": facts,
        "cost": money.dollars(facts.cost, 2 if facts.cost >= _CENT else 4),
        "when": launch_facts.words_when(campaign, scheduling.begins_at(campaign, now) if bodies else None),
        "sends": sending_words.of(campaign),
        "preview": previews.of(campaign, bodies),
        "policy": policies.of(campaign.workspace),
        "may_quiet": request.member.may("manage_workspace"),
        "whom_to_ask": permissions.who_may(request.workspace, "manage_workspace"),
        "blocks": [(one, url) for one, url in problems if one.kind == "blocks" and one.code != "approval"],
        "warns": [(one, url) for one, url in problems if one.kind == "warns"],
        "asks": found,
        "repeated": found.get("repeated"),
        "approval_wanted": found["approval"][0] if "approval" in found else None,
        "approval": approval.standing(campaign),
        "approvers": approval.others(request.member),
        "in_the_way": any(one.kind == "blocks" for one, _url in problems),
        "refused": refused,
        "typed": request.POST,
        "acknowledgement": ACKNOWLEDGEMENT,
    }
    return render(request, "campaigns/launch.html", context, status=422 if refused else 200)
