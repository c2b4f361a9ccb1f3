"""Which sandbox can be offered, and which of our own addresses Twilio can reach."""

import ipaddress
from urllib.parse import urlsplit

from django.conf import settings

from threadline.twilio import hosts


def sandbox_url() -> str:
    """The sandbox that serve started beside us; "" when there is none."""
    url: str = settings.THREADLINE_SANDBOX_URL
    return url if url and hosts.allowed(url) else ""


def is_public(url: str) -> bool:
    """Whether Twilio can reach the URL from the internet, as far as its text tells: no loopback or private address."""
    host = urlsplit(url).hostname or ""
    if not host or host == "localhost" or host.endswith((".localhost", ".local", ".internal", ".lan")):
        return False
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return "." in host
