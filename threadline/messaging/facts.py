"""Everything the gate may ask about a batch of texts, loaded once for all of them, and only what their terms need."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

from django.db import connection

from threadline.compliance import consent, zones
from threadline.compliance.consent import Standing
from threadline.compliance.optouts import InForce, in_force
from threadline.compliance.zones import Zones
from threadline.lib import sql
from threadline.messaging import counted, terms, whereabouts
from threadline.messaging.entry import Entry
from threadline.messaging.terms import Terms

Person = tuple[int, str]  # workspace id, address

_NO_TERMS: Final = Terms()
_LOOK_BACK: Final = timedelta(hours=24, seconds=1)  # for equal words


@dataclass(frozen=True, slots=True)
class Line:
    """One of our numbers, as far as sending is concerned."""

    id: int
    phone: str
    connection_id: int
    ready: bool
    why_not: str = ""
    daily_cap: int | None = None
    service: str = ""  # its Messaging Service: lines in one share opt-outs


@dataclass(frozen=True, slots=True)
class Facts:
    """`now` is the moment decided for; opt-outs are by workspace and address, lines by id.

    The gate itself adds to `recent`, `texts`, `days` and `spent` what it lets go, so that the texts of a batch, and of
    batches that share them, count each other.
    """

    now: datetime
    phase: str  # send or dispatch
    opt_outs: Mapping[Person, Mapping[str, InForce]] = field(default_factory=dict)
    lines: Mapping[int, Line] = field(default_factory=dict)
    withdrawn: Mapping[int, str] = field(default_factory=dict)  # outbox entry → why
    recent: dict[tuple[str, str], datetime] = field(default_factory=dict)  # (address, body) → last time
    terms: Mapping[int, Terms] = field(default_factory=dict)  # by workspace
    zones: Mapping[Person, Zones] = field(default_factory=dict)  # where there are quiet hours
    wrote: Mapping[Person, datetime] = field(default_factory=dict)  # when they last wrote to us
    consents: Mapping[Person, Mapping[str, Standing]] = field(default_factory=dict)  # by line
    texts: dict[Person, list[datetime]] = field(default_factory=dict)  # automatic ones, oldest first
    days: dict[int, dict[date, int]] = field(default_factory=dict)  # line → day of the workspace → texts
    spent: dict[int, int] = field(default_factory=dict)  # workspace → micro-USD that this batch sets aside

    def terms_of(self, entry: Entry) -> Terms:
        return self.terms.get(entry.workspace_id, _NO_TERMS)

    def zones_of(self, entry: Entry) -> Zones:
        """Where the person may be; by the number alone when nothing was loaded."""
        found = self.zones.get((entry.workspace_id, entry.address))
        if found is None:
            own = self.terms_of(entry)
            found = zones.of(entry.address, country=own.country, fallback=own.timezone)
        return found


def load(
    entries: Sequence[Entry],
    phase: str,
    now: datetime,
    lines: Mapping[int, Line] | None = None,
    withdrawn: Mapping[int, str] | None = None,
) -> Facts:
    """The facts for a batch at `phase` (send or dispatch): a few queries, more where the workspaces' terms ask."""
    people: dict[int, set[str]] = {}
    for entry in entries:
        people.setdefault(entry.workspace_id, set()).add(entry.address)
    facts = Facts(
        now,
        phase,
        opt_outs_of([(workspace_id, address) for workspace_id, addresses in people.items() for address in addresses]),
        lines_of(people) if lines is None else lines,
        withdrawn or {},
        terms=terms.of(people, now),
        zones=(found_zones := {}),
        wrote=(wrote := {}),
        consents=(consents := {}),
    )
    for workspace_id, addresses in people.items():
        own = facts.terms[workspace_id]
        if own.quiet:
            where = whereabouts.of(workspace_id, addresses, own.country, own.timezone)
            found_zones.update({(workspace_id, address): found for address, found in where.items()})
        if phase == "send" or own.demand_consent:
            agreed = consent.standing(workspace_id, addresses)
            consents.update({(workspace_id, address): entries for address, entries in agreed.items()})
        if phase == "send" or own.quiet:
            earlier = counted.earlier(workspace_id, addresses, now - _LOOK_BACK)
            facts.recent.update(earlier.texts)
            wrote.update({(workspace_id, address): at for address, at in earlier.wrote.items()})
        if phase == "send" and own.cap:
            for address, times in counted.automatic(workspace_id, addresses, own.cap, now).items():
                facts.texts[workspace_id, address] = times
    if phase == "send":
        used = {entry.line_id: entry.workspace_id for entry in entries if entry.line_id in facts.lines}
        capped = {pk: facts.terms[own] for pk, own in used.items() if pk and facts.lines[pk].daily_cap is not None}
        facts.days.update(counted.days(capped, now))
    return facts


def lines_of(workspace_ids: Collection[int]) -> dict[int, Line]:
    """Every number that the workspaces have chosen, with what keeps it from texting, if anything."""
    with connection.cursor() as cursor:  # at every turn of the sender: the ORM takes longer than the database
        cursor.execute(
            "SELECT number.id, number.phone, number.connection_id, number.daily_cap, number.service_sid, "
            "number.claimed_at, number.gone_at, number.sms, connection.removed_at FROM numbers_number AS number "
            "JOIN numbers_connection AS connection ON connection.id = number.connection_id "
            f"WHERE {sql.any_of('number.workspace_id')} ORDER BY number.is_default DESC, number.id",
            [sql.array(workspace_ids)],
        )
        rows = cursor.fetchall()
    return {
        pk: Line(pk, phone, connection_id, *_readiness(*state), daily_cap, service)
        for pk, phone, connection_id, daily_cap, service, *state in rows
    }


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


def opt_outs_of(pairs: Collection[Person]) -> dict[Person, dict[str, InForce]]:
    """Opt-outs in force for (workspace id, address) pairs, each person's by line."""
    found: dict[Person, dict[str, InForce]] = {}
    by_workspace: dict[int, set[str]] = {}
    for workspace_id, address in pairs:
        by_workspace.setdefault(workspace_id, set()).add(address)
    for workspace_id, addresses in by_workspace.items():
        for (address, line), opt_out in in_force(workspace_id, addresses).items():
            found.setdefault((workspace_id, address), {})[line] = opt_out
    return found
