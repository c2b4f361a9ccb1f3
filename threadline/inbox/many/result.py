"""After a text went to several people: what became of each, read from the texts and from the gate's receipts."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import QuerySet

from threadline.accounts.models import Workspace
from threadline.contacts import finding
from threadline.inbox.many import sending
from threadline.lib import phones
from threadline.messaging import receipts, states, statuses
from threadline.messaging.models import Conversation, Message

PAGE: Final = 100  # people


@dataclass(frozen=True, slots=True)
class Row:
    """One person. `state` is None for whoever was left out; `conversation` is "" where nothing passed with them yet."""

    name: str
    phone: str  # as people write it
    conversation: str
    state: states.State | None
    why: str


@dataclass(frozen=True, slots=True)
class Result:
    """Whoever was asked for, those who were left out and those who got a text; the words, and when they were sent."""

    skipped: list[Row]
    sent: list[Row]
    body: str
    at: datetime

    @property
    def held(self) -> int:
        """How many texts wait for somebody to put something right."""
        return sum(row.state is states.STATES[statuses.HELD] for row in self.sent)

    @property
    def queued(self) -> int:
        return len(self.sent) - self.held

    @property
    def sums(self) -> list[tuple[states.State, int]]:
        """How many texts are in which state, the largest number first."""
        return Counter(row.state for row in self.sent if row.state).most_common()

    def page(self, number: int) -> "Result":
        """At most PAGE people of it; the first page is 0."""
        start = number * PAGE
        skipped, sent = self.skipped[start : start + PAGE], self.sent[max(0, start - len(self.skipped)) :]
        sent = sent[: max(0, start + PAGE - max(start, len(self.skipped)))]
        return Result(skipped, sent, self.body, self.at)

    @property
    def people(self) -> int:
        return len(self.skipped) + len(self.sent)


def exists(workspace: Workspace, key: str) -> bool:
    """Whether this workspace has sent, or tried to send, anything of that key."""
    return _made(workspace, key).exists() or bool(receipts.without_message(workspace.pk, sending.source_of(key)))


def of(workspace: Workspace, key: str) -> Result | None:
    """None when this workspace has sent nothing of that key."""
    texts = list(_made(workspace, key).filter(deleted_at=None).order_by("id").select_related("conversation__contact"))
    left_out = receipts.without_message(workspace.pk, sending.source_of(key))
    for text in texts:
        left_out.pop(text.address, None)
    if not texts and not left_out:
        return None
    owners = finding.owners(workspace, list(left_out))
    talks = dict(
        Conversation.objects.filter(workspace=workspace, address__in=left_out).values_list("address", "public_id")
    )
    return Result(
        [
            Row(
                owners[address].name if address in owners else "",
                phones.display(address, workspace.country),
                talks.get(address, ""),
                None,
                receipt.reason,
            )
            for address, receipt in left_out.items()
        ],
        [_sent(text, workspace.country) for text in texts],
        texts[0].body if texts else "",
        texts[0].created_at if texts else min(receipt.at for receipt in left_out.values()),
    )


def _made(workspace: Workspace, key: str) -> QuerySet[Message]:
    """The range is what the index of client tokens finds; that they begin so is what counts."""
    before = sending.token_before(key)
    return Message.objects.filter(
        workspace=workspace, client_token__gt=before, client_token__lt=f"{before}z", client_token__startswith=before
    )


def _sent(text: Message, country: str) -> Row:
    contact = text.conversation.contact
    return Row(
        contact.name if contact and contact.deleted_at is None else "",
        phones.display(text.address, country),
        text.conversation.public_id,
        states.of(text.status),
        text.error,
    )
