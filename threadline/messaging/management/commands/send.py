"""threadline send: one text from the command line, through the same gate as everybody's."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from threadline.accounts.models import Workspace
from threadline.messaging.models.outbox import Priority
from threadline.messaging.outgoing import Outgoing
from threadline.messaging.send import send
from threadline.messaging.verdicts import Refuse
from threadline.numbers.models import Number


class Command(BaseCommand):
    help = "Queue one text; the worker sends it. Prints the message as JSON."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("to", help="phone number, with country code")
        parser.add_argument("body", help="the text")
        parser.add_argument("--from", dest="from_", metavar="NUMBER", help="one of the workspace's numbers")
        parser.add_argument("--workspace", metavar="ID", help="public id; needed when there are several")

    def handle(self, *args: Any, **options: Any) -> None:
        workspace = find_workspace(options["workspace"])
        number = None
        if options["from_"]:
            number = Number.objects.claimed().filter(workspace=workspace, phone=options["from_"]).first()
            if number is None:
                raise CommandError(f"--from: {options['from_']} is not a number of {workspace.name}")
        asked = Outgoing(
            to=options["to"],
            body=options["body"],
            number_id=number.id if number else None,
            source="command",
            priority=Priority.API,
        )
        outcome = send(workspace, [asked])[0]
        if isinstance(outcome.verdict, Refuse):
            raise CommandError(f"{outcome.verdict.param or outcome.verdict.code}: {outcome.verdict.reason}")
        assert outcome.message
        self.stdout.write(json.dumps({"id": outcome.message.public_id, "status": outcome.message.status}))


def find_workspace(public_id: str | None) -> Workspace:
    """The workspace named, or the only one there is."""
    workspaces = list(Workspace.objects.filter(public_id=public_id) if public_id else Workspace.objects.all()[:2])
    if len(workspaces) == 1:
        return workspaces[0]
    if public_id:
        raise CommandError(f"--workspace: there is no workspace {public_id}")
    raise CommandError(
        "--workspace: there is none yet" if not workspaces else "--workspace: there are several, name one"
    )
