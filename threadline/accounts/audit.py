"""Writing down who changed what that matters."""

from threadline.accounts.models import AuditEntry, Member, Workspace


def record(workspace: Workspace, member: Member | None, action: str, subject: str, **facts: object) -> AuditEntry:
    """Add an entry: `action` is noun.verb, `subject` a public id, `facts` before and after, never a secret.

    Call it in the transaction of the change; `member` is None for a command on the server.
    """
    return AuditEntry.objects.create(workspace=workspace, member=member, action=action, subject=subject, facts=facts)
