"""Where credentials may go: to Twilio, or to a sandbox on this machine. Nowhere else, whatever the database says."""

import ipaddress
from urllib.parse import urlsplit

API = "api.twilio.com"


class ForbiddenHostError(ValueError):
    """A base URL that credentials must not be sent to."""


def allowed(base_url: str) -> bool:
    """Whether a connection's base URL is Twilio's ("" or https://api.twilio.com) or a loopback sandbox's."""
    if base_url in {"", f"https://{API}", f"https://{API}/"}:
        return True
    try:
        url = urlsplit(base_url)
        port_is_fine = url.port != 0
    except ValueError:
        return False
    if url.scheme not in {"http", "https"} or url.username is not None or url.query or url.fragment or "\\" in base_url:
        return False
    return port_is_fine and _is_loopback(url.hostname or "")


def is_sandbox(base_url: str) -> bool:
    """Whether the base URL is a sandbox's rather than Twilio's own."""
    return base_url.rstrip("/") not in {"", f"https://{API}"}


def root(base_url: str, host: str = API) -> str:
    """The URL under which a Twilio host's paths are found; on the sandbox the host travels in the path.

    Raises `ForbiddenHostError` for anything that is not `allowed`.
    """
    if not allowed(base_url):
        raise ForbiddenHostError("credentials go to Twilio or to a sandbox on this machine, nowhere else")
    return f"{base_url.rstrip('/')}/~{host}" if is_sandbox(base_url) else f"https://{host}"


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
