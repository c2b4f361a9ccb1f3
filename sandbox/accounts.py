"""Twilio accounts of the simulated carrier: kinds, tokens, balance, verified callers."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from . import clock, sids
from .store import Row, Store

KINDS = ("Full", "Trial", "Test")
STATUSES = ("active", "suspended", "closed")
SUBRESOURCES = {
    "addresses": "Addresses",
    "applications": "Applications",
    "available_phone_numbers": "AvailablePhoneNumbers",
    "balance": "Balance",
    "calls": "Calls",
    "incoming_phone_numbers": "IncomingPhoneNumbers",
    "keys": "Keys",
    "messages": "Messages",
    "recordings": "Recordings",
    "transcriptions": "Transcriptions",
    "usage": "Usage",
}


@dataclass
class Account:
    """One account; `balance` in micro-dollars, kind `Full`, `Trial` or `Test` (test credentials)."""

    sid: str
    auth_token: str
    secondary_token: str
    friendly_name: str
    type: str
    status: str
    owner_sid: str
    balance: int
    created: float
    updated: float
    verified: set[str] = field(default_factory=set)

    def resource(self) -> dict[str, Any]:
        """The account as the API shows it."""
        path = f"/2010-04-01/Accounts/{self.sid}"
        return {
            "auth_token": self.auth_token,
            "date_created": clock.rfc2822(self.created),
            "date_updated": clock.rfc2822(self.updated),
            "friendly_name": self.friendly_name,
            "owner_account_sid": self.owner_sid,
            "sid": self.sid,
            "status": self.status,
            "subresource_uris": {name: f"{path}/{tail}.json" for name, tail in SUBRESOURCES.items()},
            "type": "Trial" if self.type == "Trial" else "Full",
            "uri": f"{path}.json",
        }


class Accounts:
    """All accounts, kept in memory and written through."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.by_sid: dict[str, Account] = {}
        for row in store.rows("SELECT * FROM accounts ORDER BY rowid"):
            self.by_sid[row["sid"]] = self._load(row)

    def create(self, kind: str, name: str, owner: str = "", verified: Sequence[str] = ()) -> Account:
        """Open an account with fresh credentials and, unless for tests, 100 dollars."""
        sid, moment = sids.new("AC"), clock.now()
        token = secrets.token_hex(16)
        owner, funds = owner or sid, 100_000_000
        account = Account(sid, token, "", name, kind, "active", owner, funds, moment, moment, set(verified))
        self.store.write(
            "INSERT INTO accounts VALUES (?, ?, '', ?, ?, 'active', ?, ?, ?, ?)",
            (sid, token, name, kind, account.owner_sid, account.balance, moment, moment),
        )
        self.store.write_many("INSERT INTO verified VALUES (?, ?)", [(sid, phone) for phone in account.verified])
        self.by_sid[sid] = account
        return account

    def change(self, account: Account, **fields: Any) -> None:
        """Set columns of an account, such as `status` or `auth_token`."""
        for name, value in fields.items():
            setattr(account, name, value)
            values = (value, clock.now(), account.sid)
            self.store.write(f"UPDATE accounts SET {name} = ?, updated = ? WHERE sid = ?", values)

    def rotate(self, account: Account) -> None:
        """Give an account a new primary token; the old one keeps signing in as secondary, but signs nothing."""
        self.change(account, secondary_token=account.auth_token, auth_token=secrets.token_hex(16))

    def verify(self, account: Account, phones: Sequence[str]) -> None:
        """Replace the verified callers of a trial account."""
        self.store.write("DELETE FROM verified WHERE account_sid = ?", (account.sid,))
        self.store.write_many("INSERT INTO verified VALUES (?, ?)", [(account.sid, phone) for phone in set(phones)])
        account.verified = set(phones)

    def charge(self, account_sid: str, micros: int) -> None:
        """Take an amount in micro-dollars from the balance."""
        account = self.by_sid[account_sid]
        account.balance -= micros
        self.store.write("UPDATE accounts SET balance = ? WHERE sid = ?", (account.balance, account_sid))

    def _load(self, row: Row) -> Account:
        verified = self.store.rows("SELECT phone FROM verified WHERE account_sid = ?", (row["sid"],))
        return Account(**dict(row), verified={found["phone"] for found in verified})
