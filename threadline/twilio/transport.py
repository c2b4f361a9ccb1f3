"""The SDK's HTTP client as we want it: our hosts only, bounded waiting, typed errors, nothing in the log."""

import json
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from threadline.twilio import errors, hosts
from threadline.twilio.records import CarrierError


@lru_cache(maxsize=1)
def transport_class() -> type[Any]:
    """The class, made on first use: the SDK and requests cost memory that most processes never need."""
    from requests.exceptions import RequestException
    from twilio.http.http_client import TwilioHttpClient

    class Transport(TwilioHttpClient):  # type: ignore[misc]
        """Sends every request to the connection's own root; a 4xx or 5xx becomes a `CarrierError`."""

        def __init__(self, base_url: str, timeout: float) -> None:
            hosts.root(base_url)
            super().__init__()
            self.base_url = base_url
            self.timeout = (timeout, timeout)  # to connect; between two bytes of the answer
            if hosts.is_sandbox(base_url):
                self.session.trust_env = False  # no proxy stands before this machine

        def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Any:
            try:
                answer = super().request(method, rooted(self.base_url, url), *args, **kwargs)
            except RequestException as error:
                raise unreachable(error) from None
            if answer.status_code >= 400:
                raise refusal(answer.status_code, answer.text)
            return answer

        def log_request(self, kwargs: dict[str, Any]) -> None:
            """Nothing: queries hold phone numbers, bodies hold texts."""

        def log_response(self, status_code: int, response: Any) -> None:
            """Nothing: bodies hold texts."""

    return Transport


def rooted(base_url: str, url: str) -> str:
    """The same request on the connection's own root. Raises `ForbiddenHostError` for a host that is not Twilio's."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme != "https" or not host.endswith(".twilio.com"):
        raise hosts.ForbiddenHostError(f"not a host of Twilio: {host}")
    return f"{hosts.root(base_url, host)}{parts.path}" + (f"?{parts.query}" if parts.query else "")


def unreachable(error: Exception) -> CarrierError:
    """Nobody answered, or not in time. Only the kind of error is told: its text may hold a whole URL."""
    why = type(error).__name__
    return CarrierError(
        "unreachable", 0, _("Twilio could not be reached (%(why)s). Try again in a minute.") % {"why": why}
    )


def refusal(status: int, text: str) -> CarrierError:
    """Read an error answer."""
    try:
        body = json.loads(text)
    except ValueError:
        body = None
    fields = body if isinstance(body, dict) else {}
    told_code = fields.get("code")
    code = told_code if isinstance(told_code, int) else 0
    if status == 429:
        return CarrierError("throttled", code or 20429, errors.explain(20429).sentence)
    if status >= 500:
        return CarrierError("unreachable", code, errors.explain(code or 20503).sentence)
    if status == 401 or code == 20003:
        return CarrierError("credentials", code or 20003, errors.explain(20003).sentence)
    known = errors.explain(code)
    told = str(fields.get("message") or fields.get("detail") or "")
    if known.kind == "unknown" and told:
        return CarrierError("refused", code, _("Twilio refused: %(reason)s") % {"reason": told})
    return CarrierError("refused", code, known.sentence)
