"""Nothing is moving because …: why a campaign does not text anybody at this moment, and what to do about it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from threadline.campaigns.engine import canary, hours
from threadline.campaigns.models import Campaign, Recipient
from threadline.campaigns.models.recipient import WAITING
from threadline.campaigns.refusals import Refused
from threadline.campaigns.running import arming
from threadline.campaigns.sequence import timing
from threadline.campaigns.sequence.steps import sequence_of
from threadline.compliance import zones
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
    if campaign.state not in (State.DRAFT, State.SCHEDULED, State.ACTIVE, State.PAUSED):
        return None
    checks = (*_CHECKS, *_checks_from_above, _first_ones, _nobody_due, _between_batches)
    return next((stall for check in checks if (stall := check(campaign, now))), None)


def _not_started(campaign: Campaign, _now: datetime) -> Stall | None:
    if campaign.state == State.PAUSED and campaign.paused_because:
        sentence = _("The campaign paused itself. %(why)s") % {"why": campaign.paused_because}
        return Stall("paused_itself", sentence, None, "campaigns:show", _("Look at the results"), campaign.public_id)
    if campaign.state == State.SCHEDULED:
        return Stall("scheduled", _("The campaign is scheduled. It begins by itself."), campaign.begins_at)
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
    refused: Refused | None = arming.cannot_send(campaign) if campaign.sends_by_itself else arming.why_not(campaign)
    if refused is not None:
        return Stall(refused.code, refused.sentence, None, refused.link, refused.link_text, refused.subject)
    if not campaign.sends_by_itself:
        return Stall("auto_sms_off", _("Auto SMS is off. Turn it on to let the campaign send by itself."))
    return None


def _doubtful_number(campaign: Campaign, _now: datetime) -> Stall | None:
    if campaign.number_id is None or not is_doubtful(campaign.number_id):
        return None
    return Stall("checking_number", _("The From number is being checked with Twilio. This takes a moment."))


def _recall(campaign: Campaign, now: datetime) -> Stall | None:
    if campaign.recall_until is None or campaign.recall_until <= now:
        return None
    return Stall("recall", _("Nothing leaves yet: it can still be recalled."), campaign.recall_until)


def _out_of_hours(campaign: Campaign, now: datetime) -> Stall | None:
    found = hours.of_campaign(campaign)
    opens = hours.opens_after(found, now)
    if opens is not None and opens <= now:
        return None
    if opens is None:
        sentence = _("The sending hours never come: no moment fits them.")
        return Stall("out_of_hours", sentence, None, "campaigns:settings", _("Change"), campaign.public_id)
    local = opens.astimezone(ZoneInfo(campaign.timezone))
    sentence = _("The sending window opens at %(time)s, %(place)s time.")
    values = {"time": f"{local:%H:%M}", "place": zones.place(campaign.timezone)}
    return Stall("out_of_hours", sentence % values, opens, "campaigns:settings", _("Change"), campaign.public_id)


def _first_ones(campaign: Campaign, now: datetime) -> Stall | None:
    sequence = sequence_of(campaign.pk)
    if not campaign.canary_size or canary.room(campaign, sequence, now) > 0:
        return None
    sentence = _("The first %(n)d texts went out. The others follow when it is known what became of them.")
    left_at = canary.trial(campaign, sequence).last_at
    until = left_at + canary.LONGEST if left_at else None
    if until is None:
        sentence = _(
            "The first %(n)d texts are on their way out. The others follow when it is known what became of them."
        )
    return Stall("first_ones", sentence % {"n": campaign.canary_size}, until)


def _nobody_due(campaign: Campaign, now: datetime) -> Stall | None:
    leads = Recipient.objects.filter(campaign=campaign)
    if leads.filter(status="in_progress", sent_at=None).exists():
        return None
    if not leads.filter(status__in=("pending", "in_progress")).exists():
        sentence = _("The leads that are left are held: each says why.")
        return Stall("held", sentence, None, "campaigns:leads", _("Look at them"), campaign.public_id)
    new = _new_due(campaign, now) if leads.filter(status="pending", deferred_until=None).exists() else None
    due = min(filter(None, (new, next_due(campaign))), default=None)
    if due is not None and due <= now:
        return None
    asleep = leads.filter(deferred_until__isnull=False).order_by("deferred_until").first()
    until = asleep.deferred_until if asleep is not None else None
    if asleep is not None and until is not None and (due is None or until < due):
        sentence = _("Nobody may be texted now. The first who may: %(why)s")
        return Stall("asleep", sentence % {"why": asleep.reason}, until)
    return Stall("waiting", _("Everybody who is left waits for their next step."), due) if due else None


def _new_due(campaign: Campaign, now: datetime) -> datetime:
    """When new leads are due: now, unless the first message has a date."""
    first = sequence_of(campaign.pk).after(0)
    return (first and timing.earliest(first, campaign.timezone)) or now


def _between_batches(campaign: Campaign, now: datetime) -> Stall | None:
    if campaign.batch_left or campaign.next_batch_at is None or campaign.next_batch_at <= now:
        return None
    sentence = _("The next batch of %(n)d goes out after the pause between batches.") % {"n": campaign.batch_size}
    until = campaign.next_batch_at
    return Stall("between_batches", sentence, until, "campaigns:settings", _("Change"), campaign.public_id)


def next_due(campaign: Campaign) -> datetime | None:
    """When the first of the people who wait for a later step gets it, as far as one moment holds for all of them."""
    sequence = sequence_of(campaign.pk)
    moments: list[datetime | None] = []
    for stage in sequence:
        following = sequence.after(stage.position)
        if following is None:
            continue
        waiting = Recipient.objects.filter(
            campaign=campaign, status="in_progress", step=stage.position, sent_at__isnull=False, deferred_until=None
        )
        sent_at = waiting.order_by("sent_at").values_list("sent_at", flat=True).first()
        if sent_at is not None:
            moments.append(sequence.due(stage.position, sent_at) or timing.earliest(following, campaign.timezone))
    return min(filter(None, moments), default=None)


_CHECKS: tuple[Check, ...] = (
    _no_leads,
    _no_messages,
    _not_started,
    _everybody_done,
    _cannot_arm,
    _doubtful_number,
    _recall,
    _out_of_hours,
)
