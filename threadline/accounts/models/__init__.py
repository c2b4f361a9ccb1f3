"""Who may do what: users, workspaces, members, invitations, and what they changed."""

from threadline.accounts.models.audit import AuditEntry
from threadline.accounts.models.invitation import Invitation
from threadline.accounts.models.member import Member, Role
from threadline.accounts.models.user import User
from threadline.accounts.models.workspace import Workspace

__all__ = ["AuditEntry", "Invitation", "Member", "Role", "User", "Workspace"]
