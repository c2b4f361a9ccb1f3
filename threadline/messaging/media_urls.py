"""Signed addresses of our files: whoever has one may fetch that file, for about a week, and nothing else."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from urllib.parse import quote, unquote, urlsplit

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.utils.translation import gettext as _

from threadline.lib import clock
from threadline.numbers import webhooks
from threadline.numbers.models import Connection

PATH: Final = "/media/out/"
# The carrier holds a text for at most ten hours. Many days, because an address also stands in what API clients read;
# whole ones, so that all texts of a day carry the same address and the carrier fetches the file once.
DAYS: Final = 7
_DAY: Final = 86_400
_NOBODY: Final = "http://localhost"  # stands for our address where none is set: in a test, or before the first start
_signer = Signer(sep=".", salt="threadline.messaging.media_urls")


def signature(public_id: str, now: datetime) -> str:
    """For the path of a file: the day it ends, and the proof that we said so."""
    until = int(now.timestamp()) // _DAY + DAYS + 1
    return f"{until}.{_signer.signature(f'{public_id}.{until}')}"


def is_good(public_id: str, given: str, now: datetime) -> bool:
    """Whether the signature is ours, of this file, and not over."""
    try:
        _id, _dot, until = _signer.unsign(f"{public_id}.{given}").rpartition(".")
    except BadSignature:
        return False
    return until.isdecimal() and now.timestamp() < int(until) * _DAY


def absolute(public_id: str, name: str, now: datetime, base: str = "") -> str:
    """The address of a file; `base` without a slash at the end, else where this installation is reached."""
    base = base or settings.THREADLINE_URL or settings.THREADLINE_LOCAL_URL or _NOBODY
    return f"{base}{PATH}{public_id}/{signature(public_id, now)}/{quote(name)}"


def public_id_of(url: str) -> str:
    """The file that an address of ours means; "" for any other address."""
    if PATH not in url:
        return ""
    base, _path, rest = url.partition(PATH)
    ours = (settings.THREADLINE_URL, settings.THREADLINE_LOCAL_URL, _NOBODY, *settings.THREADLINE_FORMER_URLS)
    return rest.partition("/")[0] if base and base in ours else ""


class NotPublicError(Exception):
    """The carrier of a connection cannot fetch our files; the message is a sentence."""


def problem(connection: Connection) -> str:
    """Why texts over this connection cannot carry our files; "" when they can."""
    if webhooks.public_base(connection):
        return ""
    return _(
        "Twilio fetches pictures and files from this installation, which has no public address. "
        "Set THREADLINE_URL to its https address, or send the text without them."
    )


def for_carrier(urls: Sequence[str], connection: Connection) -> list[str]:
    """The addresses as a text carries them when it leaves: ours are signed anew, below what this carrier can reach.

    Raises NotPublicError when it reaches us nowhere.
    """
    return [_fresh(url, connection) for url in urls]


def _fresh(url: str, connection: Connection) -> str:
    public_id = public_id_of(url)
    if not public_id:
        return url
    if sentence := problem(connection):
        raise NotPublicError(sentence)
    name = urlsplit(url).path.rpartition("/")[2]
    return absolute(public_id, unquote(name), clock.now(), webhooks.public_base(connection))
