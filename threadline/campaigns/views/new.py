"""Create a campaign: one form; before Twilio is connected, that comes first."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from threadline.accounts.permissions import require
from threadline.accounts.requests import MemberRequest
from threadline.campaigns import workflow
from threadline.campaigns.drafts import campaign_templates, creating, forms
from threadline.campaigns.invalid import Invalid
from threadline.campaigns.models import Campaign, CampaignTemplate
from threadline.events.publish import once_at_the_end
from threadline.lib import clock, deadlocks, doorbell
from threadline.numbers.setup import setup_context, standing


@require_http_methods(["GET", "POST"])
@require("manage_campaigns")
def new(request: MemberRequest) -> HttpResponse:
    """The form of U21, or connect Twilio and come back."""
    if not request.workspace.numbers.textable().exists():
        return _connect_first(request)
    if request.method == "GET":
        return _form(request, forms.fresh(request))
    form = forms.DetailsForm.typed(request.POST)
    try:
        campaign = _create(request, form)
    except Invalid as invalid:
        form.errors = invalid.errors
        return _form(request, form, status=422)
    doorbell.ring("campaigns")  # the people of its list become leads
    messages.success(request, _("The campaign is saved. Nothing goes out before you start it."))
    return redirect("campaigns:messages", campaign.public_id)


@deadlocks.retried
@transaction.atomic
@once_at_the_end()
def _create(request: MemberRequest, form: forms.DetailsForm) -> Campaign:
    """With the messages of a template, if one was chosen. Raises Invalid."""
    wanted = request.POST.get("template", "")
    template = campaign_templates.find(request.workspace, wanted)
    if wanted and template is None:
        raise Invalid({"template": _("This template was deleted meanwhile. Choose another, or none.")})
    campaign = creating.create(request.workspace, request.member, form.details(), clock.now())
    if template is not None:
        campaign_templates.apply(template, campaign)
    return campaign


def _form(request: MemberRequest, form: forms.DetailsForm, status: int = 200) -> HttpResponse:
    context = {
        "form": form,
        "numbers": request.workspace.numbers.textable().default_first(),
        "owners": creating.owners(request.workspace),
        "lists": request.workspace.lists.order_by("-id"),
        "acknowledgement": creating.ACKNOWLEDGEMENT,
        "new_list": creating.NEW_LIST,
        "templates": CampaignTemplate.objects.filter(workspace=request.workspace).order_by("name"),
        "template": request.POST.get("template") or request.GET.get("template", ""),
    }
    return render(request, "campaigns/new.html", context, status=status)


def _connect_first(request: MemberRequest) -> HttpResponse:
    connected = standing(request.workspace).first()
    context = setup_context(request, reverse("campaigns:new"))
    context |= {"connected": connected, "milestones": workflow.before(bool(connected))}
    return render(request, "campaigns/connect.html", context)
