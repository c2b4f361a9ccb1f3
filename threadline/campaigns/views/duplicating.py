"""Duplicate, and the templates: save one, start from one, rename and delete them."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from threadline.accounts.permissions import require
from threadline.accounts.requests import MemberRequest
from threadline.campaigns import finding
from threadline.campaigns.drafts import campaign_templates, duplicating
from threadline.campaigns.invalid import Invalid
from threadline.campaigns.models import CampaignTemplate
from threadline.lib import clock


@require_POST
@require("manage_campaigns")
def duplicate(request: MemberRequest, public_id: str) -> HttpResponse:
    """A new draft with the same texts, settings and list; it opens at its messages."""
    made = duplicating.duplicate(finding.campaign(request, public_id), request.member, clock.now())
    sentence = _("This is a copy, and a draft: nothing goes out before you start it.")
    messages.success(request, sentence)
    return redirect("campaigns:messages", made.public_id)


@require_http_methods(["GET", "POST"])
@require("manage_campaigns")
def save_template(request: MemberRequest, public_id: str) -> HttpResponse:
    """Keep a campaign's texts and settings under a name."""
    campaign = finding.campaign(request, public_id)
    name = request.POST.get("name", campaign.name)
    context = {"campaign": campaign, "name": name}
    if request.method == "GET":
        return render(request, "campaigns/template_save.html", context)
    try:
        kept = campaign_templates.keep(campaign, request.member, name, clock.now())
    except Invalid as invalid:
        return render(request, "campaigns/template_save.html", context | {"error": invalid.sentence}, status=422)
    messages.success(request, _("The template “%(name)s” is saved.") % {"name": kept.name})
    return redirect("campaigns:templates")


@require_GET
@require("read")
def templates(request: MemberRequest) -> HttpResponse:
    return _page(request)


@require_POST
@require("manage_campaigns")
def rename_template(request: MemberRequest, public_id: str) -> HttpResponse:
    template, name = _template(request, public_id), request.POST.get("name", "")
    try:
        campaign_templates.rename(template, request.member, name)
    except Invalid as invalid:
        return _page(request, {"wrong": public_id, "name": name, "error": invalid.sentence})
    messages.success(request, _("The template is now called %(name)s.") % {"name": template.name})
    return redirect("campaigns:templates")


@require_POST
@require("manage_campaigns")
def delete_template(request: MemberRequest, public_id: str) -> HttpResponse:
    template = _template(request, public_id)
    campaign_templates.delete(template, request.member)
    sentence = _("The template “%(name)s” is deleted. Campaigns that were started from it stay as they are.")
    messages.success(request, sentence % {"name": template.name})
    return redirect("campaigns:templates")


def _template(request: MemberRequest, public_id: str) -> CampaignTemplate:
    found = campaign_templates.find(request.workspace, public_id)
    if found is None:
        raise Http404("no such template")
    return found


def _page(request: MemberRequest, typed: dict[str, str] | None = None) -> HttpResponse:
    """All of them; `typed` is a name that cannot be, with whose it is."""
    found = CampaignTemplate.objects.filter(workspace=request.workspace).select_related("created_by__user")
    context = {"templates": found.order_by("name"), "may_edit": request.member.may("manage_campaigns"), **(typed or {})}
    return render(request, "campaigns/templates.html", context, status=422 if typed else 200)
