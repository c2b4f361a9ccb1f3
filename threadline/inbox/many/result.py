"""After a text went to several people: what became of each, read from the texts and from the gate's receipts."""

from dataclasses import dataclass
from datetime import datetime

from threadline.accounts.models import Workspace
from threadline.contacts import finding
from threadline.inbox.many import sending
from threadline.lib import phones
from threadline.messaging import receipts, states
from threadline.messaging.models import Conversation, Message


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
    """Whoever got a text, newest state first known; whoever was left out; the words and when they were sent."""

    sent: list[Row]
    skipped: list[Row]
    body: str
    at: datetime


def of(workspace: Workspace, key: str) -> Result | None:
    """None when this workspace has sent nothing of that key."""
    before = sending.token_before(key)
    # The range is what the index of client tokens finds; that they begin so is what counts.
    made = Message.objects.filter(
        workspace=workspace, client_token__gt=before, client_token__lt=f"{before}z", client_token__startswith=before
    )
    found = made.filter(deleted_at=None).order_by("id").select_related("conversation__contact")
    texts = list(found)
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
        [_sent(text, workspace.country) for text in texts],
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
        texts[0].body if texts else "",
        texts[0].created_at if texts else min(receipt.at for receipt in left_out.values()),
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
