"""From texts to what the thread shows: bubbles in runs of one sender, with a separator where a day begins."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta, tzinfo
from typing import Final
from urllib.parse import unquote

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import urlize
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from threadline.inbox import days, waiting
from threadline.inbox.cursors import word
from threadline.inbox.thread import Text
from threadline.inbox.waiting import Wait
from threadline.lib import clock
from threadline.messaging import file_kinds, media_urls, states
from threadline.messaging.models import Media
from threadline.twilio.errors import explain

RUN_GAP: Final = timedelta(minutes=20)  # a longer silence ends a run even when the same side goes on
_SHOWN_IN_PLACE: Final = {
    "image": frozenset({"image/jpeg", "image/png", "image/gif", "image/webp", "image/avif"}),
    "audio": frozenset({"audio/mpeg", "audio/mp4", "audio/ogg", "audio/wav", "audio/x-wav", "audio/aac", "audio/webm"}),
    "video": frozenset({"video/mp4", "video/webm", "video/ogg", "video/quicktime", "video/3gpp"}),
}


@dataclass(frozen=True, slots=True)
class Attachment:
    """One file of a text. `kind` is image, audio, video, file, waiting or missing."""

    kind: str
    name: str
    public_id: str = ""
    url: str = ""  # at its own place, for what we sent
    problem: str = ""
    ours: bool = False  # an upload of ours that went out, not a file that came in

    @property
    def address(self) -> str:
        """Where members see it."""
        return reverse("messaging:upload" if self.ours else "inbox:media", args=[self.public_id])


@dataclass(slots=True)
class Day:
    """A separator. `id` and `order` place it before the day's first text."""

    day: date
    label: str
    order: str

    @property
    def id(self) -> str:
        return f"day-{self.day.isoformat()}"


@dataclass(slots=True)
class Bubble:
    """One text as the thread shows it."""

    text: Text
    state: states.State | None
    author: str | Promise
    line: str
    run: str
    order: str
    attachments: list[Attachment] = field(default_factory=list)
    way_out: states.WayOut | None = None
    wait: Wait | None = None
    ends_run: bool = True
    day = None  # so that templates can ask either kind of item

    @property
    def id(self) -> str:
        return self.text.public_id

    @property
    def docs_url(self) -> str:
        """Twilio's own page about the error."""
        return explain(self.text.error_code).docs_url

    @property
    def html(self) -> SafeString:
        """The words, escaped, with links that open in a tab of their own."""
        linked = urlize(self.text.body, nofollow=True, autoescape=True)
        return mark_safe(linked.replace('<a href="', '<a target="_blank" href="'))  # noqa: S308


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks: their membership, their zone, and the names of lines (empty when the thread uses only one)."""

    member_id: int
    zone: tzinfo
    today: date
    lines: Mapping[str, str]  # phone → name


def feed(texts: Sequence[Text], media: Mapping[int, list[Media]], viewer: Viewer) -> list[Bubble | Day]:
    """Bubbles in order, a Day before the first of each; where two pages meet, the page keeps one separator of a day."""
    items: list[Bubble | Day] = []
    waits = waiting.of(texts, viewer.zone, clock.now())
    previous: Bubble | None = None
    today: date | None = None
    for text in texts:
        bubble = _bubble(text, media.get(text.id, ()), viewer)
        bubble.wait = waits.get(text.id)
        day = text.at.astimezone(viewer.zone).date()
        if day != today:
            items.append(_separator(day, viewer))
        if previous:
            silence = text.at - previous.text.at
            previous.ends_run = bubble.run != previous.run or day != today or silence > RUN_GAP
        items.append(bubble)
        previous, today = bubble, day
    return items


def _separator(day: date, viewer: Viewer) -> Day:
    return Day(day, days.label(day, viewer.today), word(days.start(day, viewer.zone), 0))


def _bubble(text: Text, media: Iterable[Media], viewer: Viewer) -> Bubble:
    outbound = text.direction == "outbound"
    state = states.of(text.status) if outbound else None
    author = _author(text, viewer) if outbound else ""
    line = viewer.lines.get(text.line, "")
    return Bubble(
        text=text,
        state=state,
        author=author,
        line=line,
        run=f"{text.direction}/{text.line}/{text.source if outbound else ''}/{text.member_id or ''}",
        order=word(text.at, text.id),
        attachments=[_stored(one) for one in media] or [_sent(url) for url in text.media_urls or ()],
        way_out=states.WAYS_OUT.get(text.error_code or 0) if state and state.bad else None,
    )


def _author(text: Text, viewer: Viewer) -> str:
    """Who or what wrote an outbound text; nothing when it was the viewer."""
    if text.member_id:
        return "" if text.member_id == viewer.member_id else (text.member_name or text.member_email or "")
    kind = text.source.partition(":")[0]
    if kind == "history":
        return _("Sent by another tool")
    if kind == "api":
        return _("Sent by API")
    if kind == "campaign":
        return _("Campaign")
    return ""


def kind_of(content_type: str) -> str:
    """Whether a browser may show this type in place: image, audio, video; anything else is a file to download."""
    plain = content_type.partition(";")[0].strip().lower()
    return next((kind for kind, types in _SHOWN_IN_PLACE.items() if plain in types), "file")


def _stored(media: Media) -> Attachment:
    name = media.content_type.partition(";")[0] or _("File")
    if media.file:
        return Attachment(kind_of(media.content_type), name, media.public_id)
    if media.try_after is not None:
        return Attachment("waiting", name, media.public_id, problem=media.problem)
    return Attachment("missing", name, media.public_id, problem=media.problem)


def _sent(url: str) -> Attachment:
    name = unquote(url.rpartition("/")[2].partition("?")[0])[:60]
    if public_id := media_urls.public_id_of(url):
        kind = file_kinds.by_name(name)
        return Attachment(kind_of(kind.content_type) if kind else "file", name, public_id, ours=True)
    return Attachment("file", name or _("File"), url=url)
