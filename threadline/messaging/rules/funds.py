"""Rules about money: the month's budget of those who pay Twilio themselves, the wallet of everybody else."""

from datetime import timedelta
from typing import Any, Final

from django.utils.translation import gettext as _

from threadline.lib.money import dollars
from threadline.messaging.entry import Entry
from threadline.messaging.facts import Facts
from threadline.messaging.verdicts import Defer, Hold, Refuse, Verdict

LOOK_AGAIN: Final = timedelta(hours=1)


def over_budget(entry: Entry, facts: Facts) -> Verdict | None:
    terms = facts.terms.get(entry.workspace_id)
    if terms is None or terms.budget is None or facts.phase == "dispatch":
        return None
    spent = terms.spent + facts.spent.get(entry.workspace_id, 0)
    if spent + entry.cost <= terms.budget:
        return None
    reason = _(
        "%(spent)s of this month's budget of %(budget)s is spent, and this text costs about %(cost)s. "
        "Raise the budget under Settings, Billing, or wait for next month."
    )
    said = {"spent": dollars(spent), "budget": dollars(terms.budget), "cost": dollars(entry.cost)}
    return _no("over_budget", reason % said, entry, facts)


def no_funds(entry: Entry, facts: Facts) -> Verdict | None:
    terms = facts.terms.get(entry.workspace_id)
    if terms is None or terms.funds is None or facts.phase == "dispatch":
        return None
    left = terms.funds - facts.spent.get(entry.workspace_id, 0)
    if left >= entry.cost:
        return None
    reason = _("This text costs about %(cost)s and the wallet holds %(left)s. Add funds under Settings, Billing.")
    return _no("no_funds", reason % {"cost": dollars(entry.cost), "left": dollars(left)}, entry, facts)


def seen(entry: Entry, facts: Facts) -> dict[str, Any]:
    """What the money rules looked at, where money is limited."""
    terms = facts.terms.get(entry.workspace_id)
    if terms is None or facts.phase == "dispatch":
        return {}
    earlier = facts.spent.get(entry.workspace_id, 0)
    if terms.budget is not None:
        return {"money": {"cost": entry.cost, "spent": terms.spent + earlier, "budget": terms.budget}}
    if terms.funds is not None:
        return {"money": {"cost": entry.cost, "left": terms.funds - earlier}}
    return {}


def _no(code: str, reason: str, entry: Entry, facts: Facts) -> Verdict:
    """Whoever types is told at once; what a machine asked for waits for money, here or where it came from."""
    if entry.by_hand:
        return Refuse(code, reason)
    return Defer(code, reason, facts.now + LOOK_AGAIN) if entry.waits_outside else Hold(code, reason)
