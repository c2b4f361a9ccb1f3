"""Leads: the table of a campaign's people, one of them, and what can be done with a lead."""

from collections.abc import Callable
from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from threadline.accounts.models import Member
from threadline.accounts.permissions import require
from threadline.accounts.requests import MemberRequest
from threadline.campaigns import audience, finding, states
from threadline.campaigns.engine.by_hand import send_next
from threadline.campaigns.leads import activity, adding, lead_verbs, narrowing, out_of_hours, why
from threadline.campaigns.leads import listing as table
from threadline.campaigns.models import Campaign
from threadline.campaigns.models.recipient import WAITING
from threadline.campaigns.refusals import Refused
from threadline.campaigns.results import snapshots
from threadline.campaigns.sequence.steps import sequence_of
from threadline.campaigns.views import answers
from threadline.contacts import finding as contacts
from threadline.lib import clock


@require_GET
@require("read")
def index(request: MemberRequest, public_id: str) -> HttpResponse:
    """A page of leads; its live part gets the rows that are shown, as they stand now."""
    return _table(request, finding.campaign(request, public_id))


@require_http_methods(["GET", "POST"])
@require("manage_campaigns")
def add(request: MemberRequest, public_id: str) -> HttpResponse:
    """One person by hand. What is wrong is said where it was typed; the menu stays open for the next one."""
    campaign = finding.campaign(request, public_id)
    if request.method == "GET":
        return redirect("campaigns:leads", public_id)  # reloaded after what was wrong
    form = adding.Typed(request.POST.get("phone", ""), request.POST.get("name", ""))
    try:
        sentence = adding.add(campaign, form, clock.now())
    except Refused as refusal:
        if refusal.code == "ended":
            return answers.refused(request, campaign, refusal.sentence)
        form.error = refusal.sentence
        return _form(request, campaign, form) if request.htmx.target == "lead-add" else _table(request, campaign, form)
    said = answers.done(request, campaign, sentence)
    return _form(request, campaign, adding.Typed(), said["HX-Trigger"]) if request.htmx.target == "lead-add" else said


@require_POST
@require("manage_campaigns")
def add_list(request: MemberRequest, public_id: str) -> HttpResponse:
    """Whoever is on another list now."""
    campaign = finding.campaign(request, public_id)
    given = contacts.one_list(request, request.POST.get("list", ""))
    try:
        added = audience.add_list(campaign, given, clock.now())
    except Refused as refusal:
        return answers.refused(request, campaign, refusal.sentence)
    if added <= audience.MOST:
        audience.refresh(campaign, clock.now())  # more of them are the engine's
    words = ngettext("%(n)s person of %(list)s is added.", "%(n)s people of %(list)s are added.", added)
    sentence = words if added else _("Everybody on %(list)s was on this campaign's list already.")
    return answers.done(request, campaign, sentence % {"n": f"{added:,}", "list": given.name})


@require_GET
@require("read")
def show(request: MemberRequest, public_id: str, contact_id: str) -> HttpResponse:
    """A lead with its SMS activity: a dialog over the table, or a page of its own."""
    campaign = finding.campaign(request, public_id)
    lead = finding.lead(campaign, contact_id)
    sequence, now = sequence_of(campaign.pk), clock.now()
    row = table.row(lead, campaign, sequence, now)
    context = {
        "campaign": campaign,
        "row": row,
        "standing": why.standing(campaign, lead, sequence, now),
        "decisions": why.decisions(campaign, lead),
        "activity": activity.of(campaign, lead, sequence, None if row.paused else row.due),
        "steps_total": len(sequence.alive),
        "may_edit": request.member.may("manage_campaigns") and campaign.state not in states.ENDED,
        "can_end": lead.status in WAITING,
        "can_retry": lead.status in lead_verbs.TRY_AGAIN,
        "can_send": lead.status in ("pending", "in_progress"),
        "active": campaign.state == Campaign.State.ACTIVE,
        "out_of_hours": out_of_hours.warning(campaign, lead, sequence, now),
    }
    template = {"dialog": "_lead_dialog", "lead-body": "_lead_body"}.get(request.htmx.target or "", "lead")
    return render(request, f"campaigns/{template}.html", context)


