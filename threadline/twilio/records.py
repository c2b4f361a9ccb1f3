"""What Twilio's lists and objects hold, as typed values of our own: the rest of the product sees no SDK."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from threadline.lib.money import micros

Trouble = Literal["credentials", "unreachable", "refused", "throttled"]


class CarrierError(Exception):
    """A request to Twilio that failed: what kind of trouble, Twilio's code (0: none), a sentence for people."""

    def __init__(self, kind: Trouble, code: int, sentence: str) -> None:
        super().__init__(sentence)
        self.kind: Trouble = kind
        self.code = code
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Account:
    """A Twilio account: `status` is active, suspended or closed, `type` Trial or Full."""

    sid: str
    friendly_name: str
    status: str
    type: str


@dataclass(frozen=True, slots=True)
class Balance:
    """What is left at Twilio, in millionths of the currency."""

    micros: int
    currency: str


@dataclass(frozen=True, slots=True)
class IncomingNumber:
    """A phone number of the account. `capabilities` has the keys sms, mms, voice, fax; URLs are "" when not set."""

    sid: str
    phone: str
    label: str
    capabilities: Mapping[str, bool]
    sms_url: str
    sms_method: str
    sms_application_sid: str
    voice_url: str
    voice_method: str
    voice_application_sid: str
    status_callback: str
    created_at: datetime | None

    @classmethod
    def of(cls, number: Any) -> "IncomingNumber":
        """Take over what the SDK read."""
        raw = number.capabilities if isinstance(number.capabilities, Mapping) else {}
        return cls(
            sid=number.sid,
            phone=number.phone_number or "",
            label=number.friendly_name or "",
            capabilities={str(name).lower(): bool(able) for name, able in raw.items()},
            sms_url=number.sms_url or "",
            sms_method=number.sms_method or "",
            sms_application_sid=number.sms_application_sid or "",
            voice_url=number.voice_url or "",
            voice_method=number.voice_method or "",
            voice_application_sid=number.voice_application_sid or "",
            status_callback=number.status_callback or "",
            created_at=number.date_created,
        )


@dataclass(frozen=True, slots=True)
class MessageRecord:
    """A text as Twilio lists it. `direction` is inbound, outbound-api, outbound-reply or outbound-call.

    `price_micros` is its cost in micro-USD, positive; None until it is rated, or in another currency.
    """

    sid: str
    account_sid: str
    direction: str
    from_: str
    to: str
    body: str
    status: str
    num_segments: int
    num_media: int
    error_code: int | None
    error_message: str
    price_micros: int | None
    messaging_service_sid: str
    created_at: datetime
    sent_at: datetime | None
    updated_at: datetime | None

    @property
    def inbound(self) -> bool:
        """Whether a person sent it to us."""
        return self.direction == "inbound"

    @classmethod
    def of(cls, message: Any) -> "MessageRecord":
        """Take over what the SDK read."""
        price = micros(message.price) if (message.price_unit or "USD").upper() == "USD" else None
        code = message.error_code
        return cls(
            sid=message.sid,
            account_sid=message.account_sid or "",
            direction=message.direction or "",
            from_=message.from_ or "",
            to=message.to or "",
            body=(message.body or "").replace("\x00", "\u2400"),
            status=message.status or "",
            num_segments=_count(message.num_segments),
            num_media=_count(message.num_media),
            error_code=code if isinstance(code, int) and code else None,
            error_message=message.error_message or "",
            price_micros=None if price is None else abs(price),
            messaging_service_sid=message.messaging_service_sid or "",
            created_at=message.date_created or message.date_sent or datetime.fromtimestamp(0, UTC),
            sent_at=message.date_sent,
            updated_at=message.date_updated,
        )


@dataclass(frozen=True, slots=True)
class MediaRecord:
    """A file of a text: `url` is where `Client.fetch_media` finds it."""

    sid: str
    url: str
    content_type: str


def _count(text: Any) -> int:
    return int(text) if isinstance(text, int) or (isinstance(text, str) and text.isdigit()) else 0
