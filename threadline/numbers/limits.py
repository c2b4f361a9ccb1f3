"""How fast a number texts and how much a day: what a person sets, and what is usual for its kind."""

from collections.abc import Callable
from typing import Final

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from threadline.accounts import audit
from threadline.accounts.models import Member
from threadline.billing import number_types
from threadline.lib import deadlocks
from threadline.numbers.models import Number

Changed = Callable[[Number], object]
_told: list[Changed] = []

# Twilio's and the networks' own limits, as published in 2026.
_USUAL: Final[dict[str, tuple[str | Promise, str | Promise]]] = {
    number_types.TOLL_FREE: (
        _("Toll-free numbers: usually 3, more after asking Twilio."),
        _("Networks set no daily limit for a verified toll-free number."),
    ),
    number_types.SHORT_CODE: (
        _("Short codes: usually 100; 40 for texts with files."),
        _("Networks set no daily limit for a short code."),
    ),
    number_types.LOCAL: (
        _(
            "Local US numbers (10DLC): 1 for a sole proprietor, 3 for low volume, 12 for a standard campaign, more "
            "with a good trust score; all numbers of a campaign share it. Local numbers in Canada: 1."
        ),
        _(
            "T-Mobile counts per brand: 1,000 for a sole proprietor, 2,000 for low volume, then 10,000, 40,000 and "
            "200,000 by trust score."
        ),
    ),
    "": (
        _("Numbers outside North America: usually 10."),
        _("Ask Twilio what the country's networks allow."),
    ),
}


def usual(phone: str) -> tuple[str | Promise, str | Promise]:
    """What is usual for a number like this: a sentence about a second, and one about a day."""
    kind = number_types.of(phone)
    return _USUAL["" if kind == number_types.LOCAL and not phone.startswith("+1") else kind]


def provide(function: Changed) -> None:
    """Have `function(number)` called when a number's limits have changed, in a transaction of its own."""
    if function not in _told:
        _told.append(function)


def limit(number: Number, member: Member, per_second: float | None, daily_cap: int | None) -> None:
    """Set both limits; None takes one away. Texts that wait for their turn get a new one."""
    with transaction.atomic():
        before = {"per_second": number.per_second, "daily_cap": number.daily_cap}
        number.per_second, number.daily_cap = per_second, daily_cap
        number.save(update_fields=["per_second", "daily_cap"])
        after = {"per_second": per_second, "daily_cap": daily_cap}
        audit.record(number.workspace, member, "number.limited", number.public_id, before=before, after=after)
    # Only now, and not with the number's row in hand: a sender takes the texts first and then the number.
    for function in _told:
        deadlocks.retried(transaction.atomic(function))(number)
