"""What Settings → Billing shows: where the month stands, the rate table, the latest movements, in words."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import phonenumbers
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from threadline.accounts.countries import COUNTRIES
from threadline.accounts.models import Workspace
from threadline.billing import number_types, rates, spend
from threadline.billing.forms import BudgetForm, RateForm, countries_of
from threadline.billing.list_prices import AS_OF
from threadline.billing.models import LedgerEntry
from threadline.billing.rates import Rate
from threadline.lib import money

LATEST: Final = 20
_WORDS: Final[dict[str, str | Promise]] = {
    LedgerEntry.Kind.RESERVE: gettext_lazy("Set aside for a text"),
    LedgerEntry.Kind.RELEASE: gettext_lazy("Given back: a text that was not sent"),
    LedgerEntry.Kind.SETTLE: gettext_lazy("Difference to the carrier's price"),
    LedgerEntry.Kind.CREDIT: gettext_lazy("Money in"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the rate table as people read it."""

    rate: Rate
    place: str
    kind: str
    sms: str
    mms: str


@dataclass(frozen=True, slots=True)
class Movement:
    at: datetime
    words: str | Promise
    amount: str
    came_in: bool


def context(
    workspace: Workspace, now: datetime, budget: BudgetForm | None = None, rate: RateForm | None = None
) -> dict[str, Any]:
    """Everything the page needs; the forms when one was filled in wrong."""
    standing = spend.this_month(workspace.pk, now)
    return {
        "standing": standing,
        "spent": money.dollars(standing.spent, 2),
        "balance": money.dollars(standing.balance, 2),
        "budget": None if standing.budget is None else money.dollars(standing.budget, 2),
        "used": min(100, round(100 * standing.spent / standing.budget)) if standing.budget else 0,
        "left": None if standing.left is None else money.dollars(standing.left, 2),
        "budget_form": budget or BudgetForm(initial={"monthly_budget": standing.budget}),
        "rate_form": rate or RateForm(),
        "lines": _lines(workspace),
        "as_of": AS_OF,
        "movements": _movements(workspace),
    }


def _lines(workspace: Workspace) -> list[Line]:
    """By country, the workspace's own first and everywhere else last."""
    home = f"+{phonenumbers.country_code_for_region(workspace.country)}"
    lines = [_line(rate) for rate in rates.of(workspace.pk).lines]
    return sorted(
        lines, key=lambda line: (not line.rate.prefix, not line.rate.prefix.startswith(home), line.place, line.rate)
    )


def _line(rate: Rate) -> Line:
    kind = str(number_types.NAMES.get(rate.number_type, _("Any kind")))
    return Line(rate, place_of(rate.prefix), kind, money.dollars(rate.sms), money.dollars(rate.mms))


def place_of(prefix: str) -> str:
    """The country that numbers beginning so belong to."""
    if not prefix:
        return _("Everywhere else")
    if prefix.startswith("+1") and len(prefix) == 2:
        return _("North America")
    found = countries_of(prefix)
    return COUNTRIES.get(found[0], prefix) if found else prefix


def _movements(workspace: Workspace) -> list[Movement]:
    latest = LedgerEntry.objects.filter(workspace=workspace).order_by("-id")[:LATEST]
    return [
        Movement(entry.created_at, _WORDS[entry.kind], money.dollars(entry.amount), entry.amount > 0)
        for entry in latest
    ]


def prices_of(workspace: Workspace, prefix: str, number_type: str) -> dict[str, int]:
    """The prices of the line with this beginning and kind, for the form that changes it; empty when there is none."""
    for line in rates.of(workspace.pk).lines:
        if (line.prefix, line.number_type) == (prefix, number_type):
            return {"sms": line.sms, "mms": line.mms}
    return {}
