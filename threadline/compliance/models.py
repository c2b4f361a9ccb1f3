"""May we? Opt-outs and consents with their evidence, keyed on addresses, not on contacts; and a workspace's policy."""

from datetime import time

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class OptOut(models.Model):
    """In force while `lifted_at` is null. `line` is our own number; the evidence says where the word came from.

    An import's word is about all our numbers, also those to come: its `line` is "".
    """

    class Evidence(models.TextChoices):
        INBOUND = "inbound"  # they texted the word
        CARRIER = "carrier"  # Twilio refused with 21610
        MEMBER = "member"  # somebody of ours recorded it
        IMPORT = "import"  # the consent column of a file said so

    workspace = models.ForeignKey("accounts.Workspace", models.CASCADE, related_name="opt_outs", db_index=False)
    line = models.CharField(max_length=40, blank=True)
    address = models.CharField(max_length=80)
    word = models.CharField(max_length=40, blank=True)
    evidence = models.CharField(max_length=10, choices=Evidence.choices)
    reference = models.CharField(max_length=64, blank=True)  # sid of the text, public id of the member or import
    at = models.DateTimeField(default=timezone.now)
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.CharField(max_length=64, blank=True)  # sid of the START, or public id of the member

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "address", "line"],
                condition=models.Q(lifted_at=None),
                name="one_opt_out_in_force",
            )
        ]
        indexes = [models.Index(fields=["workspace", "address", "at"], name="opt_out_history")]

    def __str__(self) -> str:
        return f"opt-out of {self.line}"


class Policy(models.Model):
    """What a workspace asks of every text. The row is made by the first change; until then the defaults count.

    Quiet hours are from `quiet_from` in the evening to `quiet_to` in the morning, by the recipient's clock.
    """

    workspace = models.OneToOneField("accounts.Workspace", models.CASCADE, related_name="policy")
    quiet_hours = models.BooleanField(_("Quiet hours"), default=False)
    quiet_from = models.TimeField(_("from"), default=time(21))
    quiet_to = models.TimeField(_("to"), default=time(8))
    demand_consent = models.BooleanField(_("Refuse without evidence of consent"), default=False)
    narrow_stop = models.BooleanField(_("A STOP counts for its own line only"), default=False)
    cap_texts = models.PositiveSmallIntegerField(_("At most"), null=True, blank=True)  # automatic texts per person
    cap_days = models.PositiveSmallIntegerField(_("in days"), default=7)

    def __str__(self) -> str:
        return f"policy of workspace {self.workspace_id}"


class Consent(models.Model):
    """An entry of the consent ledger, append-only: what somebody agreed to, or no longer, and how we know.

    `line` is our number, "" for any of them. The last entry for a line counts; without one it is Not Defined. What has
    the same reference as a later entry UNDONE counts as never said.
    """

    class Basis(models.TextChoices):
        WROTE = "wrote", _("They wrote first")
        ACKNOWLEDGED = "acknowledged", _("The campaign's acknowledgement")
        IMPORTED = "imported", _("The import's consent column")
        RECORDED = "recorded", _("Recorded by a member")
        STARTED = "started", _("They texted START")
        UNDONE = "undone", _("The import was undone")

    workspace = models.ForeignKey("accounts.Workspace", models.CASCADE, related_name="consents", db_index=False)
    address = models.CharField(max_length=80)
    line = models.CharField(max_length=40, blank=True)
    given = models.BooleanField(default=True)
    basis = models.CharField(max_length=12, choices=Basis.choices)
    source = models.CharField(max_length=200, blank=True)  # "Web form, 3 May": in words
    reference = models.CharField(max_length=64, blank=True)  # public id or sid of what proves it
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["workspace", "address", "-id"], name="consent_of_person")]

    def __str__(self) -> str:
        return f"{self.basis} of workspace {self.workspace_id}"
