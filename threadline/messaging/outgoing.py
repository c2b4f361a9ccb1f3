"""What callers hand to `send` and what they get back."""

from dataclasses import dataclass
from datetime import datetime

from threadline.messaging.models.outbox import Priority
from threadline.messaging.verdicts import Verdict


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One text to one person.

    `number_id` None: the line last used with that person, else the workspace's default. `automatic`: nobody typed it by
    hand for this one person. `source` is opaque to the heart ("member", "api", "campaign:12") and can be withdrawn.
    """

    to: str
    body: str
    number_id: int | None = None
    source: str = "member"
    member_id: int | None = None
    media_urls: tuple[str, ...] = ()
    client_token: str | None = None
    automatic: bool = False
    stop_on_reply: bool = False
    allow_duplicate: bool = False
    priority: int = Priority.PERSON
    run_after: datetime | None = None
    not_after: datetime | None = None  # the hours in which it may reach the person end here
    waits_outside: bool = False  # may it not leave yet, the caller keeps the Defer and asks again; no message is made
    basis: str = ""  # of consent, for the receipt: who said when that this person opted in


@dataclass(frozen=True, slots=True)
class MessageRef:
    id: int
    public_id: str
    conversation_public_id: str
    status: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """The gate's verdict on one text; `message` is None when it was refused, and when it waits outside.

    `repeated`: an equal request came before.
    """

    verdict: Verdict
    message: MessageRef | None = None
    repeated: bool = False
