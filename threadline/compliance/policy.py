"""The policy of a workspace: read with its defaults, changed with a trace, and everybody who waits by it told."""

from collections.abc import Callable
from typing import Any

from django.db import transaction

from threadline.accounts import audit
from threadline.accounts.models import Member, Workspace
from threadline.compliance.models import Policy
from threadline.events.publish import Happening, publish
from threadline.events.types import WORKSPACE_CHANGED
from threadline.lib import deadlocks

Listener = Callable[[int], None]
_listeners: list[Listener] = []


def on_change(listener: Listener) -> None:
    """Have `listener(workspace id)` called in the transaction of every change: what waits by the old policy is to be
    looked at again."""
    if listener not in _listeners:
        _listeners.append(listener)


def of(workspace: Workspace) -> Policy:
    """The workspace's policy; the defaults, not stored, until somebody changes them."""
    return Policy.objects.filter(workspace=workspace).first() or Policy(workspace=workspace)


@deadlocks.retried
def change(workspace: Workspace, member: Member | None, **wanted: Any) -> Policy:
    """Set fields of the policy; who changed what is written down. What is as it was counts for nothing."""
    with transaction.atomic():
        policy, _made = Policy.objects.select_for_update(no_key=True).get_or_create(workspace=workspace)
        before = {name: getattr(policy, name) for name, value in wanted.items() if getattr(policy, name) != value}
        if not before:
            return policy
        after = {name: wanted[name] for name in before}
        for name, value in after.items():
            setattr(policy, name, value)
        policy.save(update_fields=list(after))
        facts = {"before": _written(before), "after": _written(after)}
        audit.record(workspace, member, "policy.changed", workspace.public_id, **facts)
        for listener in _listeners:
            listener(workspace.pk)
        publish([Happening(workspace.pk, WORKSPACE_CHANGED, workspace.public_id, {})])
    return policy


def _written(values: dict[str, Any]) -> dict[str, Any]:
    """Times as people write them: the audit trail holds JSON."""
    return {name: f"{value:%H:%M}" if hasattr(value, "hour") else value for name, value in values.items()}
