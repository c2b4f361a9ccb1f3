"""Phone numbers that accounts own, with the webhook settings of each."""

import json
from dataclasses import dataclass
from typing import Any

from . import clock, inventory, phones, sids
from .store import Store

URLS = ("sms_url", "sms_fallback_url", "status_callback", "voice_url", "voice_fallback_url")
METHODS = ("sms_method", "sms_fallback_method", "status_callback_method", "voice_method", "voice_fallback_method")
LINKS = ("sms_application_sid", "voice_application_sid", "trunk_sid", "identity_sid", "address_sid", "bundle_sid")
DEFAULTS: dict[str, Any] = {
    **dict.fromkeys(URLS, ""),
    **dict.fromkeys(METHODS, "POST"),
    "friendly_name": "",
    "sms_application_sid": "",
    "voice_application_sid": "",
    "trunk_sid": None,
    "identity_sid": None,
    "address_sid": None,
    "bundle_sid": None,
    "voice_caller_id_lookup": False,
    "voice_receive_mode": "voice",
    "emergency_status": "Inactive",
    "emergency_address_sid": None,
}


@dataclass
class Number:
    """One number; `settings` holds every field that an update may change."""

    sid: str
    account_sid: str
    phone: str
    service_sid: str | None
    settings: dict[str, Any]
    created: float
    updated: float

    @property
    def kind(self) -> str:
        """`local`, `toll-free`, `short-code` or `international`."""
        return phones.kind(self.phone)

    @property
    def capabilities(self) -> dict[str, bool]:
        """What it can do: as it was sold; one that was not bought here can do everything its country allows."""
        usual = {"voice": True, "sms": True, "mms": self.phone.startswith("+1"), "fax": False}
        return self.settings.get("capabilities") or usual

    def resource(self) -> dict[str, Any]:
        """The number as the API shows it."""
        return {
            **self.settings,
            "capabilities": self.capabilities,
            "account_sid": self.account_sid,
            "address_requirements": "any" if self.phone.startswith("+44") else "none",
            "api_version": "2010-04-01",
            "beta": False,
            "date_created": clock.rfc2822(self.created),
            "date_updated": clock.rfc2822(self.updated),
            "emergency_address_status": "unregistered",
            "origin": "twilio",
            "phone_number": self.phone,
            "sid": self.sid,
            "status": "in-use",
            "type": inventory.TYPES[inventory.kind(self.phone)],
            "uri": f"/2010-04-01/Accounts/{self.account_sid}/IncomingPhoneNumbers/{self.sid}.json",
        }


class Numbers:
    """All numbers of all accounts, kept in memory (there are few) and written through."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.by_phone: dict[str, Number] = {}
        self.by_sid: dict[str, Number] = {}
        for row in store.rows("SELECT * FROM numbers ORDER BY created, rowid"):
            self._keep(Number(**{**dict(row), "settings": DEFAULTS | json.loads(row["settings"])}))

    def create(self, account_sid: str, phone: str, **settings: Any) -> Number:
        """Give a number to an account; the name defaults to the number itself."""
        moment = clock.now()
        merged = DEFAULTS | {"friendly_name": phones.pretty(phone)} | settings
        number = Number(sids.new("PN"), account_sid, phone, None, merged, moment, moment)
        self.store.write(
            "INSERT INTO numbers VALUES (?, ?, ?, NULL, ?, ?, ?)",
            (number.sid, account_sid, phone, json.dumps(merged), moment, moment),
        )
        self._keep(number)
        return number

    def save(self, number: Number) -> None:
        """Write a changed number."""
        number.updated = clock.now()
        self.store.write(
            "UPDATE numbers SET account_sid = ?, service_sid = ?, settings = ?, updated = ? WHERE sid = ?",
            (number.account_sid, number.service_sid, json.dumps(number.settings), number.updated, number.sid),
        )

    def release(self, number: Number) -> None:
        """Take a number away from its account."""
        self.store.write("DELETE FROM numbers WHERE sid = ?", (number.sid,))
        del self.by_phone[number.phone], self.by_sid[number.sid]

    def of(self, account_sid: str) -> list[Number]:
        """The numbers of an account, oldest first."""
        return [number for number in self.by_phone.values() if number.account_sid == account_sid]

    def _keep(self, number: Number) -> None:
        self.by_phone[number.phone] = self.by_sid[number.sid] = number
