"""Preview: what would happen if the campaign went out, and the one-click way to cheaper characters."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from threadline.accounts.permissions import require
from threadline.accounts.requests import MemberRequest
from threadline.campaigns import finding, states
from threadline.campaigns.editing import saving
from threadline.campaigns.invalid import Invalid
from threadline.campaigns.models import Campaign
from threadline.campaigns.simulator import asking, difference, digest, people, replacing, showing
from threadline.campaigns.views import answers
from threadline.lib import clock


@require_GET
@require("read")
def show(request: MemberRequest, public_id: str) -> HttpResponse:
    """The latest simulation; of a small campaign a fresh one whenever something has changed."""
    campaign = finding.campaign(request, public_id)
    if _can_run(campaign) and asking.is_small(campaign) and asking.is_old(campaign, clock.now()):
        asking.ask(campaign, request.member, clock.now())
    found = _found(campaign)
    if request.htmx.target == "simulation":
        context = {"campaign": campaign, "may_edit": request.member.may("manage_campaigns")} | found
        return render(request, "campaigns/_simulation.html", context)
    return answers.page(request, campaign, "simulation", found)


@require_POST
@require("manage_campaigns")
def run(request: MemberRequest, public_id: str) -> HttpResponse:
    """Once more, from now on."""
    campaign = finding.campaign(request, public_id)
    if _can_run(campaign):
        asking.ask(campaign, request.member, clock.now())
    return redirect("campaigns:simulation", public_id)


@require_POST
@require("manage_campaigns")
def replace(request: MemberRequest, public_id: str) -> HttpResponse:
    """Replace the characters of one message that make it Unicode."""
    campaign = finding.campaign(request, public_id)
    given = request.POST.get("step", "")
    step_id = int(given) if given.isascii() and given.isdigit() and len(given) < 19 else 0
    try:
        done = replacing.replace_characters(campaign, request.member, step_id, clock.now())
    except Invalid as invalid:
        messages.warning(request, " ".join(dict.fromkeys(invalid.errors.values())))
    else:
        said = _("The message is saved with plain characters.") if done else _("There was nothing left to replace.")
        messages.success(request, said)
    return redirect("campaigns:simulation", public_id)


def _can_run(campaign: Campaign) -> bool:
    return campaign.state not in states.ENDED and campaign.steps.filter(removed_at=None).exists()


def _found(campaign: Campaign) -> dict[str, Any]:
    """What the page shows: the latest result, and how the one that is asked for comes along."""
    latest, now_of = asking.latest(campaign), digest.of(campaign)
    shown = asking.done(campaign).first()
    result = asking.result_of(shown) if shown else None
    page = showing.of(campaign, result) if result else None
    return {
        "asked": latest if latest and latest != shown else None,
        "progress": asking.progress(latest) if latest else 0,
        "shown": shown if page else None,
        "page": page,
        "changed": bool(shown and shown.digest != now_of),
        "aged": bool(shown and clock.now() - shown.created_at > asking.AGED),
        "compared": difference.words(before, result) if result and (before := asking.before(shown)) else [],
        "can_run": _can_run(campaign),
        "people_count": people.count(campaign),
        "locked": saving.locked_because(campaign),
    }
