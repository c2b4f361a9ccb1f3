"""threadline sync: read Twilio's history now, without waiting for the worker."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from threadline.messaging import history
from threadline.numbers.models import Connection
from threadline.twilio.client import CarrierError


class Command(BaseCommand):
    help = "Adopt what Twilio's message list holds for every connection; prints how many texts were new."

    def handle(self, *args: Any, **options: Any) -> None:
        problems = []
        for connection in Connection.objects.filter(removed_at=None).select_related("workspace"):
            try:
                new = history.sync(connection)
            except CarrierError as error:
                problems.append(f"{connection.name}: {error.sentence}")
                continue
            self.stdout.write(f"{connection.workspace.name}, {connection.name}: {new} new")
        if problems:
            raise CommandError("\n".join(problems))
