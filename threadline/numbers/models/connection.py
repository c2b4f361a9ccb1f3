"""Connection: one set of Twilio credentials with a display name."""

import secrets

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from threadline.lib import crypto, ids


def new_public_id() -> str:
    return ids.new("conn")


def new_hook_key() -> str:
    return secrets.token_hex(16)


class Connection(models.Model):
    public_id = models.CharField(max_length=32, unique=True, default=new_public_id, editable=False)
    workspace = models.ForeignKey("accounts.Workspace", models.CASCADE, related_name="connections")
    name = models.CharField(_("display name"), max_length=120, default="Twilio")
    account_sid = models.CharField(_("Account SID"), max_length=34, db_index=True)
    auth_token_sealed = models.TextField()  # encrypted; never shown, never logged
    base_url = models.URLField(blank=True)  # "" = Twilio; the sandbox's address otherwise
    hook_key = models.CharField(max_length=32, unique=True, default=new_hook_key)  # path of its own webhooks
    account_type = models.CharField(max_length=10, blank=True)  # Trial or Full, as Twilio says
    created_at = models.DateTimeField(default=timezone.now)
    checked_at = models.DateTimeField(null=True)  # credentials last known good
    looked_at = models.DateTimeField(null=True)  # account and numbers last read, with whatever outcome
    problem = models.TextField(blank=True)  # a sentence: why it does not work at present
    synced_at = models.DateTimeField(null=True)  # history last read, or being read since
    sync_wanted_at = models.DateTimeField(null=True)  # a person opened or refreshed Messages
    removed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["workspace", "id"], name="connection_of_workspace")]

    def __str__(self) -> str:
        return self.name

    def hold(self) -> None:
        """Lock it for the rest of the transaction: before its numbers, and so that others may refer to it."""
        Connection.objects.select_for_update(no_key=True).get(pk=self.pk)

    @property
    def auth_token(self) -> str:
        return crypto.unseal(self.auth_token_sealed)

    @auth_token.setter
    def auth_token(self, token: str) -> None:
        self.auth_token_sealed = crypto.seal(token)

    @property
    def is_sandbox(self) -> bool:
        return bool(self.base_url)

    @property
    def is_trial(self) -> bool:
        return self.account_type == "Trial"
