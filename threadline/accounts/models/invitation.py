"""Invitation: a copyable link that makes whoever opens it a member, once."""

from django.db import models
from django.utils import timezone

from threadline.accounts.models.member import Role
from threadline.lib import ids


def new_public_id() -> str:
    return ids.new("inv")


class Invitation(models.Model):
    public_id = models.CharField(max_length=32, unique=True, default=new_public_id, editable=False)
    workspace = models.ForeignKey("accounts.Workspace", models.CASCADE, related_name="invitations")
    role = models.CharField(max_length=10, choices=Role.choices, default=Role.MEMBER)
    token_hash = models.CharField(max_length=64, unique=True)  # the link itself is shown once and never stored
    created_by = models.ForeignKey("accounts.Member", models.CASCADE, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey("accounts.Member", models.SET_NULL, null=True, related_name="+")
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.role} in {self.workspace}"
