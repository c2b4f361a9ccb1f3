"""The consent ledger: who agreed to texts, or no longer does, and how we know. Entries are added, never changed."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import connection
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from threadline.compliance import optouts
from threadline.compliance.models import Consent, OptOut
from threadline.compliance.optouts import InForce
from threadline.lib import rows, sql

Basis = Consent.Basis
ANY_LINE: Final = optouts.ANY_LINE

OPTED_IN: Final = gettext_lazy("Opted in")
OPTED_OUT: Final = gettext_lazy("Opted out")
NOT_DEFINED: Final = gettext_lazy("Not Defined")

_COLUMNS = ("workspace_id", "address", "line", "given", "basis", "source", "reference", "at")


@dataclass(frozen=True, slots=True)
class NewConsent:
    """An entry to add. `line` is our number, ANY_LINE for all; `source` says in words where it is known from."""

    workspace_id: int
    address: str
    line: str
    basis: str
    at: datetime
    given: bool = True
    source: str = ""
    reference: str = ""  # public id or sid of what proves it


@dataclass(frozen=True, slots=True)
class Standing:
    """The last entry for one line."""

    given: bool
    basis: str
    source: str
    reference: str
    at: datetime


@dataclass(frozen=True, slots=True)
class OnLine:
    """How somebody stands to one of our lines; `evidence` is a sentence, and nothing for Not Defined."""

    line: str  # phone
    label: str
    state: str | Promise  # OPTED_IN, OPTED_OUT, NOT_DEFINED
    when: datetime | None = None
    evidence: str = ""


def record(entries: Sequence[NewConsent]) -> None:
    """Add entries, in the caller's transaction."""
    rows.insert(
        "compliance_consent",
        _COLUMNS,
        [
            (
                one.workspace_id,
                one.address,
                one.line,
                one.given,
                one.basis,
                one.source[:200],
                one.reference[:64],
                one.at,
            )
            for one in entries
        ],
    )


def wrote_first(entries: Iterable[NewConsent]) -> None:
    """Add those of these texts of theirs that are the first of a person to a line."""
    first: dict[tuple[int, str, str], NewConsent] = {}
    for one in entries:
        first.setdefault((one.workspace_id, one.address, one.line), one)
    people: dict[int, set[str]] = {}
    for workspace_id, address, _line in first:
        people.setdefault(workspace_id, set()).add(address)
    for workspace_id, addresses in people.items():
        with connection.cursor() as cursor:  # for every text that comes in: the ORM takes longer than the database
            cursor.execute(
                "SELECT address, line FROM compliance_consent "
                f"WHERE workspace_id = %s AND {sql.any_of('address')} AND basis = %s",
                [workspace_id, sql.array(addresses), Basis.WROTE],
            )
            for address, line in cursor.fetchall():
                first.pop((workspace_id, address, line), None)
    record(list(first.values()))


def standing(workspace_id: int, addresses: Iterable[str], at: datetime | None = None) -> dict[str, dict[str, Standing]]:
    """Each person's last entry by line: address → line → entry. With `at` as it stood then. One query."""
    found: dict[str, dict[str, Standing]] = {}
    for address, line, entry in _read(workspace_id, addresses, at):
        found.setdefault(address, {})[line] = entry
    return found


def refusals(workspace_id: int, addresses: Iterable[str]) -> dict[str, Standing]:
    """Who said "no" as an import has it, and has agreed to nothing since: by START, in a later file, to a member.

    That they write, or that a campaign's launch says that all of its people agreed, takes no such "no" back.
    """
    last: dict[str, Standing] = {}
    for address, _line, entry in _read(workspace_id, addresses):
        says_yes = entry.given and entry.basis in (Basis.STARTED, Basis.IMPORTED, Basis.RECORDED)
        says_no = not entry.given and entry.basis == Basis.IMPORTED
        if (says_yes or says_no) and (address not in last or last[address].at <= entry.at):
            last[address] = entry
    return {address: entry for address, entry in last.items() if not entry.given}


