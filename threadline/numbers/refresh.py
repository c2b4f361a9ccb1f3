"""Keeping our list of a connection's numbers like the carrier's."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from django.db import transaction

from threadline.events.publish import Happening, publish
from threadline.events.types import CONNECTION_CHANGED
from threadline.lib import clock
from threadline.numbers import carrier
from threadline.numbers.models import Connection, Number
from threadline.numbers.problems import ProblemError

_READ: Final = ("sid", "sms", "mms", "voice", "sms_url", "sms_method")


def refresh(connection: Connection, patience: float | None = None) -> str:
    """Read account, numbers and Messaging Services again; returns what is wrong now as a sentence, "" for nothing.

    What is wrong is also kept on the connection, for the banner. Talks to the carrier: never in a transaction. Services
    that cannot be read, or not in `patience` seconds, are nothing wrong: what is known of them stays.
    """
    credentials = (connection.account_sid, connection.auth_token, connection.base_url)
    try:
        account = carrier.account(*credentials)
        found = carrier.numbers(*credentials)
    except ProblemError as problem:
        _note(connection, problem.sentence)
        return problem.sentence
    pools = carrier.pools(*credentials, patience)
    with transaction.atomic():
        connection.hold()
        changed = store(connection, found, pools)
        if connection.account_type != account.type or connection.problem:
            changed = True
        connection.account_type, connection.checked_at, connection.problem = account.type, clock.now(), ""
        connection.save(update_fields=["account_type", "checked_at", "problem"])
        if changed:
            publish([Happening(connection.workspace_id, CONNECTION_CHANGED, connection.public_id, {})])
    return ""


def store(connection: Connection, found: Iterable[carrier.Number], pools: Mapping[str, str] | None) -> bool:
    """Make the rows like `found`: new ones unclaimed, missing ones marked gone; returns whether anything changed.

    A number that moved here from another account of this workspace keeps its row, and with it its history. `pools` says
    which Messaging Service each is in, by SID; with None the rows keep what they have.
    """
    changed = False
    known = {number.phone: number for number in _known(connection)}
    for one in found:
        number = known.pop(one.phone, None)
        if number is None:
            _add(connection, one, (pools or {}).get(one.sid, ""))
            changed = True
        else:
            changed |= _update(number, connection, one, pools)
    missing = [n for n in known.values() if n.connection_id == connection.pk and n.gone_at is None]
    for number in missing:
        number.gone_at = clock.now()
        number.save(update_fields=["gone_at"])
    return changed or bool(missing)


def mark_gone(connection: Connection) -> None:
    """The connection is not used any more: what numbers it still has are gone, and free for other workspaces."""
    list(connection.numbers.all().locked())
    connection.numbers.filter(gone_at=None).update(gone_at=clock.now())
    connection.numbers.update(claimed_at=None, is_default=False)


def _known(connection: Connection) -> Sequence[Number]:
    """Rows that may be the same phones: of this account, and of connections that are not used any more (they lose)."""
    rows = Number.objects.filter(workspace=connection.workspace).select_related("connection").locked()
    ours = [row for row in rows if row.account_sid == connection.account_sid]
    retired = [row for row in rows if row.connection.removed_at and row.account_sid != connection.account_sid]
    return [*retired, *ours]


def _add(connection: Connection, one: carrier.Number, service_sid: str) -> None:
    Number.objects.create(
        workspace=connection.workspace,
        connection=connection,
        account_sid=connection.account_sid,
        phone=one.phone,
        label=one.label,
        service_sid=service_sid,
        **{name: getattr(one, name) for name in _READ},
    )


def _update(number: Number, connection: Connection, one: carrier.Number, pools: Mapping[str, str] | None) -> bool:
    wanted = {name: getattr(one, name) for name in _READ}
    wanted |= {"connection_id": connection.pk, "account_sid": connection.account_sid, "gone_at": None}
    if number.account_sid != connection.account_sid:
        wanted["service_sid"] = ""  # that was one of the other account
        wanted["claimed_at"] = None  # claims are per account: taken again below, when nobody else has it there
    if pools is not None:
        wanted["service_sid"] = pools.get(one.sid, "")
    changed = [name for name, value in wanted.items() if getattr(number, name) != value]
    for name in changed:
        setattr(number, name, wanted[name])
    if changed:
        number.save(update_fields=[name.removesuffix("_id") for name in changed])
    return bool(changed)


def _note(connection: Connection, sentence: str) -> None:
    """Keep what is wrong; tell the pages only when it is news."""
    with transaction.atomic():
        if Connection.objects.filter(pk=connection.pk).exclude(problem=sentence).update(problem=sentence):
            publish([Happening(connection.workspace_id, CONNECTION_CHANGED, connection.public_id, {})])
    connection.problem = sentence
