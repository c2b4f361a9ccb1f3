"""Which workspace a person works in: the one their session chose, otherwise the first they joined."""

from collections.abc import Mapping
from typing import Any, Final

from threadline.accounts.models import Member, User

SESSION_KEY: Final = "workspace"  # holds the workspace's public id


def memberships(user: User) -> list[Member]:
    """The person's memberships that stand, with their workspaces, in the order of joining."""
    return list(Member.objects.filter(user=user, removed_at=None).select_related("workspace").order_by("id"))


def chosen(user: User, session: Mapping[str, Any]) -> Member | None:
    """The membership this session works as; None when the person belongs to no workspace (any more)."""
    standing = memberships(user)
    wanted = session.get(SESSION_KEY)
    for member in standing:
        if member.workspace.public_id == wanted:
            return member
    return standing[0] if standing else None
