"""When the engine last turned."""

from django.db import models


class Pulse(models.Model):
    """One row for the whole installation: by it the engine knows that nothing was running here for a while."""

    at = models.DateTimeField()
