"""Settings: how a campaign sends, and for a drip the step editor. Without scripts its buttons post; nothing is lost."""

from typing import Final

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from threadline.accounts.forms import zones
from threadline.accounts.permissions import forbidden, require
from threadline.accounts.requests import MemberRequest
from threadline.campaigns import finding
from threadline.campaigns.editing import quiet_line, saving, step_notes
from threadline.campaigns.editing.settings_form import SettingsForm
from threadline.campaigns.invalid import Invalid
from threadline.campaigns.models import Campaign
from threadline.campaigns.views import answers, editor
from threadline.lib import clock

WEEKDAYS: Final = (
    *(gettext_lazy("Mon"), gettext_lazy("Tue"), gettext_lazy("Wed"), gettext_lazy("Thu")),
    *(gettext_lazy("Fri"), gettext_lazy("Sat"), gettext_lazy("Sun")),
)
# The fields of Settings that each kind of campaign has here: a scheduled one has its texts in Messages, and no batches.
SENDING: Final = (
    *("number", "complete_on_reply", "zone", "start", "end", "days", "window_zone", "priority"),
    *("canary_size", "most_failed", "most_opt_outs"),
)
OF_A_DRIP: Final = ("steps", "opt_out_line", "batch_size", "batch_minutes")


@require_http_methods(["GET", "POST"])
@require("read")
def edit(request: MemberRequest, public_id: str) -> HttpResponse:
    """The form as it is saved; posted, save it, or do what the pressed button says and show the form again."""
    campaign = finding.campaign(request, public_id)
    if request.method == "GET":
        return _page(request, campaign, SettingsForm.saved(campaign))
    if not request.member.may("manage_campaigns"):
        return forbidden(request, "manage_campaigns")
    form = SettingsForm.typed(request.POST, campaign)
    editor.attach(request, form)
    if request.POST.get("do") or form.wrong:
        editor.press(form, request.POST.get("do", ""))
        return _page(request, campaign, form, 422 if form.wrong else 200)
    names = SENDING if campaign.kind == Campaign.Kind.SCHEDULED else SENDING + OF_A_DRIP
    try:
        saved = saving.save_part(campaign, request.member, clock.now(), **form.given(names))
    except Invalid as invalid:
        form.blame(invalid.errors)
        return _page(request, campaign, form, status=422)
    messages.success(request, _said(campaign, saved))
    return redirect("campaigns:settings", public_id)


@require_POST
@require("read")
def preview(request: MemberRequest, public_id: str) -> HttpResponse:
    """What is typed at this moment, as one lead will read it, with notes beside every step. Nothing is saved."""
    campaign = finding.campaign(request, public_id)
    form = SettingsForm.typed(request.POST, campaign)
    hours = quiet_line.of(campaign.workspace_id, form.window_start, form.window_end)
    context = {
        "campaign": campaign,
        "preview": editor.preview_of(campaign, form, request.POST.get("as", "")),
        "notes": step_notes.of(campaign, form.steps, form.opt_out_line, form.timezone, clock.now()),
        "quiet": hours if "window_start" in request.POST else None,  # the Messages tab has no hours
        "live": True,
    }
    return render(request, "campaigns/_preview.html", context)


def _said(before: Campaign, saved: Campaign) -> str:
    if saved.kind != before.kind and saved.kind == Campaign.Kind.SCHEDULED:
        return _("The settings are saved. The first message has a date now: its messages are edited in Messages.")
    return _("The settings are saved. They count for every text that is not yet on its way.")


def _page(request: MemberRequest, campaign: Campaign, form: SettingsForm, status: int = 200) -> HttpResponse:
    if request.htmx.target == "campaign-live":  # what is around the form, without all that stands in it
        return answers.page(request, campaign, "settings", {})
    numbers = list(request.workspace.numbers.textable().default_first())
    if campaign.number and campaign.number not in numbers:
        numbers.insert(0, campaign.number)
    more = editor.context(request, campaign, form) | {
        "numbers": numbers,
        "zones": _zones(form.timezone),
        "weekdays": [(str(day), name) for day, name in enumerate(WEEKDAYS)],
        "priorities": Campaign.Priority.choices,
        "window_zones": Campaign.Zone.choices,
        "quiet": quiet_line.of(campaign.workspace_id, form.window_start, form.window_end),
        "locked": saving.locked_because(campaign),
    }
    return answers.page(request, campaign, "settings", more, status)


def _zones(chosen: str) -> list[tuple[str, str]]:
    """Also the one that is chosen, should it be an odd one."""
    known = zones()
    return known if chosen in dict(known) else [(chosen, chosen), *known]
