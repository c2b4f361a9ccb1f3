"""What a column says about consent goes into the ledger: yes, no, or in its own words where the consent came from."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.utils.translation import gettext as _

from threadline.compliance import consent
from threadline.compliance.consent import ANY_LINE, Basis, NewConsent
from threadline.contacts.importing.lines import Line
from threadline.contacts.models import Import

_NO: Final = frozenset(
    [
        *("no", "n", "non", "nein", "false", "0", "none", "never", "not given", "withdrawn", "revoked", "declined"),
        *("opt out", "opt-out", "optout", "opted out", "opted-out", "unsubscribed", "stop", "do not text", "dnc"),
    ]
)
_YES: Final = frozenset(
    [
        *("yes", "y", "ok", "ja", "oui", "si", "sí", "true", "1", "x"),
        *("opt in", "opt-in", "optin", "opted in", "opted-in", "subscribed"),
    ]
)


def record(import_: Import, lines: Sequence[Line], now: datetime) -> None:
    """One entry for each of these lines, in the caller's transaction."""
    consent.record([_entry(import_, line, now) for line in lines])


def withdraw(import_: Import, addresses: Sequence[str], now: datetime) -> None:
    """The import is undone: what it said about these people counts no more."""
    said = _("The import “%(file)s” was undone.") % {"file": import_.filename}
    consent.record([_new(import_, address, now, given=False, source=said) for address in addresses])


def _entry(import_: Import, line: Line, now: datetime) -> NewConsent:
    word = line.consent.casefold().strip(" .!")
    source = line.consent
    if word in _YES or word in _NO:
        values = {"file": import_.filename, "word": line.consent, "row": line.number}
        source = _("“%(word)s” in row %(row)d of “%(file)s”") % values
    return _new(import_, line.phone, now, word not in _NO, source)


def _new(import_: Import, address: str, now: datetime, given: bool, source: str) -> NewConsent:
    reference = import_.public_id
    return NewConsent(import_.workspace_id, address, ANY_LINE, Basis.IMPORTED, now, given, source, reference)
