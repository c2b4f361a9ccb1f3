"""What a workspace asks for before a campaign may text many people: read with its defaults, changed with a trace."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from threadline.accounts import audit
from threadline.accounts.models import Member, Workspace
from threadline.campaigns.invalid import Invalid
from threadline.campaigns.models import LaunchRules

MOST_PEOPLE: Final = 1_000_000
MOST_SECONDS: Final = 300


@dataclass
class Typed:
    """The rules as they stand in a form: "" asks for nothing."""

    approval_from: str = ""
    typed_from: str = ""
    recall_seconds: str = "0"
    one_at_a_time: bool = True

    @classmethod
    def saved(cls, rules: LaunchRules) -> "Typed":
        return cls(
            _written(rules.approval_from), _written(rules.typed_from), str(rules.recall_seconds), rules.one_at_a_time
        )

    @classmethod
    def posted(cls, given: Mapping[str, Any]) -> "Typed":
        approval, typed, recall = (
            str(given.get(name, "")).strip() for name in ("approval_from", "typed_from", "recall_seconds")
        )
        return cls(approval, typed, recall, bool(given.get("one_at_a_time")))


def of(workspace: Workspace) -> LaunchRules:
    """The workspace's rules; the defaults, not stored, until somebody changes them."""
    return LaunchRules.objects.filter(workspace=workspace).first() or LaunchRules(workspace=workspace)


@transaction.atomic
def save(workspace: Workspace, member: Member, typed: Typed) -> LaunchRules:
    """Write them down, and who changed what. Raises Invalid with a sentence for each field at fault."""
    errors: dict[str, str] = {}
    wanted = {
        "approval_from": _people("approval_from", typed.approval_from, errors),
        "typed_from": _people("typed_from", typed.typed_from, errors),
        "recall_seconds": _seconds(typed.recall_seconds, errors),
        "one_at_a_time": typed.one_at_a_time,
    }
    if errors:
        raise Invalid(errors)
    rules, _made = LaunchRules.objects.select_for_update(no_key=True).get_or_create(workspace=workspace)
    before = {name: getattr(rules, name) for name in wanted}
    changed = {name: value for name, value in wanted.items() if before[name] != value}
    if changed:
        for name, value in changed.items():
            setattr(rules, name, value)
        rules.save(update_fields=list(changed))
        facts = {"before": {name: before[name] for name in changed}, "after": changed}
        audit.record(workspace, member, "launch_rules.changed", workspace.public_id, **facts)
    return rules


def _written(people: int | None) -> str:
    return "" if people is None else str(people)


def _people(name: str, typed: str, errors: dict[str, str]) -> int | None:
    plain = typed.replace(",", "").replace(" ", "")
    if not plain:
        return None
    if not (plain.isascii() and plain.isdigit() and len(plain) < 10 and 1 <= int(plain) <= MOST_PEOPLE):
        sentence = _("Give a whole number of people from 1 to %(most)s, or leave it empty.")
        errors[name] = sentence % {"most": f"{MOST_PEOPLE:,}"}
        return None
    return int(plain)


def _seconds(typed: str, errors: dict[str, str]) -> int:
    plain = typed or "0"
    if not (plain.isascii() and plain.isdigit() and len(plain) < 10 and int(plain) <= MOST_SECONDS):
        sentence = _("Give a whole number of seconds from 0 to %(most)s; 0 lets it go at once.")
        errors["recall_seconds"] = sentence % {"most": MOST_SECONDS}
        return 0
    return int(plain)
