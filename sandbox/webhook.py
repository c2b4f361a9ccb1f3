"""One webhook to the application: signed, with Twilio's headers, timeouts and redirects."""

from dataclasses import dataclass
from urllib.parse import urlencode

import aiohttp
from yarl import URL

from .overrides import Overrides
from .signature import sign

AGENT = "TwilioProxy/1.1"
MAX_BODY = 64 * 1024
ERRORS = {"ct": 11205, "rt": 11200, "4xx": 11200, "5xx": 11200, "redirects": 11215, "url": 11100}


@dataclass(frozen=True)
class Outcome:
    """`kind` is ok, ct, rt, 4xx, 5xx, redirects or url; `status` the HTTP status, 0 when there was no answer."""

    kind: str
    status: int = 0
    content_type: str = ""
    body: str = ""

    @property
    def error_code(self) -> int | None:
        """The debugger's code for a failure."""
        return ERRORS.get(self.kind)


async def call(
    session: aiohttp.ClientSession,
    method: str,
    url: str,
    params: dict[str, str],
    secret: str,
    idempotency: str,
    limits: Overrides,
) -> Outcome:
    """Make one request; never raises for what the other side does."""
    form = list(params.items())
    if method == "GET":
        url += ("&" if "?" in url else "?") + urlencode(form)
    headers = {
        "User-Agent": AGENT,
        "Accept": "*/*",
        "X-Twilio-Signature": sign(secret, url, form if method != "GET" else ()),
        "I-Twilio-Idempotency-Token": idempotency,
        "X-Home-Region": "us1",
    }
    data = None
    if method != "GET":
        headers["Content-Type"] = "application/x-www-form-urlencoded; charset=UTF-8"
        data = urlencode(form).encode()
    timeout = aiohttp.ClientTimeout(total=limits.tt / 1000, sock_connect=limits.ct / 1000, sock_read=limits.rt / 1000)
    try:
        target = URL(url, encoded=True)
        async with session.request(method, target, data=data, headers=headers, timeout=timeout) as answer:
            body = await answer.content.read(MAX_BODY)
            return Outcome(_kind(answer.status), answer.status, answer.content_type, body.decode("utf-8", "replace"))
    except aiohttp.TooManyRedirects:
        return Outcome("redirects")
    except (aiohttp.InvalidURL, ValueError):
        return Outcome("url")
    except (aiohttp.ConnectionTimeoutError, aiohttp.ClientConnectorError, aiohttp.ServerDisconnectedError):
        return Outcome("ct")
    except TimeoutError:
        return Outcome("rt")
    except aiohttp.ClientOSError:
        return Outcome("ct")
    except aiohttp.ClientError:
        return Outcome("rt")


def _kind(status: int) -> str:
    return "ok" if status < 400 else "4xx" if status < 500 else "5xx"
