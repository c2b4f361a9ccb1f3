"""What a batch of lines does to the people of a workspace, decided and written in one go."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from threadline.contacts import links, lists, people
from threadline.contacts.importing import changes, consents
from threadline.contacts.importing.lines import BLANK, KNOWN, REPEATED, SAME, Line, sentence
from threadline.contacts.models import Import
from threadline.contacts.records import Records
from threadline.lib import rows

_COLUMNS: Final = ("imported_id", "number", "verdict", "code", "reason", "cells")


def store(import_: Import, lines: Sequence[Line], now: datetime) -> Counter[str]:
    """Write people, list members and the rows that made none, in the caller's transaction; how many of each verdict.

    The first row of a number decides as the import was told; its later rows only fill in what is missing.
    """
    people.lock(import_.workspace_id)
    phones = {line.phone for line in lines if line.phone}
    records = Records(import_.workspace_id, phones, now, imported=import_.pk)
    found, leave = records.found, import_.known == Import.Known.SKIP
    only_blanks = import_.known == Import.Known.MERGE
    before = changes.remember(record for record in found.values() if record.pk)
    counts: Counter[str] = Counter()
    notes: list[tuple[int, int, str, str, str, list[str]]] = []

    def note(line: Line, verdict: str, code: str) -> None:
        counts[verdict] += 1
        notes.append((import_.id, line.number, verdict, code, sentence(code, line.first_row), line.cells))

    for line in lines:
        if line.code:
            note(line, "skipped" if line.code == BLANK else "invalid", line.code)
            continue
        record = found.get(line.phone)
        if record is None:
            records.add(line.phone, line.facts, line.fields)
            counts["created"] += 1
        elif leave and (record.old or line.first_row == line.number):
            note(line, "skipped", KNOWN)
        elif line.first_row != line.number:
            record.learn(line.facts, line.fields, only_blanks=True)
            note(line, "merged", REPEATED)
        elif record.learn(line.facts, line.fields, only_blanks):
            counts["updated"] += 1
        else:
            note(line, "skipped", SAME)
    records.write()
    links.tell(import_.workspace_id, {phone: record.pk for phone, record in found.items()})
    everybody = [found[line.phone].pk for line in lines if line.phone]
    changes.keep(import_, before, found.values())
    if import_.into_id:
        lists.add(import_.into_id, everybody, now)
    consents.record(import_, [line for line in lines if line.phone and line.consent], now)
    rows.insert("contacts_importrow", _COLUMNS, notes)
    return counts
