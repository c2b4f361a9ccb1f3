"""How the POST of a text can end. Only `Accepted` and `Unknown` may ever have reached a person."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Accepted:
    """The carrier has the text: its sid, first status and the raw counts and price (empty text: not told yet)."""

    sid: str
    status: str
    num_segments: str = ""
    num_media: str = ""
    price: str = ""
    price_unit: str = ""
    from_: str = ""
    messaging_service_sid: str = ""
    date_created: str = ""


@dataclass(frozen=True, slots=True)
class Refused:
    """The carrier answered no (4xx): provably not sent. `code` is Twilio's, 0 when the answer had none."""

    code: int
    reason: str
    http: int


@dataclass(frozen=True, slots=True)
class Throttled:
    """The carrier asked to slow down (429): not executed. Wait `retry_after` seconds."""

    retry_after: float
    code: int = 20429


@dataclass(frozen=True, slots=True)
class NotSent:
    """No byte of the request left: the name, the connection or TLS failed. Safe to try again."""

    reason: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """It may or may not have been accepted: time out, 5xx, a dying connection. Never send it again without proof."""

    reason: str


Outcome = Accepted | Refused | Throttled | NotSent | Unknown
