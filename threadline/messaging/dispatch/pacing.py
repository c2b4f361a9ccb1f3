"""Pacing: a number with a limit gives each text a moment of its own, and what cannot go at once waits until then.

`Number.slot_at` is where the next text falls when all are evenly spread. A text may go one slot early, so that a single
one never waits; then no second sees more than the limit and one more. It moves on under the number's lock, which is
what keeps several workers from sharing a slot. The `run_after` of a waiting text is only its turn to ask again: slots
of texts that were withdrawn are given out anew, those of texts that the gate stopped after all are lost.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Final

from django.db import connection

from threadline.lib import rows, sql
from threadline.messaging.dispatch.waiting import Entry
from threadline.messaging.models.outbox import Priority
from threadline.messaging.queueing import STALE_AFTER

# A slot taken by somebody's reply moves the next few texts a little; whoever is later than that, as after an hour
# without a worker, goes to the end, so that nobody is pushed back again and again.
_NEAR: Final = 5
_LONGEST_GAP: Final = 86_400  # seconds


def hand_out(entries: Sequence[Entry], now: datetime) -> dict[int, datetime]:
    """Slots for those of `entries` that may not go at once: {outbox entry: when}; they are written, and must be let go.

    `entries` are what the gate lets leave, in the order in which they should. A person's own reply never waits.
    """
    limited: dict[int, list[Entry]] = {}
    for entry in entries:
        if entry.per_second and entry.number_id:
            limited.setdefault(entry.number_id, []).append(entry)
    if not limited:
        return {}
    waits: list[tuple[Entry, datetime]] = []
    moved: list[tuple[datetime, int]] = []
    for number_id, (per_second, slot) in _lock(limited).items():
        gap = timedelta(seconds=min(1 / per_second, _LONGEST_GAP))
        later: list[Entry] = []
        free = max(slot, now) if slot else now
        for entry in limited[number_id]:
            if free - gap <= now or entry.priority == Priority.PERSON:
                free = max(free, now) + gap
            else:
                later.append(entry)
        moved.append((free, number_id))
        waits += _slots(later, free, gap, now)
    rows.each("UPDATE numbers_number SET slot_at = %s WHERE id = %s", moved)
    rows.each(
        "UPDATE messaging_outboxentry SET run_after = %s, expires_at = %s, paced = TRUE WHERE id = %s",
        [(slot, _expiry(entry, slot), entry.id) for entry, slot in waits],
    )
    return {entry.id: slot for entry, slot in waits}


def next_slot(now: datetime) -> datetime | None:
    """When the next waiting text may ask again; None when none has a slot to come."""
    with connection.cursor() as cursor:
        which = "WHERE paced AND claimed_by = '' AND run_after > %s"
        cursor.execute(f"SELECT min(run_after) FROM messaging_outboxentry {which}", [rows.plain(now)])
        (found,) = cursor.fetchone()
    return rows.moment_or_none(_read(found))


def _lock(number_ids: Collection[int]) -> dict[int, tuple[float, datetime | None]]:
    """Limits and slots of numbers, theirs alone until the end of the transaction; in the order of their ids."""
    lock = "FOR NO KEY UPDATE" if connection.vendor == "postgresql" else ""  # SQLite has one writer
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, per_second, slot_at FROM numbers_number "
            f"WHERE {sql.any_of('id')} AND per_second > 0 ORDER BY id {lock}",
            [sql.array(number_ids)],
        )
        return {pk: (per_second, rows.moment_or_none(slot_at)) for pk, per_second, slot_at in cursor.fetchall()}


def _slots(later: Sequence[Entry], free: datetime, gap: timedelta, now: datetime) -> list[tuple[Entry, datetime]]:
    """One after another behind the last that waits; a few that already had one close to where they were."""
    if not later:
        return []
    last = _last_slot(later[0], now)
    near, end = free, max(free, last + gap) if last else free
    slots: list[tuple[Entry, datetime]] = []
    for entry in later:
        if entry.paced and near <= now + _NEAR * gap:
            slots.append((entry, near))
            near += gap
            end = max(end, near)
        else:
            slots.append((entry, end))
            end += gap
    return slots


def _expiry(entry: Entry, slot: datetime) -> datetime | None:
    """Waiting for its turn is no failure: it may be as late as if it had been asked for then."""
    return max(entry.expires_at, slot + STALE_AFTER) if entry.expires_at else None


def _last_slot(entry: Entry, now: datetime) -> datetime | None:
    """The latest slot that waits on the number of `entry`."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT max(run_after) FROM messaging_outboxentry "
            "WHERE paced AND claimed_by = '' AND line = %s AND connection_id = %s AND run_after > %s",
            [entry.line, entry.connection_id, rows.plain(now)],
        )
        (found,) = cursor.fetchone()
    return rows.moment_or_none(_read(found))


def _read(found: datetime | str | None) -> datetime | None:
    """SQLite has no type for what an expression returns."""
    return datetime.fromisoformat(found) if isinstance(found, str) else found
