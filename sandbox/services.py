"""Messaging services: a pool of numbers that sends as one, and that can schedule."""

import json
from dataclasses import dataclass
from typing import Any

from . import sids
from .numbers import Number, Numbers
from .store import Store

DEFAULTS: dict[str, Any] = {
    "inbound_request_url": None,
    "inbound_method": "POST",
    "fallback_url": None,
    "status_callback": None,
    "use_inbound_webhook_on_number": True,
    "smart_encoding": True,
}


@dataclass
class Service:
    """One messaging service; `settings` in Twilio's words (inbound_request_url, status_callback …)."""

    sid: str
    account_sid: str
    friendly_name: str
    settings: dict[str, Any]


class Services:
    """All messaging services, kept in memory and written through."""

    def __init__(self, store: Store, numbers: Numbers) -> None:
        self.store, self.numbers = store, numbers
        self.by_sid: dict[str, Service] = {}
        for row in store.rows("SELECT * FROM services"):
            settings = DEFAULTS | json.loads(row["settings"])
            self.by_sid[row["sid"]] = Service(row["sid"], row["account_sid"], row["friendly_name"], settings)

    def create(self, account_sid: str, name: str, members: list[Number], settings: dict[str, Any]) -> Service:
        """Open a service with these numbers in its pool."""
        service = Service(sids.new("MG"), account_sid, name, DEFAULTS | settings)
        self.store.write(
            "INSERT INTO services VALUES (?, ?, ?, ?)", (service.sid, account_sid, name, json.dumps(service.settings))
        )
        for number in members:
            number.service_sid = service.sid
            self.numbers.save(number)
        self.by_sid[service.sid] = service
        return service

    def pool(self, service: Service) -> list[Number]:
        """The numbers of a service, oldest first."""
        return [number for number in self.numbers.by_phone.values() if number.service_sid == service.sid]
