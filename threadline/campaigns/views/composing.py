"""Messages of a campaign: the step editor while it is a draft, afterwards what it sends and when."""

from django.contrib import messages as said
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from threadline.accounts.permissions import forbidden, require
from threadline.accounts.requests import MemberRequest
from threadline.campaigns import finding
from threadline.campaigns.editing import saving
from threadline.campaigns.editing.settings_form import SettingsForm
from threadline.campaigns.invalid import Invalid
from threadline.campaigns.models import Campaign
from threadline.campaigns.views import answers, editor, moving
from threadline.lib import clock


@require_http_methods(["GET", "POST"])
@require("read")
def messages(request: MemberRequest, public_id: str) -> HttpResponse:
    """Of a draft the editor; posted, save it, or do what the pressed button says and show the form again."""
    campaign = finding.campaign(request, public_id)
    if request.method == "GET":
        draft = campaign.state == Campaign.State.DRAFT and not saving.locked_because(campaign)
        if draft or (_live(request) and "editor" in request.GET):  # it was a draft when this page was opened
            return _page(request, campaign, SettingsForm.saved(campaign))
        return moving.page(request, campaign)
    if not request.member.may("manage_campaigns"):
        return forbidden(request, "manage_campaigns")
    form = SettingsForm.typed(request.POST, campaign)
    editor.attach(request, form)
    if request.POST.get("do") or form.wrong:
        editor.press(form, request.POST.get("do", ""))
        return _page(request, campaign, form, 422 if form.wrong else 200)
    try:
        saving.save_part(campaign, request.member, clock.now(), **form.given(("steps", "opt_out_line")))
    except Invalid as invalid:
        form.blame(invalid.errors)
        return _page(request, campaign, form, 422)
    said.success(request, _("The messages are saved. Nothing goes out before you start the campaign."))
    return redirect("campaigns:messages", public_id)


def _live(request: MemberRequest) -> bool:
    """What is around the form is asked for, without all that stands in it."""
    return request.htmx.target == "campaign-live"


def _page(request: MemberRequest, campaign: Campaign, form: SettingsForm, status: int = 200) -> HttpResponse:
    more = ({} if _live(request) else editor.context(request, campaign, form)) | {"tab": "messages"}
    return answers.page(request, campaign, "compose", more, status)