@require_POST
@require("manage_campaigns")
def complete(request: MemberRequest, public_id: str, contact_id: str) -> HttpResponse:
    return _do(request, public_id, contact_id, lead_verbs.complete, _("Marked complete. Nothing more goes to them."))


@require_POST
@require("manage_campaigns")
def remove(request: MemberRequest, public_id: str, contact_id: str) -> HttpResponse:
    return _do(request, public_id, contact_id, lead_verbs.remove, _("Removed from the campaign."))


@require_POST
@require("manage_campaigns")
def retry(request: MemberRequest, public_id: str, contact_id: str) -> HttpResponse:
    return _do(request, public_id, contact_id, lead_verbs.retry, _("This lead waits for its text again."))


@require_POST
@require("manage_campaigns")
def send(request: MemberRequest, public_id: str, contact_id: str) -> HttpResponse:
    """Manual work: the next step of one lead, now, through the gate; `anyway` when the campaign's hours are over."""
    campaign = finding.campaign(request, public_id)
    lead, sequence = finding.lead(campaign, contact_id), sequence_of(campaign.pk)
    if not request.POST.get("anyway") and out_of_hours.warning(campaign, lead, sequence, clock.now()):
        return answers.refused(request, campaign, _("The campaign’s sending hours are over now. Nothing was sent."))
    return _do(request, public_id, contact_id, send_next, _("The next step is on its way."))


def _do(
    request: MemberRequest,
    public_id: str,
    contact_id: str,
    verb: Callable[[Campaign, int, Member | None, datetime], object],
    sentence: str,
) -> HttpResponse:
    campaign = finding.campaign(request, public_id)
    lead = finding.lead(campaign, contact_id)
    try:
        verb(campaign, lead.contact_id, request.member, clock.now())
    except Refused as refusal:
        return answers.refused(request, campaign, refusal.sentence)
    return answers.done(request, campaign, sentence)


def _form(request: MemberRequest, campaign: Campaign, form: adding.Typed, trigger: str = "") -> HttpResponse:
    """The form alone, with what is wrong; or empty, with what was done."""
    context = {"campaign": campaign, "form": form, "again": True}
    response = render(request, "campaigns/_lead_add.html", context, status=422 if form.error else 200)
    if trigger:
        response["HX-Trigger"] = trigger
    return response


def _table(request: MemberRequest, campaign: Campaign, form: adding.Typed | None = None) -> HttpResponse:
    wanted = table.wanted(request.GET)
    known = request.GET.get("shown", "").split(",") if request.htmx.target == "campaign-live" else []
    if any(known):  # rows that are read stay where they are; what is new follows them
        rows, following = table.shown(campaign, known), ""
        newer = table.newer(campaign, wanted, rows)
    else:
        (rows, following), newer = table.page(campaign, wanted), []
    counts = snapshots.people(campaign)
    more = {
        "counts": counts,
        "leads_total": sum(counts.values()) - counts["removed"],
        "rows": rows,
        "newer": newer,
        "whole": not any(known),
        "following": following,
        "wanted": wanted,
        "filters": table.filters(wanted, counts),
        "everybody": wanted.of_status(""),
        "narrow": narrowing.of(campaign, wanted),
        "form": form or adding.Typed(),
        "open": campaign.state not in states.ENDED,
        "may_edit": request.member.may("manage_campaigns"),
        "other_lists": request.workspace.lists.exclude(pk=campaign.list_id).filter(size__gt=0).order_by("name"),
        "steps_total": campaign.steps.filter(removed_at=None).count(),
    }
    if request.htmx.target == "leads-table":
        response = render(request, "campaigns/_leads_table.html", more | {"campaign": campaign})
        response["HX-Replace-Url"] = f"{request.path}{wanted.query()}"
        return response
    return answers.page(request, campaign, "leads", more, status=422 if form else 200)
