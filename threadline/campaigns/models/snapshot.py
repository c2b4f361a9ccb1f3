"""Snapshot: the results of a large campaign as they were counted last, so that a page need not count them."""

from django.db import models


class Snapshot(models.Model):
    campaign = models.OneToOneField("campaigns.Campaign", models.CASCADE, related_name="snapshot")
    at = models.DateTimeField()
    milliseconds = models.PositiveIntegerField()  # that counting took: the longer, the more rarely it is done
    data = models.JSONField()

    def __str__(self) -> str:
        return f"results of campaign {self.campaign_id}"
