"""What a column says about consent goes into the ledger: yes, no, or in its own words where the consent came from.

A "no" is an opt-out too: nothing automatic goes to that person any more.
"""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from threadline.compliance import consent, optouts, refusals
from threadline.compliance.consent import ANY_LINE, Basis, NewConsent
from threadline.compliance.models import Consent
from threadline.contacts.importing.answers import Answer, answer
from threadline.contacts.importing.lines import Line
from threadline.contacts.models import Import


def hold(import_: Import, lines: Sequence[Line]) -> None:
    """Before anything else of the transaction that records these lines: claims wait where somebody refuses."""
    if any(answer(line.consent) is Answer.NO for line in lines):
        optouts.lock_exclusive([import_.workspace_id])


def record(import_: Import, lines: Sequence[Line], now: datetime) -> None:
    """What these lines say, in the caller's transaction. Of several rows of a number a "no" counts, wherever it stands;
    else the first one that says anything."""
    given = _before(import_, [line.phone for line in lines if line.first_row != line.number])
    new: dict[str, NewConsent] = {}
    for line in lines:
        said = answer(line.consent)
        if said is Answer.NOTHING or not given.get(line.phone, True):
            continue
        if line.phone not in given or said is Answer.NO:
            new[line.phone] = _entry(import_, line, said, now)
            given[line.phone] = said is not Answer.NO
    consent.record(list(new.values()))
    refused = {address for address, entry in new.items() if not entry.given}
    told = refused | refusals.among(import_.workspace_id, new.keys() - refused)
    if told:
        refusals.settle(import_.workspace_id, told, now, import_.public_id)


def undo(import_: Import, now: datetime) -> None:
    """The import is undone: what it said about anybody counts as never said. First of all in its transaction."""
    said = _("The import “%(file)s” was undone.") % {"file": import_.filename}
    refusals.undo(import_.workspace_id, import_.public_id, said, now)


def _before(import_: Import, repeated: Sequence[str]) -> dict[str, bool]:
    """Whether an earlier batch of this import has a yes or a no for these numbers."""
    if not repeated:
        return {}
    said = Consent.objects.filter(workspace=import_.workspace_id, reference=import_.public_id, address__in=repeated)
    return dict(said.order_by("id").values_list("address", "given"))


def _entry(import_: Import, line: Line, said: Answer, now: datetime) -> NewConsent:
    source = line.consent
    if said is not Answer.EVIDENCE:
        values = {"file": import_.filename, "word": line.consent[:80], "row": line.number}
        source = _("“%(word)s” in row %(row)d of “%(file)s”") % values
    given, reference = said is not Answer.NO, import_.public_id
    return NewConsent(import_.workspace_id, line.phone, ANY_LINE, Basis.IMPORTED, now, given, source, reference)
