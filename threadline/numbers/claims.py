"""Which numbers belong to which workspace (U8), and which one is its default."""

from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from threadline.accounts import audit
from threadline.accounts.models import Member, Workspace
from threadline.events.publish import Happening, publish
from threadline.events.types import CONNECTION_CHANGED
from threadline.lib import clock, doorbell
from threadline.numbers.models import Connection, Number
from threadline.numbers.problems import ProblemError


def elsewhere(workspace: Workspace, account_sid: str) -> set[str]:
    """The phones of a Twilio account that other workspaces of this installation have claimed."""
    rows = Number.objects.claimed().filter(account_sid=account_sid).exclude(workspace=workspace)
    return set(rows.values_list("phone", flat=True))


def demand_free(workspace: Workspace, account_sid: str, phone: str) -> None:
    """ProblemError when another workspace has the number already."""
    if phone in elsewhere(workspace, account_sid):
        raise ProblemError("phone", _taken(phone))


def claim(numbers: Sequence[Number]) -> None:
    """Let the workspace work with these numbers; ProblemError when another workspace was quicker."""
    for number in numbers:
        if number.claimed_at:
            continue
        number.claimed_at = clock.now()
        try:
            with transaction.atomic():
                number.save(update_fields=["claimed_at"])
        except IntegrityError:
            raise ProblemError("phone", _taken(number.phone)) from None


@transaction.atomic
def choose(connection: Connection, member: Member | None, chosen: set[str]) -> None:
    """Claim exactly the numbers with these public ids and let go of the connection's others.

    The default number cannot be let go of; ProblemError names it.
    """
    workspace = connection.workspace
    connection.hold()
    ours = list(workspace.numbers.all().locked())
    numbers = [number for number in ours if number.connection_id == connection.pk and number.gone_at is None]
    released = [number for number in numbers if number.claimed_at and number.public_id not in chosen]
    if default := next((number for number in released if number.is_default), None):
        raise ProblemError(
            "", _("%(number)s is the default number. Make another one the default first.") % {"number": default}
        )
    new = [number for number in numbers if number.public_id in chosen and not number.claimed_at]
    for number in released:
        number.claimed_at = None
        number.save(update_fields=["claimed_at"])
    claim(new)
    if not new and not released:
        return
    if new and not workspace.numbers.filter(is_default=True).exists():
        make_default(new[0])
    Connection.objects.filter(pk=connection.pk).update(sync_wanted_at=clock.now())
    audit.record(
        workspace,
        member,
        "numbers.chosen",
        connection.public_id,
        added=[number.phone for number in new],
        released=[number.phone for number in released],
    )
    transaction.on_commit(lambda: doorbell.ring("history"))
    publish([Happening(workspace.pk, CONNECTION_CHANGED, connection.public_id, {})])


@transaction.atomic
def make_default(number: Number) -> None:
    """Texts without another choice go out from this number."""
    list(number.workspace.numbers.all().locked())  # of two choices at once the second sees the first
    Number.objects.filter(workspace=number.workspace, is_default=True).exclude(pk=number.pk).update(is_default=False)
    number.is_default = True
    number.save(update_fields=["is_default"])


def _taken(phone: str) -> str:
    return _(
        "%(phone)s belongs to another workspace of this installation. Choose another number, or let it go there."
    ) % {"phone": phone}
