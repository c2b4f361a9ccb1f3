"""SMS activity of one lead: every message that it got or is about to get, and what became of each."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from threadline.campaigns.models import Campaign, Recipient
from threadline.campaigns.sequence import placeholders
from threadline.campaigns.sequence.steps import Sequence
from threadline.lib.liquid import Broken
from threadline.messaging import states
from threadline.messaging.models import Conversation, Message


@dataclass(slots=True)
class Entry:
    """A step for this lead. `text` is the message as it was sent; None while it is to come, then `preview` shows it.

    `version` is that of the step's words: of those that went, or of those that will.
    """

    title: str
    text: Message | None
    state: states.State | None
    version: int
    preview: str = ""
    due: datetime | None = None


@dataclass(slots=True)
class Activity:
    """What the page of a lead shows. `conversation` is None before the first text."""

    entries: list[Entry]
    conversation: Conversation | None


def of(campaign: Campaign, lead: Recipient, sequence: Sequence, due: datetime | None) -> Activity:
    """Oldest first; what is to come only while the lead waits, the next of it not before `due`."""
    touches = lead.touches.select_related("message__conversation", "step").order_by("at", "id")
    entries, conversation = [], None
    for touch in touches:
        conversation = touch.message.conversation
        title = _title(sequence, touch.step.position)
        entries.append(Entry(title, touch.message, states.of(touch.message.status), touch.version))
    if lead.status in ("pending", "in_progress"):
        entries += _to_come(campaign, lead, sequence, due)
    if conversation is None:
        threads = Conversation.objects.filter(workspace=lead.workspace_id, address=lead.address)
        conversation = threads.first()
    return Activity(entries, conversation)


def _to_come(campaign: Campaign, lead: Recipient, sequence: Sequence, due: datetime | None) -> list[Entry]:
    values = placeholders.values_of(lead.contact)
    found: list[Entry] = []
    for place, stage in enumerate(sequence.alive):
        if stage.position <= lead.step:
            continue
        try:
            preview = placeholders.compile(stage.body).render(values)
        except Broken:
            preview = stage.body
        if not lead.step and not found and campaign.opt_out_line and campaign.opt_out_line not in preview:
            preview = f"{preview}\n{campaign.opt_out_line}"
        found.append(Entry(_("Step %d") % (place + 1), None, None, stage.version, preview, None if found else due))
    return found


def _title(sequence: Sequence, position: int) -> str:
    """Its place now; a step that was removed since has none."""
    places = [stage.position for stage in sequence.alive]
    return _("Step %d") % (places.index(position) + 1) if position in places else _("A step that was removed since")
