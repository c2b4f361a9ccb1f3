"""Campaign Details: what was filled in when it was created, the form for what of it can be changed now, and by whom."""

from collections.abc import Collection
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from threadline.accounts.permissions import forbidden, require
from threadline.accounts.requests import MemberRequest
from threadline.campaigns import audience, finding
from threadline.campaigns.audience import choices
from threadline.campaigns.drafts import creating
from threadline.campaigns.editing import details, saving
from threadline.campaigns.editing.details_form import DetailsForm
from threadline.campaigns.editing.planned import Planned
from threadline.campaigns.invalid import Invalid
from threadline.campaigns.models import Campaign
from threadline.campaigns.views import answers, schedule
from threadline.lib import clock


@require_http_methods(["GET", "POST"])
@require("read")
def edit(request: MemberRequest, public_id: str) -> HttpResponse:
    """The page; posted, save what was changed, or show the form again with what is wrong beside its field."""
    campaign = finding.campaign(request, public_id)
    if request.method == "GET":
        return page(request, campaign)
    if not request.member.may("manage_campaigns"):
        return forbidden(request, "manage_campaigns")
    form = DetailsForm.typed(request.POST, campaign)
    given, seen = form.given()
    try:
        saved = details.save(campaign, request.member, given, clock.now(), seen)
    except Invalid as invalid:
        campaign = finding.campaign(request, public_id)
        if saving.locked_because(campaign):  # meanwhile: there is no form any more
            messages.warning(request, invalid.sentence)
            return redirect("campaigns:details", public_id)
        form.blame(invalid.errors, campaign)
        return page(request, campaign, form=form, status=422)
    if saved.list_id != campaign.list_id and saved.list.size <= audience.MOST:
        audience.refresh(saved, clock.now())  # longer ones are the engine's
    messages.success(request, _said(campaign, saved))
    return redirect("campaigns:details", public_id)


def page(
    request: MemberRequest,
    campaign: Campaign,
    more: dict[str, Any] | None = None,
    *,
    form: DetailsForm | None = None,
    found: Collection[Planned] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The tab: `form` and `found` (see schedule.context) if something was typed, `more` for the audience."""
    if request.htmx.target == "campaign-live":  # nothing of it changes by itself
        return answers.page(request, campaign, "details", {})
    chosen = (more or {}).get("audience") or choices.of(campaign)
    context = schedule.context(campaign, found) | {
        "acknowledgement": creating.ACKNOWLEDGEMENT,
        "audience": chosen,
        "form": form or DetailsForm.saved(campaign),
        "owners": _owners(campaign),
        "lists": [] if chosen.why else campaign.workspace.lists.order_by("-id"),
    }
    return answers.page(request, campaign, "details", context | (more or {}), status)


def _owners(campaign: Campaign) -> list[Any]:
    """Who may own it, and whoever does: they may have lost the right since."""
    able = creating.owners(campaign.workspace)
    return able if campaign.owner is None or campaign.owner in able else [campaign.owner, *able]


def _said(before: Campaign, saved: Campaign) -> str:
    if saved.list_id == before.list_id:
        return _("The campaign details are saved.")
    if saved.list.size > audience.MOST:
        sentence = _("The campaign details are saved. The people of %(list)s are becoming its leads.")
    else:
        sentence = _("The campaign details are saved. The people of %(list)s are its leads now.")
    return sentence % {"list": saved.list.name}
