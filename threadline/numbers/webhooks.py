"""The addresses that Twilio calls for a connection, and setting a number's "A message comes in" to ours."""

from dataclasses import dataclass
from typing import Final

from django.conf import settings

from threadline.numbers import places
from threadline.numbers.models import Connection

INCOMING: Final = "/api/incoming-sms"
METHOD: Final = "POST"


@dataclass(frozen=True)
class Urls:
    """Both forms for texts coming in: the fixed path, and the connection's own that pins workspace and credentials."""

    incoming: str
    incoming_own: str

    def __contains__(self, url: str) -> bool:
        return url.rstrip("/") in (self.incoming, self.incoming_own)


def public_base(connection: Connection) -> str:
    """Where this connection's webhooks reach us, without a slash at the end; "" when they cannot.

    The sandbox calls this machine; Twilio calls THREADLINE_URL, which must be an address of the internet (T2).
    """
    if connection.is_sandbox:
        local: str = settings.THREADLINE_LOCAL_URL or settings.THREADLINE_URL
        return local
    url: str = settings.THREADLINE_URL
    return url if url and places.is_public(url) else ""


def urls_for(connection: Connection) -> Urls | None:
    """The URLs a number may point at; None when nothing can reach us."""
    base = public_base(connection)
    return Urls(base + INCOMING, f"{base}/hooks/{connection.hook_key}/incoming-sms") if base else None


def status_callback(connection: Connection, attempt: str) -> str:
    """Where a sent text's states are reported, by the attempt's public id; "" leaves the callback out (T2)."""
    base = public_base(connection)
    return f"{base}/hooks/{connection.hook_key}/message-status/{attempt}" if base else ""
