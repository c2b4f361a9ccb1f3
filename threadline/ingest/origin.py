"""Under which URLs the carrier may have signed: our configured public ones, and what a trusted proxy says."""

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings


@dataclass(frozen=True, slots=True)
class Origins:
    """The configuration, read once per process. A base: scheme, host, perhaps a path prefix, no slash at its end."""

    public: tuple[str, ...]  # THREADLINE_URL first, then former ones: their webhooks stay valid
    local: str  # this machine's own address, for the sandbox alone
    proxies: tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]

    def bases(self, sandbox: bool, peer: str, headers: Mapping[bytes, bytes]) -> tuple[str, ...]:
        """The bases to try, likeliest first."""
        bases = self.public
        if sandbox and self.local:
            bases = (*bases, self.local) if self.public else (self.local,)
        if self.proxies and (forwarded := self.forwarded(peer, headers)):
            bases = (*bases, forwarded)
        return bases

    def forwarded(self, peer: str, headers: Mapping[bytes, bytes]) -> str:
        """What a trusted proxy says the client asked for; "" when the peer is none."""
        if not self.trusts(peer):
            return ""
        scheme = _first(headers.get(b"x-forwarded-proto", b"")) or "http"
        host = _first(headers.get(b"x-forwarded-host", b"")) or _first(headers.get(b"host", b""))
        return f"{scheme}://{host}" if scheme in ("http", "https") and host else ""

    def trusts(self, peer: str) -> bool:
        """Whether a peer's address is among THREADLINE_TRUSTED_PROXIES."""
        try:
            address = ipaddress.ip_address(peer)
        except ValueError:
            return False
        return any(address in network for network in self.proxies)


def configured() -> Origins:
    """Read the settings; an address among the proxies that is none stops the start with its name."""
    public = [settings.THREADLINE_URL, *settings.THREADLINE_FORMER_URLS]
    return Origins(
        public=tuple(dict.fromkeys(url.rstrip("/") for url in public if url)),
        local=settings.THREADLINE_LOCAL_URL,
        proxies=tuple(_network(name) for name in settings.THREADLINE_TRUSTED_PROXIES),
    )


def _network(name: str) -> Any:
    try:
        return ipaddress.ip_network(name, strict=False)
    except ValueError:
        raise SystemExit(f"THREADLINE_TRUSTED_PROXIES: {name!r} is no address or network") from None


def _first(value: bytes) -> str:
    return value.decode("latin-1").split(",", 1)[0].strip()
