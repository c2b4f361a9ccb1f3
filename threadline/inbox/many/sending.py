"""One text to several people: the same words through the same gate for each, as something nobody typed for one."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from threadline.accounts.models import Member
from threadline.inbox.many.recipients import Recipient
from threadline.messaging.models.outbox import Priority
from threadline.messaging.outgoing import Outgoing
from threadline.messaging.send import send

_BATCH: Final = 250  # texts of one transaction: nobody else waits for long


@dataclass(frozen=True, slots=True)
class Text:
    """What everybody gets. `again`: whoever had the same words within a day gets them too."""

    body: str
    number_id: int | None = None
    media_urls: tuple[str, ...] = ()
    again: bool = False


def key_of(token: str, body: str, number_id: int | None, files: Sequence[str] = ()) -> str:
    """What all texts of one sending have in common. Equal posts of a form share it; other words make another one."""
    said = "\0".join((token, body.replace("\r\n", "\n"), str(number_id or ""), *files))
    return hashlib.blake2s(said.encode("utf-8", "replace"), digest_size=12).hexdigest()


def source_of(key: str) -> str:
    return f"bulk:{key}"


def token_before(key: str) -> str:
    """How the client token of each of its texts begins; the digits of the number follow."""
    return f"bulk-{key}-"


def texts(member: Member, people: Sequence[Recipient], text: Text, key: str) -> list[Outgoing]:
    """To many: a STOP on any line blocks, equal words wait 24 hours, caps and quiet hours count (U11, U12).

    No basis is given: what the ledger knows counts, and beyond that it is the sender's own act.
    """
    return [
        Outgoing(
            to=one.address,
            body=text.body,
            number_id=text.number_id,
            source=source_of(key),
            member_id=member.pk,
            media_urls=text.media_urls,
            client_token=token_before(key) + one.address.lstrip("+"),
            automatic=True,
            allow_duplicate=text.again,
            priority=Priority.API,  # behind what is typed for one person, before campaigns
        )
        for one in people
    ]


def send_all(member: Member, asked: Sequence[Outgoing]) -> None:
    """In batches. Cut short, the same post goes on where it stopped: each text has its own client token."""
    for start in range(0, len(asked), _BATCH):
        send(member.workspace, asked[start : start + _BATCH])


def digest(people: Sequence[Recipient]) -> str:
    """Whom a review has shown, so that nobody who has joined a group since then gets a text unseen."""
    addresses = "\n".join(sorted(one.address for one in people))
    return hashlib.blake2s(addresses.encode(), digest_size=12).hexdigest()
