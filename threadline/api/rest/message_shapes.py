"""Messages as programs write and read them."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from threadline.api.rest.shapes import ListOf, Shape, Verdict
from threadline.messaging import verdicts
from threadline.messaging.models import Attempt, Receipt
from threadline.messaging.models import Message as Row

# No blanks or control characters: the carrier could not fetch it, and PostgreSQL could not store a NUL.
MediaUrl = Annotated[str, Field(max_length=2048, pattern=r"^[^\x00-\x20\x7f]+$")]
OUR_TOKEN = "api:"  # noqa: S105 - keeps programs' tokens apart from the compose form's


class NewMessage(BaseModel):
    """A text to send."""

    model_config = ConfigDict(extra="forbid", strict=True)

    to: str = Field(max_length=80, description="The person's phone number, with country code.")
    body: str = Field("", max_length=10_000, description="The words: at most 1,600 characters.")
    from_: str | None = Field(
        default=None,
        alias="from",
        max_length=80,
        description="One of your numbers, as +18335551234 or its id num_…; without it the one last used with this "
        "person, else the default.",
    )
    media: list[Annotated[str, Field(max_length=40)]] = Field(
        [], max_length=20, description="Uploads, upl_…: up to 10."
    )
    media_urls: list[MediaUrl] = Field(
        [], description="Public addresses of pictures or files; together with media up to 10."
    )
    client_token: str | None = Field(
        default=None,
        max_length=60,
        pattern=r"^[\x21-\x7e]+$",
        description="Your own id of this text: it is sent once, however often and however late you repeat it.",
    )
    allow_duplicate: bool = Field(
        False, description="Send although the same words went to this person within 24 hours."
    )


class Fault(Shape):
    """Why a text failed or waits."""

    code: int | None = Field(description="The carrier's error code.")
    message: str


class Message(Shape):
    """One text, in or out."""

    object: Literal["message"] = "message"
    id: str
    conversation: str
    direction: Literal["inbound", "outbound"]
    from_: str = Field(alias="from")
    to: str
    body: str
    status: str = Field(description="The carrier's words, and ours: scheduled, held, unknown.")
    error: Fault | None
    segments: int = Field(description="Parts that the carrier bills.")
    num_media: int
    media_urls: list[str] = Field(description="What the carrier fetches, of a text that goes out.")
    source: str = Field(description="member, api, inbound, history …")
    client_token: str | None
    sid: str | None = Field(description="The carrier's id.")
    created_at: datetime
    sent_at: datetime | None


class SentMessage(Message):
    """A text that the gate let pass."""

    verdict: Verdict


class Try(Shape):
    """One attempt to hand the text to the carrier."""

    object: Literal["attempt"] = "attempt"
    id: str
    outcome: Literal["pending", "accepted", "refused", "not_sent", "unknown", "absent", "ambiguous"]
    error: Fault | None
    sid: str | None
    started_at: datetime
    settled_at: datetime | None


class Reason(Shape):
    """What the gate saw and said about the text, at one of its two phases."""

    phase: str = Field(description="send: when it was asked for; dispatch: when it left.")
    verdict: str
    code: str | None
    reason: str | None
    facts: dict[str, Any]
    at: datetime


class MessageInFull(Message):
    """A text with what became of it, and why."""

    attempts: list[Try]
    why: list[Reason]


class MessageList(ListOf[Message]):
    """A page of texts."""


def fields(row: Row, conversation: str) -> dict[str, Any]:
    """What every shape of a message holds; `conversation` is its public id."""
    ours, theirs = row.line, row.address
    token = row.client_token or ""
    return {
        "id": row.public_id,
        "conversation": conversation,
        "direction": row.direction,
        "from": theirs if row.direction == "inbound" else ours,
        "to": ours if row.direction == "inbound" else theirs,
        "body": row.body,
        "status": row.status,
        "error": fault(row.error_code, row.error),
        "segments": row.segments,
        "num_media": row.num_media,
        "media_urls": row.media_urls,
        "source": row.source,
        "client_token": token.removeprefix(OUR_TOKEN) if token.startswith(OUR_TOKEN) else None,
        "sid": row.sid,
        "created_at": row.created_at,
        "sent_at": row.sent_at,
    }


def fault(code: int | None, message: str) -> Fault | None:
    return Fault(code=code, message=message) if code is not None or message else None


def attempt(row: Attempt) -> Try:
    return Try.model_validate(
        {
            "id": row.public_id,
            "outcome": row.outcome,
            "error": fault(row.error_code, row.error),
            "sid": row.sid,
            "started_at": row.wire_at,
            "settled_at": row.settled_at,
        }
    )


def receipt(row: Receipt) -> Reason:
    return Reason(
        phase=row.phase,
        verdict=row.verdict,
        code=row.code or None,
        reason=row.reason or None,
        facts=row.facts,
        at=row.at,
    )


def verdict(said: verdicts.Verdict) -> Verdict:
    if isinstance(said, verdicts.Send):
        return Verdict(outcome="send")
    until = said.until.isoformat() if isinstance(said, verdicts.Defer) else None
    return Verdict.model_validate({"outcome": said.name, "code": said.code, "reason": said.reason, "until": until})
