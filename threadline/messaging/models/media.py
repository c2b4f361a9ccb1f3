"""Media: a picture, sound, film or file that came or went with a text."""

from django.db import models

from threadline.lib import ids


def new_public_id() -> str:
    return ids.new("med")


class Media(models.Model):
    """Inbound files are fetched in the background and kept; until then `file` is empty, `problem` says why not."""

    public_id = models.CharField(max_length=32, unique=True, default=new_public_id, editable=False)
    message = models.ForeignKey("messaging.Message", models.CASCADE, related_name="media")
    position = models.PositiveSmallIntegerField(default=0)
    url = models.TextField()  # at the carrier
    content_type = models.CharField(max_length=100, blank=True)
    file = models.CharField(max_length=200, blank=True)  # name in the storage
    size = models.PositiveIntegerField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    try_after = models.DateTimeField(null=True)  # null: fetched or given up
    problem = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "position"], name="media_position_once")]
        indexes = [
            models.Index(fields=["try_after"], condition=models.Q(try_after__isnull=False), name="media_to_fetch")
        ]

    def __str__(self) -> str:
        return self.public_id
