"""Import: a file of people on its way in; its own row is the checkpoint, so a killed import goes on where it was."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from threadline.lib import ids


def new_public_id() -> str:
    return ids.new("imp")


class Import(models.Model):
    """rows_done = created + updated + merged + skipped + invalid, at every moment.

    `mapping` says what each column of the file is, by position: "phone", "name", "first_name", "last_name", "company",
    "email", "consent", "field:pet_name", or "" for a column that is left out.
    """

    class State(models.TextChoices):
        UPLOADED = "uploaded", _("Waiting for its columns")  # nobody has said what the columns are
        QUEUED = "queued", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Stopped")  # `problem` says why; what went in stays and is counted
        CANCELLED = "cancelled", _("Cancelled")
        UNDOING = "undoing", _("Being undone")
        UNDONE = "undone", _("Undone")

    class Known(models.TextChoices):
        UPDATE = "update", _("Update them")
        MERGE = "merge", _("Fill in what is missing")
        SKIP = "skip", _("Leave them as they are")

    public_id = models.CharField(max_length=32, unique=True, default=new_public_id, editable=False)
    workspace = models.ForeignKey("accounts.Workspace", models.CASCADE, related_name="imports", db_index=False)
    member = models.ForeignKey("accounts.Member", models.SET_NULL, null=True, related_name="+", db_index=False)
    into = models.ForeignKey("contacts.ContactList", models.SET_NULL, null=True, related_name="+", db_index=False)
    state = models.CharField(max_length=10, choices=State.choices, default=State.UPLOADED)
    filename = models.CharField(max_length=200)  # as its owner called it
    file = models.CharField(max_length=200)  # name in the storage
    size = models.BigIntegerField(default=0)  # bytes
    encoding = models.CharField(max_length=20, blank=True)
    delimiter = models.CharField(max_length=1, blank=True)
    headers = models.JSONField(default=list)
    headless = models.BooleanField(null=True)  # the first line is a row; None: uploaded when that was not kept yet
    mapping = models.JSONField(default=list)
    country = models.CharField(max_length=2, default="US")  # reads numbers without a country code
    known = models.CharField(max_length=6, choices=Known.choices, default=Known.UPDATE)  # people we have already
    rows_done = models.PositiveIntegerField(default=0)
    position = models.BigIntegerField(default=0)  # bytes read, for the progress bar
    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    merged = models.PositiveIntegerField(default=0)  # the same number stood further up in the file
    skipped = models.PositiveIntegerField(default=0)
    invalid = models.PositiveIntegerField(default=0)
    problem = models.TextField(blank=True)
    undone_people = models.PositiveIntegerField(default=0)  # made by it, and deleted again
    undone_kept = models.PositiveIntegerField(default=0)  # made by it, and used since: they stay; see undoing
    undone_changes = models.PositiveIntegerField(default=0)  # people whom it had changed, and who are as before
    created_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["workspace", "-id"], name="import_latest"),
            models.Index(
                fields=["id"], condition=models.Q(state__in=["queued", "running", "undoing"]), name="import_to_do"
            ),
        ]

    def __str__(self) -> str:
        return self.filename


class ImportRow(models.Model):
    """A row of the file that was merged, skipped or invalid: which, why, and what stood in it."""

    class Verdict(models.TextChoices):
        MERGED = "merged", _("Merged")
        SKIPPED = "skipped", _("Skipped")
        INVALID = "invalid", _("Invalid")

    imported = models.ForeignKey(Import, models.CASCADE, related_name="rows", db_index=False)
    number = models.PositiveIntegerField()  # 1 is the first row below the header
    verdict = models.CharField(max_length=8, choices=Verdict.choices)
    code = models.CharField(max_length=20)  # lib.phones.Reason, or: blank, unclosed_quote, repeated, known, same …
    reason = models.TextField()
    cells = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["imported", "number"], name="import_row_once")]

    def __str__(self) -> str:
        return f"row {self.number}: {self.verdict}"

    @property
    def filled(self) -> list[str]:
        """The cells that hold something."""
        return [cell for cell in self.cells if cell.strip()]


class ImportChange(models.Model):
    """Somebody known already, as they were before an import changed them: {"name": "…", …, "fields": {…}}, by column.

    `after` holds the same columns as the import left them: undoing changes back only what nobody has changed since.
    """

    imported = models.ForeignKey(Import, models.CASCADE, related_name="changes", db_index=False)
    contact = models.ForeignKey("contacts.Contact", models.CASCADE, related_name="+")
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    listed = models.BooleanField(default=False)  # it put them on its list

    class Meta:
        constraints = [models.UniqueConstraint(fields=["imported", "contact"], name="import_change_once")]

    def __str__(self) -> str:
        return f"change of {self.contact_id}"
