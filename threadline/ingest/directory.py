"""Whose webhook is this? Connections by hook key, or by account and line, remembered for some seconds."""

import time
from collections.abc import Iterable
from dataclasses import dataclass, field

from threadline.lib.crypto import CannotUnsealError
from threadline.numbers.models import Connection, Number

KEPT_SECONDS = 10.0
_MOST = 20_000
_RELOAD_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Owner:
    """A connection as the edge needs it."""

    connection_id: int
    workspace_id: int
    account_sid: str
    token: str = field(repr=False)
    sandbox: bool


class Directory:
    """Look-ups for one process. `known` answers from memory, `find` asks the database and so belongs in a thread."""

    def __init__(self) -> None:
        self._answers: dict[tuple[str, str, str], tuple[float, list[Owner]]] = {}
        self._reloaded: dict[int, float] = {}

    def known(self, hook_key: str, account_sid: str, line: str) -> list[Owner] | None:
        """The candidates, likeliest first; None when the database has to be asked."""
        answer = self._answers.get((hook_key, account_sid, line))
        if answer is None or answer[0] < time.monotonic():
            return None
        return answer[1]

    def find(self, hook_key: str, account_sid: str, line: str) -> list[Owner]:
        """Ask the database and remember. No candidates: nobody here has this key or account."""
        owners = _by_key(hook_key) if hook_key else _by_account(account_sid, line)
        if len(self._answers) > _MOST:
            self._answers.clear()
        if owners:  # what is not known may become so at any moment, and refusing it is costly anyway
            self._answers[hook_key, account_sid, line] = (time.monotonic() + KEPT_SECONDS, owners)
        return owners

    def may_reload(self, owners: Iterable[Owner]) -> bool:
        """Whether a token that did not fit may be read again: once a second for each connection."""
        now, due = time.monotonic(), False
        for owner in owners:
            if self._reloaded.get(owner.connection_id, 0.0) < now - _RELOAD_SECONDS:
                self._reloaded[owner.connection_id] = now
                due = True
        return due


def _by_key(hook_key: str) -> list[Owner]:
    """The key pins connection and workspace, whatever the line."""
    return _owners(Connection.objects.filter(hook_key=hook_key, removed_at=None))


def _by_account(account_sid: str, line: str) -> list[Owner]:
    """Who claimed the line; else, so that nothing is lost, the only workspace that knows the account."""
    if not account_sid:
        return []
    claimed = Number.objects.claimed().filter(account_sid=account_sid, phone=line, connection__removed_at=None)
    if number := claimed.select_related("connection").first():
        return _owners([number.connection])
    return _owners(Connection.objects.filter(account_sid=account_sid, removed_at=None).order_by("id"))


def _owners(connections: Iterable[Connection]) -> list[Owner]:
    owners = []
    for connection in connections:
        try:
            token = connection.auth_token
        except CannotUnsealError:  # the secret key was changed: nothing of this connection can be verified
            token = ""
        owners.append(
            Owner(connection.id, connection.workspace_id, connection.account_sid, token, connection.is_sandbox)
        )
    return owners
