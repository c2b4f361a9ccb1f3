"""Everything rare that is asked of Twilio, through its own SDK: account, numbers, lists, media. Texts fly elsewhere."""

import time
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from threadline.lib.money import micros
from threadline.twilio import hosts
from threadline.twilio.media import Download, download
from threadline.twilio.records import (
    Account,
    Balance,
    CarrierError,
    IncomingNumber,
    MediaRecord,
    MessageRecord,
)
from threadline.twilio.transport import transport_class, unreachable

__all__ = ["Account", "Balance", "CarrierError", "Client", "IncomingNumber", "MediaRecord", "MessageRecord"]

PAGE_SIZE = 500
# The SDK reads TWILIO_EDGE, TWILIO_REGION and credentials from here instead of from the real environment.
_NO_ENVIRONMENT = {"THREADLINE": "1"}


class Client:
    """One connection's Twilio account (or sandbox). Everything here raises `CarrierError`.

    `timeout` seconds are waited for a connection, and again for each part of an answer.
    """

    def __init__(self, account_sid: str, auth_token: str, base_url: str = "", timeout: float = 10.0) -> None:
        from twilio.rest import Client as Rest

        self.account_sid = account_sid
        self._token = auth_token
        self._base_url = base_url
        self._timeout = timeout
        if not hosts.allowed(base_url):
            raise _elsewhere()
        transport = transport_class()(base_url, timeout)
        self._rest: Any = Rest(account_sid, auth_token, http_client=transport, environment=_NO_ENVIRONMENT)
        self._account = self._rest.api.v2010.accounts(account_sid)

    def account(self) -> Account:
        """Read the account itself: the test whether the credentials work."""
        found = _read(self._account.fetch)
        return Account(found.sid, found.friendly_name or "", str(found.status or ""), str(found.type or ""))

    def balance(self) -> Balance:
        """Read what is left on the account."""
        found = _read(self._account.balance.fetch)
        return Balance(micros(found.balance) or 0, found.currency or "USD")

    def numbers(self) -> list[IncomingNumber]:
        """List every phone number of the account."""
        return [
            IncomingNumber.of(each)
            for each in _read(lambda: self._account.incoming_phone_numbers.list(page_size=PAGE_SIZE))
        ]

    def number(self, number_sid: str) -> IncomingNumber:
        """Read one phone number, such as to see which webhook it has now."""
        return IncomingNumber.of(_read(self._account.incoming_phone_numbers(number_sid).fetch))

    def set_sms_url(self, number_sid: str, url: str, method: str = "POST") -> IncomingNumber:
        """Point a number's incoming texts at `url` ("" clears it); returns the number as it is now."""
        number = self._account.incoming_phone_numbers(number_sid)
        return IncomingNumber.of(_read(lambda: number.update(sms_url=url, sms_method=method)))

    def pools(self, patience: float | None = None) -> dict[str, str]:
        """Which Messaging Service each phone number is in, PN… → MG…; one that is in none is left out.

        One list of services and one of each service's numbers; no further request is begun after `patience` seconds.
        """
        until = None if patience is None else time.monotonic() + patience
        services, found = self._rest.messaging.v1.services, {}
        for sid in [each.sid for each in _read(lambda: services.list(page_size=PAGE_SIZE))]:
            if until is not None and time.monotonic() > until:
                raise CarrierError("unreachable", 0, _("This account has too many messaging services to wait for."))
            pool = services(sid).phone_numbers
            found.update({each.sid: sid for each in _read(lambda pool=pool: pool.list(page_size=PAGE_SIZE))})
        return found

    def messages(
        self,
        to: str | None = None,
        from_: str | None = None,
        since: datetime | None = None,
        page_size: int = PAGE_SIZE,
    ) -> Iterator[list[MessageRecord]]:
        """Page through the account's texts, newest first; ends after the last page.

        `since` filters by the day they were sent, so a text that is not sent yet is left out: reconcile without it.
        """
        filters: dict[str, Any] = {"to": to, "from_": from_, "date_sent_after": since, "page_size": page_size}
        given = {name: value for name, value in filters.items() if value is not None}
        page = _read(lambda: self._account.messages.page(**given))
        while page is not None:
            records = [MessageRecord.of(each) for each in page]
            if records:
                yield records
            page = _read(page.next_page)

    def message(self, sid: str) -> MessageRecord:
        """Read one text."""
        return MessageRecord.of(_read(self._account.messages(sid).fetch))

    def media(self, message_sid: str) -> list[MediaRecord]:
        """List the files of a text."""
        listed = _read(lambda: self._account.messages(message_sid).media.list(page_size=PAGE_SIZE))
        return [
            MediaRecord(
                each.sid,
                f"https://api.twilio.com/2010-04-01/Accounts/{self.account_sid}/Messages/{message_sid}/Media/{each.sid}",
                each.content_type or "",
            )
            for each in listed
        ]

    def fetch_media(self, message_sid: str, url: str) -> Download:
        """Open a file of one of our texts for reading, as a context manager; see `media.Download`.

        The URL must be exactly that message's of this account: credentials follow no other.
        """
        try:
            return download(self.account_sid, self._token, self._base_url, message_sid, url, self._timeout)
        except hosts.ForbiddenHostError:
            raise _elsewhere() from None


def _elsewhere() -> CarrierError:
    return CarrierError("refused", 0, _("This address is not Twilio's, so the credentials were not sent to it."))


def _read(request: Any) -> Any:
    """Make a request of the SDK; whatever it cannot read is trouble with the other side."""
    from twilio.base.exceptions import TwilioException

    try:
        return request()
    except (TwilioException, ValueError, KeyError, TypeError) as error:
        raise unreachable(error) from None
