"""Why? How a lead stands, and everything that was decided about them, as sentences with what the rules saw."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _

from threadline.campaigns.leads import coming
from threadline.campaigns.models import Campaign, Recipient
from threadline.campaigns.running import stalls
from threadline.campaigns.sequence.steps import Sequence
from threadline.messaging import explaining
from threadline.messaging.models import Receipt

Status = Recipient.Status
How = Recipient.How
MOST: Final = 5  # decisions before a text was made


@dataclass(frozen=True, slots=True)
class Standing:
    """How it stands now: a sentence, and when it goes on, if there is such a moment.

    `their_time` is what the person's clock shows then and `zone` how that is known; `stall` is why the whole campaign
    does not move.
    """

    icon: str
    sentence: str
    until: datetime | None = None
    their_time: str = ""
    zone: str = ""
    stall: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """A verdict of the gate without a text: put off or refused; `facts` are what its rules saw, as sentences."""

    at: datetime
    word: str
    reason: str
    code: str
    facts: list[str]


def standing(campaign: Campaign, lead: Recipient, sequence: Sequence, now: datetime) -> Standing:
    """Why this lead is where it is."""
    if lead.status not in coming.WAITS:
        return _ended(lead)
    if lead.step and lead.sent_at is None:
        return Standing("send", _("Their text is on its way. The next step waits until the carrier has it."))
    following = coming.of(campaign, lead, sequence, now)
    stall = stalls.why(campaign, now)
    why_not = stall.sentence if stall is not None else ""
    if following is None:
        return Standing("circle-check", _("No step is left for them."), stall=why_not)
    place = _place(sequence, following.stage.position)
    if following.at is None:
        sentence = _("Step %(n)d goes to them as soon as it is their turn.") % {"n": place}
        return Standing("clock", sentence, stall=why_not)
    found = coming.zones_of(campaign, lead)
    when = coming.their_time(following.at, found), found.how
    if lead.deferred_until is not None and lead.reason:
        return Standing("clock", _("Step %(n)d waits: %(why)s") % {"n": place, "why": lead.reason}, following.at, *when)
    sentence = _("Step %(n)d waits until it is due.") % {"n": place}
    return Standing("clock", sentence, following.at, *when, stall=_for_long(stall, following.at))


def decisions(campaign: Campaign, lead: Recipient) -> list[Decision]:
    """What the gate has said before a text was made, the latest first."""
    here = timezone.get_current_timezone()
    found = Receipt.objects.filter(
        workspace=campaign.workspace_id, address=lead.address, source=campaign.source, message=None
    )
    words = {"defer": _("Put off"), "refuse": _("Refused"), "hold": _("Held"), "cancel": _("Cancelled")}
    return [
        Decision(one.at, words.get(one.verdict, _("It may go")), one.reason, one.code, explaining.sentences(one, here))
        for one in found.order_by("-id")[:MOST]
    ]


def _ended(lead: Recipient) -> Standing:
    if lead.status == Status.COMPLETED:
        sentences = {
            How.FINISHED: _("They got every step."),
            How.REPLIED: _("They replied, and Complete lead on any reply is on: nothing more goes to them."),
            How.BY_HAND: _("Marked complete by hand: nothing more goes to them."),
        }
        return Standing("circle-check", sentences.get(How(lead.how) if lead.how else How.FINISHED, ""))
    icons = {Status.HELD: "circle-pause", Status.REMOVED: "user-minus", Status.SKIPPED: "skip-forward"}
    words = {
        Status.OPTED_OUT: _("They opted out: no campaign texts them any more."),
        Status.FAILED: _("Their text did not arrive."),
        Status.SKIPPED: _("They were left out."),
        Status.HELD: _("Their text is held until somebody puts something right."),
        Status.REMOVED: _("They were taken out of the campaign."),
    }
    said = words[Status(lead.status)]
    return Standing(icons.get(Status(lead.status), "circle-alert"), f"{said} {lead.reason}".strip())


def _place(sequence: Sequence, position: int) -> int:
    return sum(1 for stage in sequence.alive if stage.position <= position)


def _for_long(stall: stalls.Stall | None, at: datetime) -> str:
    """What keeps the campaign from moving says nothing about a later step when it ends before that is due."""
    if stall is None or stall.code in ("waiting", "asleep") or (stall.until is not None and stall.until <= at):
        return ""
    return stall.sentence
