"""Messaging services: a pool of numbers that sends as one, and that can schedule."""

import json
from dataclasses import dataclass, field
from typing import Any

from . import clock, sids
from .numbers import Number, Numbers
from .store import Store

DEFAULTS: dict[str, Any] = {
    "inbound_request_url": None,
    "inbound_method": "POST",
    "fallback_url": None,
    "fallback_method": "POST",
    "status_callback": None,
    "sticky_sender": True,
    "mms_converter": True,
    "smart_encoding": True,
    "scan_message_content": "inherit",
    "fallback_to_long_code": False,
    "area_code_geomatch": True,
    "validity_period": 36_000,
    "synchronous_validation": False,
    "usecase": "undeclared",
    "use_inbound_webhook_on_number": True,
}


@dataclass
class Service:
    """One messaging service; `settings` in Twilio's words (inbound_request_url, status_callback …).

    `joined` tells since when each number (PN…) is in the pool; that it is there at all, the number itself says.
    """

    sid: str
    account_sid: str
    friendly_name: str
    settings: dict[str, Any]
    created: float = 0.0
    updated: float = 0.0
    joined: dict[str, float] = field(default_factory=dict)


class Services:
    """All messaging services, kept in memory and written through."""

    def __init__(self, store: Store, numbers: Numbers) -> None:
        self.store, self.numbers = store, numbers
        self.by_sid: dict[str, Service] = {}
        for row in store.rows("SELECT * FROM services ORDER BY rowid"):
            settings = DEFAULTS | json.loads(row["settings"])
            dates = {name: settings.pop(name) for name in ("created", "updated", "joined") if name in settings}
            self.by_sid[row["sid"]] = Service(row["sid"], row["account_sid"], row["friendly_name"], settings, **dates)

    def create(self, account_sid: str, name: str, members: list[Number], settings: dict[str, Any]) -> Service:
        """Open a service with these numbers in its pool."""
        moment = clock.now()
        service = Service(sids.new("MG"), account_sid, name, DEFAULTS | settings, moment, moment)
        self.store.write("INSERT INTO services VALUES (?, ?, ?, '{}')", (service.sid, account_sid, name))
        self.by_sid[service.sid] = service
        for number in members:
            self.add(service, number)
        self.save(service)
        return service

    def save(self, service: Service) -> None:
        """Write a changed service."""
        service.updated = clock.now()
        dates = {"created": service.created, "updated": service.updated, "joined": service.joined}
        self.store.write(
            "UPDATE services SET friendly_name = ?, settings = ? WHERE sid = ?",
            (service.friendly_name, json.dumps(service.settings | dates), service.sid),
        )

    def delete(self, service: Service) -> None:
        """Close a service; its numbers stay with the account."""
        for number in self.pool(service):
            self.remove(service, number)
        self.store.write("DELETE FROM services WHERE sid = ?", (service.sid,))
        del self.by_sid[service.sid]

    def add(self, service: Service, number: Number) -> None:
        """Put a number into the pool."""
        number.service_sid, service.joined[number.sid] = service.sid, clock.now()
        self.numbers.save(number)
        self.save(service)

    def remove(self, service: Service, number: Number) -> None:
        """Take a number out of the pool."""
        number.service_sid = None
        service.joined.pop(number.sid, None)
        self.numbers.save(number)
        self.save(service)

    def of(self, account_sid: str) -> list[Service]:
        """The services of an account, oldest first."""
        return [service for service in self.by_sid.values() if service.account_sid == account_sid]

    def pool(self, service: Service) -> list[Number]:
        """The numbers of a service, oldest first."""
        return [number for number in self.numbers.by_phone.values() if number.service_sid == service.sid]
