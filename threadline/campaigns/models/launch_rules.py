"""LaunchRules: what a workspace asks for before a campaign may text many people."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class LaunchRules(models.Model):
    """A threshold of null asks for nothing. The row is made by the first change; until then the defaults count."""

    workspace = models.OneToOneField("accounts.Workspace", models.CASCADE, related_name="launch_rules")
    approval_from = models.PositiveIntegerField(_("Ask a second person from"), null=True, blank=True)  # leads
    typed_from = models.PositiveIntegerField(_("Type the number of people from"), null=True, blank=True)  # leads
    recall_seconds = models.PositiveSmallIntegerField(_("Seconds to recall"), default=0)
    one_at_a_time = models.BooleanField(_("One campaign at a time per person"), default=True)

    def __str__(self) -> str:
        return f"launch rules of workspace {self.workspace_id}"
