"""What a batch of lines does to the people of a workspace, decided and written in one go."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Final

from threadline.contacts import links, lists, people
from threadline.contacts.importing import changes, consents
from threadline.contacts.importing.lines import BLANK, KNOWN, REPEATED, SAME, Line, sentence
from threadline.contacts.models import Import
from threadline.contacts.records import Records
from threadline.lib import rows

_COLUMNS: Final = ("imported_id", "number", "verdict", "code", "reason", "cells")


def judge(import_: Import, lines: Iterable[Line], records: Records) -> Iterator[tuple[Line, str, str]]:
    """What becomes of each line: the verdict, and the code of its note, "" for none. Changes `records` in memory alone.

    The first row of a number decides as the import was told; its later rows only fill in what is missing.
    """
    found, leave = records.found, import_.known == Import.Known.SKIP
    only_blanks = import_.known == Import.Known.MERGE
    for line in lines:
        if line.code:
            yield line, "skipped" if line.code == BLANK else "invalid", line.code
            continue
        record = found.get(line.phone)
        if record is None:
            records.add(line.phone, line.facts, line.fields)
            yield line, "created", ""
        elif leave and (record.old or line.first_row == line.number):
            yield line, "skipped", KNOWN
        elif line.first_row != line.number:
            record.learn(line.facts, line.fields, only_blanks=True)
            yield line, "merged", REPEATED
        elif record.learn(line.facts, line.fields, only_blanks):
            yield line, "updated", ""
        else:
            yield line, "skipped", SAME


def store(import_: Import, lines: Sequence[Line], now: datetime) -> Counter[str]:
    """Write people, list members and the rows that made none, in the caller's transaction; how many of each verdict."""
    people.lock(import_.workspace_id)
    records = Records(import_.workspace_id, numbers(lines), now, imported=import_.pk)
    found = records.found
    before = changes.remember(record for record in found.values() if record.pk)
    counts: Counter[str] = Counter()
    notes: list[tuple[int, int, str, str, str, list[str]]] = []
    for line, verdict, code in judge(import_, lines, records):
        counts[verdict] += 1
        if code:
            notes.append((import_.id, line.number, verdict, code, sentence(code, line.first_row), line.cells))
    records.write()
    links.tell(import_.workspace_id, {phone: record.pk for phone, record in found.items()})
    everybody = [found[line.phone].pk for line in lines if line.phone]
    changes.keep(import_, before, found.values())
    if import_.into_id:
        lists.add(import_.into_id, everybody, now)
    consents.record(import_, [line for line in lines if line.phone and line.consent], now)
    rows.insert("contacts_importrow", _COLUMNS, notes)
    return counts


def numbers(lines: Iterable[Line]) -> set[str]:
    """Each once."""
    return {line.phone for line in lines if line.phone}
