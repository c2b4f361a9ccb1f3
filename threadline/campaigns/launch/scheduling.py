"""When a campaign begins, whether it can be launched, and what happens when somebody moves a message in time."""

from datetime import datetime

from django.utils.translation import gettext as _

from threadline.campaigns.models import Campaign
from threadline.campaigns.models.recipient import WAITING
from threadline.campaigns.refusals import Refused
from threadline.campaigns.running import withdrawing
from threadline.campaigns.sequence import timing
from threadline.campaigns.sequence.steps import Sequence, sequence_of
from threadline.events.publish import Happening
from threadline.lib import doorbell

Kind = Campaign.Kind
ASLEEP_BY_SCHEDULE = "schedule"  # Recipient.deferred_code


def begins_at(campaign: Campaign, now: datetime) -> datetime | None:
    """The first moment when anybody may be due; None for a drip, which begins with whoever joins."""
    if campaign.kind == Kind.DRIP:
        return None
    sequence = sequence_of(campaign.pk)
    positions = _positions(campaign, sequence) if campaign.restarted_at else [0]
    coming = [stage for position in positions if (stage := sequence.after(position))]
    return max(now, min((timing.earliest(stage, campaign.timezone) or now for stage in coming), default=now))


def check(campaign: Campaign, verb: str, now: datetime) -> None:
    """Raises Refused when the campaign cannot be launched so."""
    sequence = sequence_of(campaign.pk)
    if not sequence.alive:
        sentence = _("There is no message to send yet. Write Step 1 first.")
        raise Refused("no_messages", sentence, "campaigns:settings", _("Write Step 1"), campaign.public_id)
    wanted = "start" if campaign.kind == Kind.DRIP else "schedule"
    if verb != wanted:
        sentences = {
            "start": _("The first message has no date, so the campaign starts: press Start, then turn Auto SMS on."),
            "schedule": _("The first message goes at a date, so the campaign is scheduled: press Schedule Campaign."),
        }
        raise Refused("other_kind", sentences[wanted])
    for place, stage in enumerate(sequence.alive, start=1):
        latest = timing.latest(stage, campaign.timezone)
        if (
            latest is not None
            and latest < now
            and (is_needed(campaign, stage.position) or not _sent(campaign, stage.id))
        ):
            sentence = _("Message %(n)d is scheduled in the past. Move it, or remove it.")
            link = ("campaigns:messages", _("Move it"), campaign.public_id)
            raise Refused("in_the_past", sentence % {"n": place}, *link)


def moved(campaign: Campaign, now: datetime) -> None:
    """After the time of a message was changed, in the same transaction: whoever sleeps for it is looked at again."""
    if campaign.state == Campaign.State.SCHEDULED:
        campaign.begins_at = begins_at(campaign, now)
        campaign.save(update_fields=["begins_at"])
    _wake(campaign, ASLEEP_BY_SCHEDULE)
    doorbell.ring_on_commit("campaigns")


def hours_changed(campaign: Campaign, now: datetime) -> list[Happening]:
    """After its sending hours were changed, in the same transaction: what has not left is asked for by the new ones."""
    _wake(campaign, "window")
    return withdrawing.everything(campaign, _("The sending hours were changed."), now)


def is_needed(campaign: Campaign, position: int) -> bool:
    """Whether anybody who waits has not come as far as the message at this position."""
    return campaign.recipients.filter(status__in=WAITING, step__lt=position).exists()


def _positions(campaign: Campaign, sequence: Sequence) -> list[int]:
    """How far those have come who wait."""
    waiting = campaign.recipients.filter(status__in=WAITING)
    return [
        position for position in (0, *(stage.position for stage in sequence)) if waiting.filter(step=position).exists()
    ]


def _wake(campaign: Campaign, code: str) -> None:
    asleep = campaign.recipients.filter(deferred_until__isnull=False, deferred_code=code)
    asleep.update(deferred_until=None, deferred_code="", reason="")


def _sent(campaign: Campaign, step_id: int) -> bool:
    return campaign.recipients.filter(touches__step=step_id).exists()
