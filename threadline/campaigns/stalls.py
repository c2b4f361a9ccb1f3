"""Nothing is moving because …: why a campaign does not text anybody at this moment, and what to do about it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from threadline.campaigns import arming
from threadline.campaigns.engine import closing
from threadline.campaigns.models import Campaign, Recipient
from threadline.campaigns.models.recipient import WAITING
from threadline.campaigns.refusals import Refused
from threadline.campaigns.steps import sequence_of
from threadline.numbers.chores import is_doubtful

State = Campaign.State


@dataclass(frozen=True, slots=True)
class Stall:
    """`until` is when it moves on by itself, None when somebody has to act; `link` and `subject` as in Refused."""

    code: str
    sentence: str
    until: datetime | None = None
    link: str = ""
    link_text: str = ""
    subject: str = ""


Check = Callable[[Campaign, datetime], Stall | None]

_checks_from_above: list[Check] = []


def add(check: Check) -> None:
    """For rooms above this one, which know of other reasons why nothing moves: call it in AppConfig.ready."""
    _checks_from_above.append(check)


def why(campaign: Campaign, now: datetime) -> Stall | None:
    """The first reason that keeps a campaign from texting now; None while it moves, or when it has ended."""
    if campaign.state not in (State.DRAFT, State.ACTIVE, State.PAUSED):
        return None
    checks = (*_CHECKS, *_checks_from_above, _nobody_due, _between_batches)
    return next((stall for check in checks if (stall := check(campaign, now))), None)


def _not_started(campaign: Campaign, _now: datetime) -> Stall | None:
    if campaign.state == State.PAUSED:
        return Stall("paused", _("The campaign is paused. Resume goes on exactly where it was."))
    if campaign.state == State.DRAFT:
        return Stall("not_started", _("The campaign has not started."))
    return None


def _no_leads(campaign: Campaign, _now: datetime) -> Stall | None:
    if campaign.recipients.exists():
        return None
    sentence = _("There is nobody to text yet.")
    return Stall("no_leads", sentence, None, "campaigns:leads", _("Add leads"), campaign.public_id)


def _no_messages(campaign: Campaign, _now: datetime) -> Stall | None:
    if campaign.steps.filter(removed_at=None).exists():
        return None
    sentence = _("There is no message to send.")
    return Stall("no_messages", sentence, None, "campaigns:settings", _("Write Step 1"), campaign.public_id)


def _everybody_done(campaign: Campaign, _now: datetime) -> Stall | None:
    if Recipient.objects.filter(campaign=campaign, status__in=WAITING).exists():
        return None
    return Stall("everybody_done", _("Every lead is done. New leads are texted as soon as they are added."))


def _cannot_arm(campaign: Campaign, _now: datetime) -> Stall | None:
    """Off: why, and whether it could be turned on. On: whether it may still send."""
    refused: Refused | None = arming.why_not(campaign)
    if refused is not None and not (campaign.armed and refused.code == "another_armed"):
        return Stall(refused.code, refused.sentence, None, refused.link, refused.link_text, refused.subject)
    if not campaign.armed:
        return Stall("auto_sms_off", _("Auto SMS is off. Turn it on to let the campaign send by itself."))
    return None


def _doubtful_number(campaign: Campaign, _now: datetime) -> Stall | None:
    if campaign.number_id is None or not is_doubtful(campaign.number_id):
        return None
    return Stall("checking_number", _("The From number is being checked with Twilio. This takes a moment."))


def _out_of_hours(campaign: Campaign, now: datetime) -> Stall | None:
    opens = closing.opens_after(campaign, now)
    if opens <= now:
        return None
    local = opens.astimezone(ZoneInfo(campaign.timezone))
    sentence = _("The sending window opens at %(time)s (%(zone)s).")
    values = {"time": f"{local:%H:%M}", "zone": campaign.timezone.replace("_", " ")}
    return Stall("out_of_hours", sentence % values, opens, "campaigns:settings", _("Change"), campaign.public_id)


def _nobody_due(campaign: Campaign, now: datetime) -> Stall | None:
    leads = Recipient.objects.filter(campaign=campaign)
    if leads.filter(status="pending").exists() or leads.filter(status="in_progress", sent_at=None).exists():
        return None
    if not leads.filter(status="in_progress").exists():
        sentence = _("The leads that are left are held: each says why.")
        return Stall("held", sentence, None, "campaigns:leads", _("Look at them"), campaign.public_id)
    due = next_due(campaign)
    if due is None or due <= now:
        return None
    return Stall("waiting", _("Everybody who is left waits for their next step."), due)


def _between_batches(campaign: Campaign, now: datetime) -> Stall | None:
    if campaign.batch_left or campaign.next_batch_at is None or campaign.next_batch_at <= now:
        return None
    sentence = _("The next batch of %(n)d goes out after the pause between batches.") % {"n": campaign.batch_size}
    until = campaign.next_batch_at
    return Stall("between_batches", sentence, until, "campaigns:settings", _("Change"), campaign.public_id)


def next_due(campaign: Campaign) -> datetime | None:
    """When the first of the people who wait for a later step gets it."""
    sequence = sequence_of(campaign.pk)
    first: datetime | None = None
    for stage in sequence:
        waiting = Recipient.objects.filter(
            campaign=campaign, status="in_progress", step=stage.position, sent_at__isnull=False
        )
        sent_at = waiting.order_by("sent_at").values_list("sent_at", flat=True).first()
        due = sequence.due(stage.position, sent_at)
        first = min(filter(None, (first, due)), default=None)
    return first


_CHECKS: tuple[Check, ...] = (
    _no_leads,
    _no_messages,
    _not_started,
    _everybody_done,
    _cannot_arm,
    _doubtful_number,
    _out_of_hours,
)
