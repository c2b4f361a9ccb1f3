"""CustomField: something a workspace knows about its people beyond our own columns."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class CustomField(models.Model):
    """`key` is what placeholders and Contact.fields use ("pet_name"), `label` what people read ("Pet name")."""

    workspace = models.ForeignKey("accounts.Workspace", models.CASCADE, related_name="custom_fields", db_index=False)
    key = models.CharField(max_length=40)
    label = models.CharField(_("label"), max_length=80)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "key"], name="custom_field_once")]

    def __str__(self) -> str:
        return self.label
