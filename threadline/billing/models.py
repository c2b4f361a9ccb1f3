"""Wallet: prepaid money of a workspace. Ledger: every movement of it, append-only. Amounts in micro-USD."""

from django.db import models
from django.utils import timezone


class Wallet(models.Model):
    """The sum of a workspace's ledger, kept in the same transactions. `enabled` says whether it may block a text."""

    workspace = models.OneToOneField("accounts.Workspace", models.CASCADE, related_name="wallet")
    enabled = models.BooleanField(default=False)
    balance = models.BigIntegerField(default=0)
    monthly_budget = models.BigIntegerField(null=True)  # micro-USD; null: none. For those who pay Twilio themselves
    month = models.DateField(null=True)  # first day, in UTC, of the last month in which money moved …
    month_spent = models.BigIntegerField(default=0, db_default=0)  # … and what the texts of that month cost so far

    def __str__(self) -> str:
        return f"wallet of {self.workspace_id}"


class LedgerEntry(models.Model):
    """One movement. `source` is unique in the workspace, so a replay moves nothing."""

    class Kind(models.TextChoices):
        RESERVE = "reserve"  # a text was queued: negative
        RELEASE = "release"  # it was never sent: positive
        SETTLE = "settle"  # difference between the reservation and the carrier's final price
        CREDIT = "credit"  # money came in

    workspace = models.ForeignKey("accounts.Workspace", models.CASCADE, related_name="ledger_entries", db_index=False)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    amount = models.BigIntegerField()  # micro-USD, signed
    source = models.CharField(max_length=60)  # "reserve:<message id>", "release:<message id>", "credit:…"
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "source"], name="ledger_source_once")]
        indexes = [models.Index(fields=["workspace", "-id"], name="ledger_latest")]

    def __str__(self) -> str:
        return f"{self.source} {self.amount}"


class Rate(models.Model):
    """What a text costs, in micro-USD, where a workspace has said so itself; billing/rates.py has the rest.

    `prefix` is the beginning of the recipient's number ("+1", "+44", "" for all others), `number_type` of ours
    (local, toll_free, short_code, "" for any): the longest prefix wins, then the narrower type.
    """

    workspace = models.ForeignKey("accounts.Workspace", models.CASCADE, related_name="rates", db_index=False)
    prefix = models.CharField(max_length=8, blank=True)
    number_type = models.CharField(max_length=10, blank=True)
    sms = models.BigIntegerField()  # per segment
    mms = models.BigIntegerField()  # per text with media

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "prefix", "number_type"], name="rate_once")]

    def __str__(self) -> str:
        return f"{self.prefix or 'elsewhere'} {self.number_type}"
