"""Settings: the step editor and how a campaign sends. Without scripts its buttons post, and nothing typed is lost."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from threadline.accounts.forms import zones
from threadline.accounts.permissions import forbidden, require
from threadline.accounts.requests import MemberRequest
from threadline.campaigns import finding, placeholders, sequence
from threadline.campaigns import preview as previews
from threadline.campaigns.forms import WAIT, SettingsForm, StepRow
from threadline.campaigns.invalid import Invalid
from threadline.campaigns.models import Campaign
from threadline.campaigns.views import answers
from threadline.lib import clock


@require_http_methods(["GET", "POST"])
@require("read")
def edit(request: MemberRequest, public_id: str) -> HttpResponse:
    """The form as it is saved; posted, save it, or do what the pressed button says and show the form again."""
    campaign = finding.campaign(request, public_id)
    if request.method == "GET":
        return _page(request, campaign, SettingsForm.saved(campaign))
    if not request.member.may("manage_campaigns"):
        return forbidden(request, "manage_campaigns")
    form = SettingsForm.typed(request.POST)
    if request.POST.get("do"):
        _change(form, request.POST["do"])
        return _page(request, campaign, form)
    try:
        sequence.save(campaign, request.member, form.settings(), clock.now())
    except Invalid as invalid:
        form.blame(invalid.errors)
        return _page(request, campaign, form, status=422)
    messages.success(request, _("The settings are saved. They count for every text that is not yet on its way."))
    return redirect("campaigns:settings", public_id)


@require_POST
@require("read")
def preview(request: MemberRequest, public_id: str) -> HttpResponse:
    """What is typed at this moment, as one lead will read it. Nothing is saved."""
    campaign = finding.campaign(request, public_id)
    bodies = [row.body for row in SettingsForm.typed(request.POST).steps]
    found = previews.of(campaign, bodies, request.POST.get("as", ""))
    return render(request, "campaigns/_preview.html", {"campaign": campaign, "preview": found})


def _change(form: SettingsForm, what: str) -> None:
    """The buttons of the editor where there are no scripts: add, remove:<place>, anytime; anything else shows anew."""
    verb, _colon, place = what.partition(":")
    if verb == "add":
        form.steps.append(StepRow("", "", WAIT))
    elif verb == "remove" and place.isdigit() and int(place) < len(form.steps):
        del form.steps[int(place)]
    elif verb == "anytime":
        form.window_start = form.window_end = ""


def _page(request: MemberRequest, campaign: Campaign, form: SettingsForm, status: int = 200) -> HttpResponse:
    labels = previews.custom_fields(campaign)
    numbers = list(request.workspace.numbers.textable().default_first())
    if campaign.number and campaign.number not in numbers:
        numbers.insert(0, campaign.number)
    more = {
        "form": form,
        "numbers": numbers,
        "zones": _zones(form.timezone),
        "priorities": Campaign.Priority.choices,
        "placeholders": placeholders.known(labels),
        "empty_step": StepRow("", "", WAIT),
        "example": _("Hi {{ first_name }}, thanks for connecting. Reply if you have any questions."),
        "preview": previews.of(campaign, [row.body for row in form.steps], request.POST.get("as", "")),
    }
    return answers.page(request, campaign, "settings", more, status)


def _zones(chosen: str) -> list[tuple[str, str]]:
    """Also the one that is chosen, should it be an odd one."""
    known = zones()
    return known if chosen in dict(known) else [(chosen, chosen), *known]
