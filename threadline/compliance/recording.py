"""A member records by hand that somebody opted out, or in again: with a reason, and with a trace."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from threadline.accounts import audit
from threadline.accounts.models import Member, Workspace
from threadline.compliance import consent, optouts
from threadline.compliance.consent import Basis, NewConsent
from threadline.compliance.models import OptOut
from threadline.compliance.optouts import NewOptOut
from threadline.lib import deadlocks

SHORTEST_EVIDENCE = 8  # characters: "yes" and "ok" prove nothing
LONGEST = 200


class InvalidReasonError(ValueError):
    """The reason is missing, or too short or long to be one; its text is for the person who typed it."""


@deadlocks.retried
def opt_out(
    workspace: Workspace, member: Member, address: str, lines: Sequence[str], reason: str, now: datetime
) -> None:
    """No more texts to `address` over `lines` (our numbers). Raises InvalidReasonError."""
    said = _checked(reason, 1, _("Say how you know, such as “Asked on the phone”."))
    with transaction.atomic():
        optouts.record(
            [
                NewOptOut(workspace.pk, line, address, now, "", OptOut.Evidence.MEMBER, member.public_id)
                for line in lines
            ]
        )
        _write_down(workspace, member, address, lines, said, now, given=False)


@deadlocks.retried
def opt_in(
    workspace: Workspace, member: Member, address: str, lines: Sequence[str], evidence: str, now: datetime
) -> None:
    """`address` agreed to texts over `lines` again, or for the first time. Raises InvalidReasonError.

    It cannot lift what the carrier blocks by itself: after a STOP the person has to text START all the same.
    """
    needed = _("Say what proves that they agreed, such as “Signed the form at the counter on 3 May”.")
    said = _checked(evidence, SHORTEST_EVIDENCE, needed)
    with transaction.atomic():
        optouts.lift_by_member(workspace.pk, address, lines, member.public_id, now)
        _write_down(workspace, member, address, lines, said, now, given=True)


def _checked(typed: str, shortest: int, needed: str) -> str:
    said = typed.replace("\x00", "").strip()
    if len(said) < shortest:
        raise InvalidReasonError(needed)
    if len(said) > LONGEST:
        raise InvalidReasonError(_("At most %(most)d characters, please.") % {"most": LONGEST})
    return said


def _write_down(
    workspace: Workspace, member: Member, address: str, lines: Sequence[str], said: str, now: datetime, given: bool
) -> None:
    consent.record(
        [NewConsent(workspace.pk, address, line, Basis.RECORDED, now, given, said, member.public_id) for line in lines]
    )
    action = "consent.opted_in" if given else "consent.opted_out"
    audit.record(workspace, member, action, member.public_id, address=address, lines=list(lines), reason=said)