def undo(workspace_id: int, reference: str, source: str, at: datetime) -> None:
    """What an import said, by its public id, counts as never said; in the caller's transaction. Twice is as once."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO compliance_consent ({', '.join(_COLUMNS)}) "
            f"SELECT DISTINCT workspace_id, address, line, FALSE, %s, %s, reference, {sql.moment()} "
            "FROM compliance_consent WHERE workspace_id = %s AND reference = %s AND basis = %s",
            [Basis.UNDONE, source[:200], rows.plain(at), workspace_id, reference, Basis.IMPORTED],
        )


def _read(
    workspace_id: int, addresses: Iterable[str], at: datetime | None = None
) -> Iterator[tuple[str, str, Standing]]:
    """All entries (address, line, entry) in the order in which they were added, without those that were undone."""
    until, values = ("", []) if at is None else ("AND at <= %s", [rows.plain(at)])
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT address, line, given, basis, source, reference, at FROM compliance_consent "
            f"WHERE workspace_id = %s AND {sql.any_of('address')} {until} ORDER BY id",
            [workspace_id, sql.array(set(addresses)), *values],
        )
        found = cursor.fetchall()
    undone = {(address, reference) for address, _, _, basis, _, reference, _ in found if basis == Basis.UNDONE}
    for address, line, given, basis, source, reference, moment in found:
        if (address, reference) not in undone:
            yield address, line, Standing(bool(given), basis, source, reference, rows.moment(moment))


def evidence(entries: Mapping[str, Standing], line: str) -> Standing | None:
    """What proves that somebody agreed to texts over this line; None when nothing does, or they took it back."""
    said = [entry for entry in (entries.get(line), entries.get(ANY_LINE)) if entry is not None]
    last = max(said, key=lambda entry: entry.at, default=None)
    return last if last is not None and last.given else None


def per_line(
    workspace_id: int,
    address: str,
    lines: Sequence[tuple[str, str]],
    shared: Mapping[str, Collection[str]] | None = None,
) -> list[OnLine]:
    """How somebody stands to each of our lines, given as (phone, label): Opted in, Opted out or Not Defined.

    `shared` names the lines that share opt-outs with one: the sentence says which of them was told.
    """
    labels, shared = dict(lines), shared or {}
    stops = optouts.by_address(optouts.in_force(workspace_id, [address])).get(address, {})
    entries = standing(workspace_id, [address]).get(address, {})
    found = []
    for phone, label in lines:
        typed = optouts.blocks(stops, phone, automatic=False, shared=shared.get(phone, ()))
        if stop := typed or stops.get(ANY_LINE):
            told = "" if stop.line in (phone, ANY_LINE) else labels.get(stop.line, stop.line)
            found.append(OnLine(phone, label, OPTED_OUT, stop.at, stopped(stop, told)))
        elif proof := evidence(entries, phone):
            found.append(OnLine(phone, label, OPTED_IN, proof.at, agreed(proof)))
        else:
            found.append(OnLine(phone, label, NOT_DEFINED))
    return found


def agreed(entry: Standing) -> str:
    """A consent as a sentence."""
    words = {
        Basis.WROTE: _("They wrote to this number"),
        Basis.STARTED: _("They texted START"),
        Basis.IMPORTED: _("Imported"),
        Basis.RECORDED: _("Recorded by a member"),
        Basis.ACKNOWLEDGED: _("The campaign's acknowledgement"),
        Basis.UNDONE: _("What an import said counts as never said"),
    }
    sentence = words[Basis(entry.basis)]
    return f"{sentence}: {entry.source}" if entry.source else sentence


def stopped(stop: InForce, told: str = "") -> str:
    """An opt-out as a sentence; `told` names the line it was said to, where that is another one that shares it."""
    if not told:
        if stop.evidence == OptOut.Evidence.MEMBER:
            return _("A member recorded it")
        if stop.evidence == OptOut.Evidence.IMPORT:
            return _("Imported: %(how)s") % {"how": stop.word}
        if stop.evidence == OptOut.Evidence.CARRIER:
            return _("Twilio refused a text because they opted out there")
        return _("They texted %(word)s") % {"word": stop.word or "STOP"}
    named = {"word": stop.word or "STOP", "line": told}
    if stop.evidence == OptOut.Evidence.MEMBER:
        return _("A member recorded it for %(line)s, which shares opt-outs with this number") % named
    if stop.evidence == OptOut.Evidence.CARRIER:
        return _("Twilio refused a text from %(line)s, which shares opt-outs with this number") % named
    return _("They texted %(word)s to %(line)s, which shares opt-outs with this number") % named
