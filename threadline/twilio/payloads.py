"""Twilio's webhook forms as typed values: tolerant of missing, repeated and unknown fields."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

MOST_MEDIA = 10


class Media(NamedTuple):
    """One file of a text: where Twilio keeps it and what it says it is."""

    url: str
    content_type: str


@dataclass(frozen=True, slots=True)
class InboundText:
    """A text that arrived. Addresses are opaque: E.164, short codes, "whatsapp:…". `num_segments` is at least 1."""

    sid: str
    account_sid: str
    from_: str
    to: str
    body: str
    num_segments: int = 1
    media: tuple[Media, ...] = ()
    messaging_service_sid: str = ""
    opt_out_type: str = ""
    profile_name: str = ""

    @classmethod
    def parse(cls, params: Iterable[tuple[str, str]]) -> "InboundText":
        """Read the fields of an incoming-message webhook. A form without a sid gives an empty `sid`: no text."""
        get = _first(params).get
        count = min(_number(get("NumMedia", "")), MOST_MEDIA)
        media = (Media(get(f"MediaUrl{n}", ""), get(f"MediaContentType{n}", "")) for n in range(count))
        return cls(
            sid=get("MessageSid") or get("SmsMessageSid") or get("SmsSid", ""),
            account_sid=get("AccountSid", ""),
            from_=get("From", ""),
            to=get("To", ""),
            body=get("Body", ""),
            num_segments=max(_number(get("NumSegments", "")), 1),
            media=tuple(each for each in media if each.url),
            messaging_service_sid=get("MessagingServiceSid", ""),
            opt_out_type=get("OptOutType", ""),
            profile_name=get("ProfileName", ""),
        )


@dataclass(frozen=True, slots=True)
class StatusUpdate:
    """A status callback. `status` is Twilio's word, "" when it told none; `error_code` is None without an error."""

    sid: str
    account_sid: str
    status: str
    error_code: int | None = None
    error_message: str = ""
    from_: str = ""
    to: str = ""
    messaging_service_sid: str = ""

    @classmethod
    def parse(cls, params: Iterable[tuple[str, str]]) -> "StatusUpdate":
        """Read the fields of a status callback."""
        get = _first(params).get
        status = get("MessageStatus") or get("SmsStatus", "")
        return cls(
            sid=get("MessageSid") or get("SmsSid", ""),
            account_sid=get("AccountSid", ""),
            status="read" if get("EventType", "").upper() == "READ" else status.lower(),
            error_code=_number(get("ErrorCode", "")) or None,
            error_message=get("ErrorMessage") or get("ChannelStatusMessage", ""),
            from_=get("From", ""),
            to=get("To", ""),
            messaging_service_sid=get("MessagingServiceSid", ""),
        )


def _first(params: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The first value of each name, with NUL made visible: PostgreSQL stores none."""
    fields: dict[str, str] = {}
    for name, value in params:
        if name not in fields:
            fields[name] = value.replace("\x00", "\u2400") if "\x00" in value else value
    return fields


def _number(text: str) -> int:
    """A small whole number as forms carry it; 0 for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
