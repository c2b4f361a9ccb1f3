"""threadline connect: connect a Twilio account to a workspace, from a terminal or a script."""

import os
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Q

from threadline.accounts.models import Workspace
from threadline.numbers import claims, incoming
from threadline.numbers import connect as connecting
from threadline.numbers.models import Connection
from threadline.numbers.problems import ProblemError


class Command(BaseCommand):
    help = (
        "Connect a Twilio account to a workspace; the same SID again replaces its token. The token comes from "
        "TWILIO_AUTH_TOKEN or from standard input (--token-stdin), never from the command line."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--sid", default=os.environ.get("TWILIO_ACCOUNT_SID", ""), help="Account SID, AC…")
        parser.add_argument("--token-stdin", action="store_true", help="read the Auth Token from standard input")
        parser.add_argument(
            "--number", action="append", required=True, help="in full; the first is the default; may be repeated"
        )
        parser.add_argument("--all-numbers", action="store_true", help="also choose every other free number")
        parser.add_argument("--workspace", default="", help="name or id; not needed when there is one")
        parser.add_argument("--name", default="", help="display name")
        parser.add_argument("--base-url", default="", help="the sandbox's address on this machine")
        parser.add_argument("--webhooks", action="store_true", help="let replies to the numbers arrive here")

    def handle(self, *args: Any, **options: Any) -> None:
        token = sys.stdin.readline().strip() if options["token_stdin"] else os.environ.get("TWILIO_AUTH_TOKEN", "")
        workspace = _workspace(options["workspace"])
        credentials = connecting.Credentials(options["sid"], token, options["base_url"].rstrip("/"))
        first, *more = options["number"]
        try:
            connection = connecting.connect(workspace, None, credentials, first, options["name"])
            self._choose(connection, more, options["all_numbers"])
        except ProblemError as problem:
            raise CommandError(problem.sentence) from None
        if options["webhooks"]:
            self._set_webhooks(connection)
        self.stdout.write(connection.public_id)

    def _choose(self, connection: Connection, more: list[str], everything: bool) -> None:
        """Choose the other numbers beside the default one; those chosen before stay."""
        workspace = connection.workspace
        wanted = {connecting.plain(number, workspace.country) for number in more}
        taken = claims.elsewhere(workspace, connection.account_sid)
        numbers = list(connection.numbers.filter(gone_at=None))
        if missing := wanted - {number.phone for number in numbers}:
            raise CommandError(f"Not on this Twilio account: {', '.join(sorted(missing))}")
        chosen = {
            number.public_id
            for number in numbers
            if number.claimed_at or number.phone in wanted or (everything and number.sms and number.phone not in taken)
        }
        claims.choose(connection, None, chosen)

    def _set_webhooks(self, connection: Connection) -> None:
        """Where somebody else's URL stands, say so and leave it: replacing it needs a person's yes."""
        for number in connection.numbers.textable():
            try:
                incoming.point_here(number, None)
            except incoming.OccupiedError as occupied:
                self.stderr.write(f"{number.phone}: replies go to {occupied.url}; replace it on the Numbers page.")
            except ProblemError as problem:
                self.stderr.write(f"{number.phone}: {problem.sentence}")


def _workspace(wanted: str) -> Workspace:
    found = Workspace.objects.order_by("id")
    matches = list(found.filter(Q(name=wanted) | Q(public_id=wanted))[:2] if wanted else found[:2])
    if len(matches) == 1:
        return matches[0]
    if matches:
        raise CommandError("There are several such workspaces: name one by its id (ws_…) with --workspace.")
    raise CommandError(f"There is no workspace named {wanted}." if wanted else "There is no workspace yet: createuser.")
