"""An import is told what its columns are and joins the queue; or it is called off."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from threadline.contacts import fields
from threadline.contacts.importing import mapping as columns
from threadline.contacts.importing.errors import BadMapping
from threadline.contacts.models import ContactList, Import
from threadline.events.publish import Happening, publish
from threadline.events.types import IMPORT_CHANGED
from threadline.lib import clock, doorbell

BELL = "imports"


def choose(import_: Import, mapping: Sequence[str], country: str, known: str) -> None:
    """Keep what somebody wants of an import that was uploaded, so that it can be checked; nothing begins.

    Raises BadMapping, as `begin` does.
    """
    chosen = {"mapping": columns.check(mapping, import_.headers), "country": country, "known": known}
    if not Import.objects.filter(id=import_.id, state=Import.State.UPLOADED).update(**chosen):
        raise BadMapping("begun", _("This import has begun already."))
    import_.refresh_from_db()


def begin(import_: Import, mapping: Sequence[str], into: ContactList | None, known: str = Import.Known.UPDATE) -> None:
    """Queue an import that was uploaded: `mapping` in the form of Import.mapping, `into` the list people go on.

    Raises BadMapping, also when the import has begun already.
    """
    checked = columns.check(mapping, import_.headers)
    if known not in Import.Known.values or (into is not None and into.workspace_id != import_.workspace_id):
        raise BadMapping("unknown", _("This cannot be chosen here."))
    labels = {
        target.removeprefix(columns.FIELD): header
        for target, header in zip(checked, import_.headers, strict=True)
        if target.startswith(columns.FIELD)
    }
    with transaction.atomic():
        waiting = Import.objects.filter(id=import_.id, state=Import.State.UPLOADED)
        if not waiting.update(state=Import.State.QUEUED, mapping=checked, into=into, known=known):
            raise BadMapping("begun", _("This import has begun already."))
        fields.keep(import_.workspace_id, labels)
        publish([changed(import_)])
        doorbell.ring_on_commit(BELL)
    import_.refresh_from_db()


def cancel(import_: Import) -> bool:
    """Call an import off; what went in stays. False when it had ended already."""
    unfinished = (Import.State.UPLOADED, Import.State.QUEUED, Import.State.RUNNING)
    with transaction.atomic():
        mine = Import.objects.filter(id=import_.id, state__in=unfinished)
        done = mine.update(state=Import.State.CANCELLED, finished_at=clock.now())
        if done:
            publish([changed(import_)])
    import_.refresh_from_db()
    return bool(done)


def changed(import_: Import) -> Happening:
    """The event that an import's page waits for."""
    return Happening(import_.workspace_id, IMPORT_CHANGED, import_.public_id)
