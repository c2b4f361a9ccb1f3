"""SMS activity of one lead: every message that it got or is about to get, what became of each, and what they wrote."""

from dataclasses import dataclass, field
from datetime import datetime
from operator import itemgetter
from typing import Final
from urllib.parse import unquote

from django.urls import reverse
from django.utils.translation import gettext as _

from threadline.campaigns.models import Campaign, Recipient
from threadline.campaigns.sequence import placeholders
from threadline.campaigns.sequence.steps import Sequence
from threadline.lib.liquid import Broken
from threadline.messaging import media_urls, states
from threadline.messaging.conversations import preview_of
from threadline.messaging.models import Conversation, Message

MOST: Final = 30  # texts of theirs, the latest; the thread has all of them


@dataclass(frozen=True, slots=True)
class File:
    """A file of a text; `address` is where members see it."""

    name: str
    address: str


@dataclass(slots=True)
class Entry:
    """A step for this lead, or a text of theirs. `text` is the message; None while a step is to come.

    `preview` is what is to come, or the words of theirs in one line. `version` is that of the step's words: of those
    that went, or of those that will. `files` went along with a text of ours; `others` says how many do with one to come
    or of theirs.
    """

    title: str
    text: Message | None
    state: states.State | None
    version: int
    preview: str = ""
    due: datetime | None = None
    files: list[File] = field(default_factory=list)
    others: int = 0

    @property
    def theirs(self) -> bool:
        return self.text is not None and self.text.direction == "inbound"


@dataclass(slots=True)
class Activity:
    """What the page of a lead shows. `conversation` is None before the first text."""

    entries: list[Entry]
    conversation: Conversation | None

    @property
    def wrote(self) -> bool:
        return any(entry.theirs for entry in self.entries)


def of(campaign: Campaign, lead: Recipient, sequence: Sequence, due: datetime | None) -> Activity:
    """Oldest first, theirs since the campaign's first text; what is to come only while the lead waits, the next of it
    not before `due`."""
    touches = lead.touches.select_related("message__conversation", "step").order_by("at", "id")
    said, conversation = [], None
    for touch in touches:
        text, conversation = touch.message, touch.message.conversation
        title, files = _title(sequence, touch.step.position), [_file(url) for url in text.media_urls]
        step = Entry(title, text, states.of(text.status), touch.version, files=files)
        said.append((text.created_at, step))
    said += [(text.created_at, _theirs(text)) for text in _wrote(lead, conversation)]
    entries = [entry for _at, entry in sorted(said, key=itemgetter(0))]
    if lead.status in ("pending", "in_progress"):
        entries += _to_come(campaign, lead, sequence, due)
    if conversation is None:
        threads = Conversation.objects.filter(workspace=lead.workspace_id, address=lead.address)
        conversation = threads.first()
    return Activity(entries, conversation)


def _wrote(lead: Recipient, conversation: Conversation | None) -> list[Message]:
    if conversation is None or lead.first_text_at is None:
        return []
    texts = Message.objects.filter(conversation=conversation, direction="inbound", deleted_at=None)
    since = texts.filter(created_at__gt=lead.first_text_at).select_related("conversation")
    return list(since.order_by("-created_at", "-id")[:MOST])


def _theirs(text: Message) -> Entry:
    words = " ".join(text.body.split()) or preview_of("", text.num_media)
    return Entry(_("They wrote"), text, None, 1, words, others=text.num_media if text.body.strip() else 0)


def _file(url: str) -> File:
    name = unquote(url.rpartition("/")[2].partition("?")[0])[:60] or _("File")
    public_id = media_urls.public_id_of(url)
    return File(name, reverse("messaging:upload", args=[public_id]) if public_id else url)


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
        title, when = _("Step %d") % (place + 1), None if found else due
        found.append(Entry(title, None, None, stage.version, preview, when, others=len(stage.media)))
    return found


def _title(sequence: Sequence, position: int) -> str:
    """Its place now; a step that was removed since has none."""
    places = [stage.position for stage in sequence.alive]
    return _("Step %d") % (places.index(position) + 1) if position in places else _("A step that was removed since")
