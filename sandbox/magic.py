"""Twilio's magic numbers: texts from and to +1500555000x, and the account of test credentials."""

from .errors import TwilioError

GOOD_SENDER = "+15005550006"
SENDERS = {"+15005550001": 21212, "+15005550007": 21606, "+15005550008": 21611}
RECIPIENTS = {
    "+15005550001": 21211,
    "+15005550002": 21612,
    "+15005550003": 21408,
    "+15005550004": 21610,
    "+15005550009": 21614,
}
PURCHASES = {"+15005550000": 21422, "+15005550001": 21421}


def check_sender(sender: str) -> None:
    """With test credentials only one sender works. Raises the code of the number."""
    if sender != GOOD_SENDER:
        raise TwilioError(SENDERS.get(sender, 21606), sender)


def check_recipient(to: str, sender: str) -> None:
    """Refuse the recipients that stand for an error; on every account, so that errors can be tried by hand."""
    if to in RECIPIENTS:
        raise TwilioError(RECIPIENTS[to], to, sender)
