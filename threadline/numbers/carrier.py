"""What this room asks the carrier, within ten seconds, and its refusals as sentences that name the field to correct."""

import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeVar

from django.utils.translation import gettext as _

from threadline.numbers.models import Connection
from threadline.numbers.problems import ProblemError
from threadline.twilio.client import Account, CarrierError, Client, IncomingNumber

_TIMEOUT: Final = 4.0  # to connect, and again for the answer
_TEST_CREDENTIALS, _NOT_FOUND, _NO_ACCESS = 20008, 20404, 20006

T = TypeVar("T")
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Number:
    """A number of the account; `label` is its friendly name unless that only repeats the digits.

    `sms_url` is what answers its texts: a URL, "" for nothing, or the SID (AP…) of a TwiML application, which wins.
    """

    sid: str
    phone: str
    label: str
    sms: bool
    mms: bool
    voice: bool
    sms_url: str
    sms_method: str

    @classmethod
    def of(cls, one: IncomingNumber) -> "Number":
        digits = re.sub(r"\D", "", one.label)
        able = one.capabilities
        return cls(
            one.sid,
            one.phone,
            "" if digits and one.phone.endswith(digits) else one.label[:80],
            able.get("sms", False),
            able.get("mms", False),
            able.get("voice", False),
            one.sms_application_sid or one.sms_url,
            one.sms_method,
        )


def account(account_sid: str, auth_token: str, base_url: str) -> Account:
    """The account itself: the test whether credentials work. ProblemError."""
    return _ask(lambda: _client(account_sid, auth_token, base_url).account())


def numbers(account_sid: str, auth_token: str, base_url: str) -> list[Number]:
    """Every phone number of the account. ProblemError."""
    return [Number.of(one) for one in _ask(lambda: _client(account_sid, auth_token, base_url).numbers())]


def pools(account_sid: str, auth_token: str, base_url: str, patience: float | None = None) -> dict[str, str] | None:
    """Which Messaging Service each number is in, by SID; None when that cannot be read, now or with these credentials.

    Texts go without it, so nothing fails for it. `patience` seconds are all it may take where a person waits.
    """
    try:
        return _client(account_sid, auth_token, base_url).pools(patience)
    except CarrierError as error:
        logger.warning("The messaging services of %s could not be read: %s (%d)", account_sid, error.kind, error.code)
        return None


def number(connection: Connection, sid: str) -> Number:
    """One number as it is now. ProblemError, also when it is no longer on the account."""
    return Number.of(_ask(lambda: _of(connection).number(sid), missing=_number_missing()))


def set_sms_url(connection: Connection, sid: str, url: str, method: str) -> Number:
    """Let texts to the number go to the URL; returns the number as it is then. ProblemError."""
    return Number.of(_ask(lambda: _of(connection).set_sms_url(sid, url, method), missing=_number_missing()))


def _of(connection: Connection) -> Client:
    return _client(connection.account_sid, connection.auth_token, connection.base_url)


def _client(account_sid: str, auth_token: str, base_url: str) -> Client:
    return Client(account_sid, auth_token, base_url, timeout=_TIMEOUT)


def _number_missing() -> ProblemError:
    return ProblemError("", _("This number is no longer on the Twilio account. Press “Check now” on the Numbers page."))


def _ask(question: Callable[[], T], missing: ProblemError | None = None) -> T:
    try:
        return question()
    except CarrierError as error:
        if missing is not None and error.code == _NOT_FOUND:
            raise missing from None
        raise _in_words(error) from None


def _in_words(error: CarrierError) -> ProblemError:
    if error.code == _TEST_CREDENTIALS:
        text = _("These are Twilio's test credentials, which send nothing. Use the live Account SID and Auth Token.")
        return ProblemError("account_sid", text)
    if error.kind == "credentials":
        text = _(
            "Twilio does not accept this token for this account. Copy the Auth Token from the Console again, and check "
            "that the Account SID stands beside it there."
        )
        return ProblemError("auth_token", text)
    if error.code in (_NOT_FOUND, _NO_ACCESS):
        text = _("Twilio knows no account with this SID. Copy the Account SID from the Console again.")
        return ProblemError("account_sid", text)
    if error.kind == "unreachable":
        text = _("Check that this server may reach api.twilio.com (port 443). Nothing was saved.")
        return ProblemError("", f"{error.sentence} {text}")
    return ProblemError("", error.sentence)
