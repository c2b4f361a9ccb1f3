"""Everything the gate may ask about a batch of texts, loaded once for all of them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection

from threadline.compliance.optouts import InForce, in_force
from threadline.lib import sql


@dataclass(frozen=True, slots=True)
class Line:
    """One of our numbers, as far as sending is concerned."""

    id: int
    phone: str
    connection_id: int
    ready: bool
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """`now` is the moment decided for; opt-outs are by workspace and address, lines by id."""

    now: datetime
    phase: str  # send or dispatch
    opt_outs: Mapping[tuple[int, str], Mapping[str, InForce]] = field(default_factory=dict)
    lines: Mapping[int, Line] = field(default_factory=dict)
    withdrawn: Mapping[int, str] = field(default_factory=dict)  # outbox entry → why
    recent: Mapping[tuple[str, str], datetime] = field(default_factory=dict)  # (address, body) → last time


def lines_of(workspace_ids: Collection[int]) -> dict[int, Line]:
    """Every number that the workspaces have chosen, with what keeps it from texting, if anything."""
    with connection.cursor() as cursor:  # at every turn of the sender: the ORM takes longer than the database
        cursor.execute(
            "SELECT number.id, number.phone, number.connection_id, number.claimed_at, number.gone_at, number.sms, "
            "connection.removed_at FROM numbers_number AS number "
            "JOIN numbers_connection AS connection ON connection.id = number.connection_id "
            f"WHERE {sql.any_of('number.workspace_id')} ORDER BY number.is_default DESC, number.id",
            [sql.array(workspace_ids)],
        )
        rows = cursor.fetchall()
    return {row[0]: Line(row[0], row[1], row[2], *_readiness(*row[3:])) for row in rows}


def _readiness(
    claimed_at: datetime | None, gone_at: datetime | None, sms: bool, removed_at: datetime | None
) -> tuple[bool, str]:
    if removed_at is not None:
        return False, "The Twilio connection of this number was removed. Connect Twilio again in Settings."
    if gone_at is not None:
        return False, "This number is no longer on the Twilio account. Choose another number."
    if claimed_at is None:
        return False, "This number is not used in this workspace. Choose it under Settings, Twilio Credentials."
    if not sms:
        return False, "This number cannot send texts. Choose another number."
    return True, ""


def opt_outs_of(pairs: Collection[tuple[int, str]]) -> dict[tuple[int, str], dict[str, InForce]]:
    """Opt-outs in force for (workspace id, address) pairs, each person's by line."""
    found: dict[tuple[int, str], dict[str, InForce]] = {}
    by_workspace: dict[int, set[str]] = {}
    for workspace_id, address in pairs:
        by_workspace.setdefault(workspace_id, set()).add(address)
    for workspace_id, addresses in by_workspace.items():
        for (address, line), opt_out in in_force(workspace_id, addresses).items():
            found.setdefault((workspace_id, address), {})[line] = opt_out
    return found
