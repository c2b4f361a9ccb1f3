"""Recipient: one lead, a person in a campaign, and how far they have come."""

from django.db import models
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

PENDING = Q(status="pending", deferred_until=None)
WAITING = ("pending", "in_progress", "held")  # statuses that are not an end


class Recipient(models.Model):
    """A campaign's audience is the sum of its statuses at every moment.

    `sent_at` is when the carrier took the text of the last step, and null while it has not: no step overtakes another.
    The next one is due the step's wait later. That sum is nowhere stored: a changed wait counts for everybody at once.

    A lead that was due and may not be texted yet sleeps until `deferred_until`, then everything is looked at again;
    `deferred_code` says which rule asked for it, `reason` why in words.
    """

    class Status(models.TextChoices):
        PENDING = "pending", _("pending")
        IN_PROGRESS = "in_progress", _("in progress")
        COMPLETED = "completed", _("completed")
        OPTED_OUT = "opted_out", _("opted out")
        FAILED = "failed", _("failed")
        SKIPPED = "skipped", _("skipped")
        HELD = "held", _("held")
        REMOVED = "removed", _("removed")

    class How(models.TextChoices):
        """How a completed lead was completed, and what is known about a removed one: "" is by hand."""

        FINISHED = "finished", _("finished")
        REPLIED = "replied", _("replied")
        BY_HAND = "by_hand", _("by hand")
        EXCLUDED = "excluded", _("left out")  # of the audience; comes back when that changes
        AGAIN = "again", _("added again")  # and about to wait again

    campaign = models.ForeignKey("campaigns.Campaign", models.CASCADE, related_name="recipients", db_index=False)
    workspace = models.ForeignKey("accounts.Workspace", models.CASCADE, related_name="+", db_index=False)
    contact = models.ForeignKey("contacts.Contact", models.CASCADE, related_name="+")
    address = models.CharField(max_length=80)  # E.164
    sort_name = models.CharField(max_length=80, blank=True)
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.PENDING)
    how = models.CharField(max_length=10, choices=How.choices, blank=True)
    reason = models.TextField(blank=True)  # a sentence: why failed, skipped, held
    step = models.PositiveSmallIntegerField(default=0)  # position of the last step asked for
    sent_at = models.DateTimeField(null=True)
    deferred_until = models.DateTimeField(null=True)
    deferred_code = models.CharField(max_length=20, blank=True, db_default="")
    rank = models.BigIntegerField(
        default=0, db_default=0
    )  # its place by list order or by chance, when Lead priority wants that
    added_at = models.DateTimeField(default=now)
    first_text_at = models.DateTimeField(null=True)
    last_text_at = models.DateTimeField(null=True)
    replied_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["campaign", "contact"], name="lead_once"),
            models.UniqueConstraint(fields=["campaign", "address"], name="lead_address_once"),
        ]
        # The conditions are in the words of the queries: SQLite does not see that NOT (x IS NULL) is x IS NOT NULL.
        indexes = [
            models.Index(fields=["campaign", "status", "id"], name="lead_by_status"),
            models.Index(fields=["campaign", "id"], condition=PENDING, name="lead_pending"),
            models.Index(fields=["campaign", "sort_name", "id"], condition=PENDING, name="lead_by_name"),
            models.Index(fields=["campaign", "rank", "id"], condition=PENDING & Q(rank__gt=0), name="lead_by_rank"),
            models.Index(
                fields=["campaign", "step", "sent_at", "id"],
                condition=Q(status="in_progress", sent_at__isnull=False, deferred_until=None),
                name="lead_due",
            ),
            models.Index(fields=["deferred_until"], condition=Q(deferred_until__isnull=False), name="lead_deferred"),
            models.Index(fields=["workspace", "address"], name="lead_of_person"),
        ]

    def __str__(self) -> str:
        return f"lead {self.pk}"
