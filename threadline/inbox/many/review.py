"""Before a text goes to several people: who gets it now, who later and when, who is left out and why, what it costs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _

from threadline.accounts.models import Workspace
from threadline.inbox.many.recipients import Recipient
from threadline.lib import money
from threadline.messaging.outgoing import Outgoing
from threadline.messaging.rehearse import Rehearsal, rehearse
from threadline.messaging.verdicts import Defer, Hold, Refuse

_OF_THE_TEXT = {"empty": "body", "too_long": "body", "bad_media": "media"}  # what is wrong for everybody alike


@dataclass(frozen=True, slots=True)
class Group:
    """People of whom the gate says the same: its sentence, and when theirs go."""

    reason: str
    until: datetime | None
    people: list[Recipient]


@dataclass(slots=True)
class Review:
    """`problem` is (field, sentence) when the text itself cannot be sent to anybody."""

    now: list[Recipient] = field(default_factory=list)
    later: list[Group] = field(default_factory=list)
    held: list[Group] = field(default_factory=list)
    skipped: list[Group] = field(default_factory=list)
    duplicates: int = 0
    segments: int = 0
    micros: int = 0
    problem: tuple[str, str] | None = None

    @property
    def going(self) -> int:
        """How many people get it: what is held leaves only when somebody has put something right."""
        return len(self.now) + self.waiting

    @property
    def waiting(self) -> int:
        return _count(self.later)

    @property
    def holding(self) -> int:
        return _count(self.held)

    @property
    def skipping(self) -> int:
        return _count(self.skipped)

    @property
    def cost(self) -> str:
        return money.dollars(self.micros)


def look(workspace: Workspace, people: Sequence[Recipient], asked: Sequence[Outgoing]) -> Review:
    """What the gate says to each of these texts at this moment. Nothing is written."""
    review = Review()
    groups: dict[tuple[str, str, datetime | None], Group] = {}
    for person, told in zip(people, rehearse(workspace, asked), strict=True):
        review.segments += told.segments
        review.micros += told.cost
        kind, reason, until = _said(told)
        if isinstance(told.verdict, Refuse):
            if told.verdict.code in _OF_THE_TEXT:
                review.problem = (_OF_THE_TEXT[told.verdict.code], told.verdict.reason)
            review.duplicates += told.verdict.code == "duplicate"
        if kind == "now":
            review.now.append(person)
            continue
        if (kind, reason, until) not in groups:
            groups[kind, reason, until] = Group(reason, until, [])
            getattr(review, kind).append(groups[kind, reason, until])
        groups[kind, reason, until].people.append(person)
    review.later.sort(key=lambda group: group.until.timestamp() if group.until else 0)
    return review


def _said(told: Rehearsal) -> tuple[str, str, datetime | None]:
    """The part of the review, the sentence, and when it goes."""
    if told.earlier is not None:
        return "skipped", _("They have this text already: it was sent from this window before."), None
    verdict = told.verdict
    if isinstance(verdict, Defer):
        return "later", verdict.reason, verdict.until
    if isinstance(verdict, Hold):
        return "held", verdict.reason, None
    if isinstance(verdict, Refuse):
        return "skipped", verdict.reason, None
    return "now", "", None


def _count(groups: Iterable[Group]) -> int:
    return sum(len(group.people) for group in groups)
