"""Opt-outs: who told which of our lines to stop. Recorded and lifted in bulk, in the caller's transaction."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import connection

from threadline.compliance.models import OptOut
from threadline.lib import rows, sql

ANY_LINE: Final = ""  # in place of our number: all of them, also those to come
_LOCK = 0x73746F70 << 32  # "stop"; the workspace's id is added


@dataclass(frozen=True, slots=True)
class NewOptOut:
    """An opt-out to record; `at` is when the person said so, `reference` the text's sid or the member's public id."""

    workspace_id: int
    line: str
    address: str
    at: datetime
    word: str = ""
    evidence: str = OptOut.Evidence.INBOUND
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Lift:
    """A START: lifts what an earlier STOP of this person to this line caused. One for each line it counts for."""

    workspace_id: int
    line: str
    address: str
    at: datetime
    reference: str = ""


@dataclass(frozen=True, slots=True)
class InForce:
    """One opt-out in force, as the gate sees it."""

    address: str
    line: str
    word: str
    evidence: str
    at: datetime
    reference: str


def record(stops: Sequence[NewOptOut]) -> None:
    """Put opt-outs into force; a repeat only moves the time forward, and one that a later START lifted stays lifted.

    Takes `lock_exclusive`, so it must run in a transaction, before anything else there waits for a row.
    """
    if not stops:
        return
    lock_exclusive(one.workspace_id for one in stops)
    latest = {(one.workspace_id, one.address, one.line): one for one in sorted(stops, key=lambda one: one.at)}
    rows.each(
        "INSERT INTO compliance_optout "
        "(workspace_id, line, address, word, evidence, reference, at, lifted_at, lifted_by) "
        f"SELECT {_VALUES[connection.vendor]}, NULL, '' "
        "WHERE NOT EXISTS (SELECT 1 FROM compliance_optout "
        "  WHERE workspace_id = %s AND address = %s AND line = %s AND lifted_at > %s) "
        "ON CONFLICT (workspace_id, address, line) WHERE lifted_at IS NULL DO UPDATE SET at = excluded.at "
        "WHERE compliance_optout.at < excluded.at",
        [
            (one.workspace_id, one.line, one.address, one.word[:40], one.evidence, one.reference, one.at, *key, one.at)
            for key, one in sorted(latest.items())
        ],
    )


def lift(starts: Sequence[Lift]) -> None:
    """Lift exactly what the STOP to that line caused, said before the START; what a member recorded stays.

    A "no" that came with an import is lifted by a START to any line: it was about all of them.
    """
    rows.each(
        "UPDATE compliance_optout SET lifted_at = %s, lifted_by = %s "
        "WHERE workspace_id = %s AND address = %s AND lifted_at IS NULL AND at <= %s "
        "AND (evidence = 'import' OR line = %s AND evidence IN ('inbound', 'carrier'))",
        [
            (one.at, one.reference, one.workspace_id, one.address, one.at, one.line)
            for one in sorted(starts, key=lambda one: (one.at, one.workspace_id, one.address, one.line))
        ],
    )


def lift_by_member(workspace_id: int, address: str, lines: Collection[str], member: str, at: datetime) -> None:
    """Lift whatever stands for these lines; `member` is the public id of who has evidence that the person agreed."""
    lock_exclusive([workspace_id])
    theirs = OptOut.objects.filter(workspace_id=workspace_id, address=address, lifted_at=None)
    theirs.filter(line__in=[*lines, ANY_LINE]).update(lifted_at=at, lifted_by=member)


def in_force(workspace_id: int, addresses: Iterable[str]) -> dict[tuple[str, str], InForce]:
    """Every opt-out in force of any of `addresses`, by (address, line); one query for any number of them."""
    wanted = set(addresses)
    if not wanted:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT address, line, word, evidence, at, reference FROM compliance_optout "
            f"WHERE workspace_id = %s AND {sql.any_of('address')} AND lifted_at IS NULL",
            [workspace_id, sql.array(wanted)],
        )
        found = cursor.fetchall()
    return {(row[0], row[1]): InForce(row[0], row[1], row[2], row[3], _read_time(row[4]), row[5]) for row in found}


def by_address(facts: Mapping[tuple[str, str], InForce]) -> dict[str, dict[str, InForce]]:
    """The same opt-outs as `blocks` wants them: address → line → opt-out."""
    grouped: dict[str, dict[str, InForce]] = {}
    for (address, line), opt_out in facts.items():
        grouped.setdefault(address, {})[line] = opt_out
    return grouped


def blocks(
    facts: Mapping[str, InForce], line: str, automatic: bool, shared: Collection[str] = (), narrow: bool = False
) -> InForce | None:
    """The opt-out that forbids a text over `line`, given one person's opt-outs by line; None when it may go.

    STOP blocks every text from that line, and from those that share its Messaging Service (`shared`); and whatever
    nobody typed for this one person from all our lines, unless the workspace has it `narrow` (U11). A "no" that came
    with an import blocks what nobody typed, from all lines.
    """
    for one in filter(None, (line, *shared)):
        if one in facts:
            return facts[one]
    if not automatic:
        return None
    return facts.get(ANY_LINE) if narrow else next(iter(facts.values()), None)


def lock_exclusive(workspace_ids: Iterable[int]) -> None:
    """Keep claims of these workspaces waiting until this transaction's opt-outs are committed.

    In the order of the ids, so that no two transactions wait for each other. On SQLite the write lock does it.
    """
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        for workspace_id in sorted(set(workspace_ids)):
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK + workspace_id])


def try_lock_shared(workspace_ids: Iterable[int]) -> set[int]:
    """Keep opt-outs of these workspaces waiting until this transaction's claim is committed.

    Returns those of which it can: it never waits, because a claim holds rows that whoever writes an opt-out may need.
    """
    wanted = sorted(set(workspace_ids))
    if connection.vendor != "postgresql":
        return set(wanted)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, pg_try_advisory_xact_lock_shared(%s + id) FROM unnest(%s::bigint[]) AS id", [_LOCK, wanted]
        )
        return {pk for pk, got in cursor.fetchall() if got}


# A bare SELECT of parameters has no column types to take: PostgreSQL wants the bigint and the time named.
_VALUES = {
    "postgresql": "%s::bigint, %s, %s, %s, %s, %s, %s::timestamptz",
    "sqlite": "%s, %s, %s, %s, %s, %s, %s",
}


def _read_time(value: datetime | str) -> datetime:
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    return rows.moment(value)
