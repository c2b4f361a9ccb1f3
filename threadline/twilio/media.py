"""Fetching a text's file: credentials for the message's own address only, none for redirects."""

import re
from collections.abc import Iterator
from types import TracebackType
from typing import Any
from urllib.parse import urljoin, urlsplit

from django.utils.translation import gettext as _

from threadline.twilio import hosts
from threadline.twilio.records import CarrierError
from threadline.twilio.transport import refusal, unreachable

LARGEST = 20 * 1024 * 1024
_CHUNK = 64 * 1024
_REDIRECTS = 3
_FILE_HOSTS = frozenset({"media.twiliocdn.com", "mms.twiliocdn.com"})
_BUCKET_HOSTS = frozenset({"s3.amazonaws.com", "s3-external-1.amazonaws.com"})
_BUCKETS = ("/media.twiliocdn.com/", "/mms.twiliocdn.com/")


class Download:
    """An open file: `content_type`, `length` in bytes (None: not told), and `chunks()`. Close it, or use `with`."""

    def __init__(self, session: Any, response: Any) -> None:
        self._session, self._response = session, response
        self.content_type = str(response.headers.get("Content-Type", "")).partition(";")[0].strip().lower()
        told = response.headers.get("Content-Length", "")
        self.length = int(told) if told.isdigit() else None

    def chunks(self, largest: int = LARGEST) -> Iterator[bytes]:
        """Yield the bytes; raises `CarrierError` when there are more than `largest`, or when the connection breaks."""
        from requests.exceptions import RequestException

        size = 0
        try:
            for chunk in self._response.iter_content(_CHUNK):
                size += len(chunk)
                if size > largest:
                    raise CarrierError("refused", 11751, _("The file is too large to keep."))
                yield chunk
        except RequestException as error:
            raise unreachable(error) from None

    def close(self) -> None:
        """Hang up."""
        self._response.close()
        self._session.close()

    def __enter__(self) -> "Download":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.close()


def address(account_sid: str, base_url: str, message_sid: str, url: str) -> str:
    """Where to ask for a file with credentials. Raises `ForbiddenHostError` unless it is that message's, to the letter.

    Only the path is taken over; the host is always the connection's own.
    """
    parts = urlsplit(url)
    prefix = f"/2010-04-01/Accounts/{re.escape(account_sid)}/Messages/{re.escape(message_sid)}/Media/"
    path = re.fullmatch(rf"(?:/~{re.escape(hosts.API)})?({prefix}ME[0-9a-fA-F]{{32}})", parts.path)
    own = parts.scheme == "https" and parts.netloc == hosts.API
    if not own and hosts.is_sandbox(base_url):
        own = parts.netloc == urlsplit(base_url).netloc or hosts.allowed(f"{parts.scheme}://{parts.netloc}")
    if not own or not path or parts.query or parts.fragment:
        raise hosts.ForbiddenHostError("not the address of a file of this message")
    return hosts.root(base_url) + path[1]


def onward(base_url: str, location: str) -> str:
    """Where a redirect may lead: to Twilio's file hosts. Raises `ForbiddenHostError` for anything else."""
    parts = urlsplit(location)
    query = f"?{parts.query}" if parts.query else ""
    if hosts.is_sandbox(base_url):
        for host in _FILE_HOSTS:
            if parts.path.startswith(f"/~{host}/") and ".." not in parts.path:
                return f"{base_url.rstrip('/')}{parts.path}{query}"
        raise hosts.ForbiddenHostError("the sandbox redirects to itself only")
    bucket = parts.netloc in _BUCKET_HOSTS and parts.path.startswith(_BUCKETS)
    if parts.scheme != "https" or ".." in parts.path or not (parts.netloc in _FILE_HOSTS or bucket):
        raise hosts.ForbiddenHostError("a file of Twilio's lies elsewhere")
    return location


def download(
    account_sid: str, token: str, base_url: str, message_sid: str, url: str, timeout: float = 10.0
) -> Download:
    """Open a file of a message.

    Raises `CarrierError` (code 20404: not there, perhaps not yet) and `ForbiddenHostError`.
    """
    from requests import Session
    from requests.exceptions import RequestException

    target = address(account_sid, base_url, message_sid, url)
    auth: tuple[str, str] | None = (account_sid, token)
    session = Session()
    session.trust_env = not hosts.is_sandbox(base_url)
    try:
        for _hop in range(_REDIRECTS + 1):
            if auth is None:
                session.auth = _nobody
            response = session.get(target, auth=auth, timeout=(timeout, timeout), stream=True, allow_redirects=False)
            if 200 <= response.status_code < 300:
                return Download(session, response)
            if not 300 <= response.status_code < 400:
                raise _refusal(response)
            target, auth = onward(base_url, urljoin(target, response.headers.get("Location", ""))), None
            response.close()
        raise CarrierError("refused", 0, _("The file's address leads in a circle."))
    except RequestException as error:
        session.close()
        raise unreachable(error) from None
    except BaseException:
        session.close()
        raise


def _nobody(request: Any) -> Any:
    """No credentials, not even from a .netrc file."""
    return request


def _refusal(response: Any) -> CarrierError:
    text = response.raw.read(_CHUNK, decode_content=True).decode("utf-8", "replace")
    error = refusal(response.status_code, text)
    if response.status_code == 404 and not error.code:
        error = refusal(404, '{"code": 20404}')
    return error
