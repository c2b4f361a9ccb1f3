"""A "no" that came with an import is an opt-out from all our lines, while it is the last word in the ledger."""

from collections.abc import Collection
from datetime import datetime
from typing import Final

from django.db.models import QuerySet

from threadline.compliance import consent, optouts
from threadline.compliance.models import Consent, OptOut
from threadline.compliance.optouts import ANY_LINE
from threadline.lib import rows

PORTION: Final = 3_000  # people
_LONGEST: Final = 40  # characters of OptOut.word
_COLUMNS: Final = ("workspace_id", "line", "address", "word", "evidence", "reference", "at", "lifted_by")
_AS_THE_LEDGER_SAYS: Final = (
    "ON CONFLICT (workspace_id, address, line) WHERE lifted_at IS NULL "
    "DO UPDATE SET word = excluded.word, reference = excluded.reference, at = excluded.at"
)


def settle(workspace_id: int, addresses: Collection[str], now: datetime, by: str) -> None:
    """Opt-outs of these people are as the ledger says, in the caller's transaction, which holds `lock_exclusive` unless
    it only takes a "no" back.

    `by` is the public id of the import that took a "no" back.
    """
    refused = consent.refusals(workspace_id, addresses)
    _in_force(workspace_id, addresses).exclude(address__in=refused).update(lifted_at=now, lifted_by=by)
    stops = [
        (workspace_id, ANY_LINE, address, _cut(entry.source), OptOut.Evidence.IMPORT, entry.reference, entry.at, "")
        for address, entry in sorted(refused.items())
    ]
    rows.insert("compliance_optout", _COLUMNS, stops, _AS_THE_LEDGER_SAYS)


def among(workspace_id: int, addresses: Collection[str]) -> set[str]:
    """Those of these people for whom a "no" is in force."""
    return set(_in_force(workspace_id, addresses).values_list("address", flat=True))


def undo(workspace_id: int, reference: str, said: str, now: datetime) -> None:
    """What an import said, by its public id, counts as never said, and what stood before stands again. Twice is as
    once. In the caller's transaction, before anything else there waits for a row."""
    optouts.lock_exclusive([workspace_id])
    consent.undo(workspace_id, reference, said, now)
    spoken_of = Consent.objects.filter(workspace=workspace_id, reference=reference).values("address")
    ever = OptOut.objects.filter(workspace=workspace_id, line=ANY_LINE, address__in=spoken_of)
    addresses = sorted(set(ever.values_list("address", flat=True)))
    for start in range(0, len(addresses), PORTION):
        settle(workspace_id, addresses[start : start + PORTION], now, reference)


def _in_force(workspace_id: int, addresses: Collection[str]) -> QuerySet[OptOut]:
    theirs = OptOut.objects.filter(workspace=workspace_id, address__in=addresses, lifted_at=None)
    return theirs.filter(line=ANY_LINE, evidence=OptOut.Evidence.IMPORT)


def _cut(source: str) -> str:
    return source if len(source) <= _LONGEST else source[: _LONGEST - 1] + "…"
