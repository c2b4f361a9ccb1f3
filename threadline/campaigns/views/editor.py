"""The step editor as two tabs show it: what it needs, its files, and its buttons where there are no scripts."""

from typing import Any, Final

from django.utils.translation import gettext as _

from threadline.accounts.requests import MemberRequest
from threadline.campaigns.editing import emoji, step_notes, step_rows, stored_steps
from threadline.campaigns.editing import preview as previews
from threadline.campaigns.editing.settings import EVERY_DAY
from threadline.campaigns.editing.settings_form import SettingsForm
from threadline.campaigns.editing.step_rows import StepRow
from threadline.campaigns.models import Campaign, Step
from threadline.campaigns.sequence import opt_out_line, placeholders
from threadline.compliance import zones
from threadline.lib import clock
from threadline.messaging import uploads

NEW_KEY: Final = "newkey"  # stands in the blank step until a script copies it


def context(request: MemberRequest, campaign: Campaign, form: SettingsForm) -> dict[str, Any]:
    """For campaigns/_editor.html."""
    labels = previews.custom_fields(campaign)
    step_rows.fill(form.steps, campaign.workspace_id)
    notes = step_notes.of(campaign, form.steps, form.opt_out_line, form.timezone, clock.now())
    return {
        "form": form,
        "placeholders": placeholders.known(labels),
        "fields": labels.items(),
        "emoji": emoji.EMOJI,
        "timings": Step.Timing,
        "campaign_clock": zones.place(campaign.timezone),
        "may_reorder": stored_steps.untouched(campaign),
        "empty_step": StepRow(key=NEW_KEY),
        "suggested_line": opt_out_line.SUGGESTED,
        "no_files": uploads.problem(campaign.number.connection) if campaign.number else "",
        "example": _("Hi {{ first_name }}, thanks for connecting. Reply if you have any questions."),
        "preview": preview_of(campaign, form, request.POST.get("as", "")),
        "edited": list(zip(form.steps, notes, strict=True)),
    }


def preview_of(campaign: Campaign, form: SettingsForm, wanted: str) -> previews.Preview:
    """What is typed, as the lead reads it whose contact has the public id `wanted`."""
    bodies, files = [row.body for row in form.steps], [len(row.media) for row in form.steps]
    return previews.of(campaign, bodies, wanted, files, form.opt_out_line)


def attach(request: MemberRequest, form: SettingsForm) -> None:
    """Keep the files that a form without scripts sent along; what is wrong with one stands beside its step."""
    for row in form.steps:
        for file in request.FILES.getlist(row.files_field):
            try:
                row.media.append(uploads.store(request.workspace, request.member, file, clock.now()).public_id)
            except uploads.Invalid as invalid:
                row.errors["media"] = invalid.sentence


def press(form: SettingsForm, button: str) -> None:
    """add, insert:<place>, up:<place>, down:<place>, remove:<place>, first:after, first:at, anytime; else nothing."""
    verb, _colon, rest = button.partition(":")
    place = int(rest) if rest.isascii() and rest.isdigit() and len(rest) < 4 else len(form.steps)
    here = place < len(form.steps)
    if verb == "add":
        form.steps.append(_fresh(form))
    elif verb == "insert" and here:
        form.steps.insert(place, _fresh(form))
    elif verb == "remove" and here:
        del form.steps[place]
    elif verb in ("up", "down") and here:
        to = max(0, place - 1) if verb == "up" else place + 1
        form.steps.insert(to, form.steps.pop(place))
    elif verb == "first" and form.steps and rest in (Step.Timing.AFTER, Step.Timing.AT):
        form.steps[0].timing = rest
    elif verb == "anytime":
        form.window_start = form.window_end = ""
        form.window_days = [str(day) for day in EVERY_DAY]


def _fresh(form: SettingsForm) -> StepRow:
    """A new step with a key that no other has."""
    taken = {row.key for row in form.steps}
    return StepRow(key=next(key for key in (f"n{n}" for n in range(len(taken) + 1)) if key not in taken))
