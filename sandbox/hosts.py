"""Which web addresses the carrier accepts, and which of them lie on this machine."""

import ipaddress
from urllib.parse import urlsplit

NAMES = frozenset({"localhost", "localhost.localdomain"})


def host_of(url: str) -> str | None:
    """The host of an absolute http(s) URL, or None when it is not one."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    return parts.hostname if parts.scheme in ("http", "https") else None


def is_loopback(host: str) -> bool:
    """Whether a host name or address is this machine."""
    if host in NAMES or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def is_callback(url: str, refuse_loopback: bool) -> bool:
    """Whether a StatusCallback is acceptable: absolute, no underscore in the host; loopback unless refused."""
    host = host_of(url)
    if not host or "_" in host:
        return False
    return not (refuse_loopback and is_loopback(host))
