"""Where a claimed text is POSTed and with which parameters, with credentials kept in memory for a few seconds."""

import time

from threadline.lib import clock
from threadline.messaging import media_urls
from threadline.messaging.dispatch.claim import Claimed
from threadline.numbers import webhooks
from threadline.numbers.models import Connection

LONGEST_VALIDITY = 36_000  # seconds, at the carrier
KEPT = 5.0  # seconds: replaced credentials take effect within this time


class Addresses:
    """Connections by id, read again every few seconds."""

    def __init__(self) -> None:
        self.known: dict[int, tuple[float, Connection, str]] = {}

    def request(self, one: Claimed) -> tuple[str, str, str, list[tuple[str, str]]]:
        """Base URL, account SID, token and form parameters of one text."""
        connection, token = self._connection(one.entry.connection_id)
        entry = one.entry
        params = [("To", entry.address), ("From", entry.line)]
        if entry.body:
            params.append(("Body", entry.body))
        params += [("MediaUrl", url) for url in media_urls.for_carrier(entry.media_urls, connection)]
        if entry.not_after is not None:
            # A backlog at the carrier must not deliver it at night.
            left = int((entry.not_after - clock.now()).total_seconds())
            params.append(("ValidityPeriod", str(max(1, min(LONGEST_VALIDITY, left)))))
        if callback := webhooks.status_callback(connection, one.attempt):
            params.append(("StatusCallback", callback))
        return connection.base_url, connection.account_sid, token, params

    def _connection(self, pk: int) -> tuple[Connection, str]:
        kept = self.known.get(pk)
        if kept is None or time.monotonic() - kept[0] > KEPT:
            connection = Connection.objects.get(id=pk)
            kept = self.known[pk] = (time.monotonic(), connection, connection.auth_token)
        return kept[1], kept[2]
