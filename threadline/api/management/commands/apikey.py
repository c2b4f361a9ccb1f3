"""threadline apikey create|list|revoke: keys for programs, from the command line."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Q

from threadline.accounts.models import Workspace
from threadline.api import keys
from threadline.api.models import ApiKey


class Command(BaseCommand):
    help = "Make, list and revoke API keys. `create` prints the key alone: it is shown this once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        create = actions.add_parser("create", help="make a key and print it")
        create.add_argument("--name", required=True, help="which program uses it")
        create.add_argument("--workspace", default="", help="name or id; needed when there are several")
        listing = actions.add_parser("list", help="print every key, without its secret")
        listing.add_argument("--workspace", default="", help="name or id; without it, all")
        revoke = actions.add_parser("revoke", help="make a key useless from now on")
        revoke.add_argument("id", help="key_…, as the list shows it")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["action"] == "create":
            self._create(options["name"].strip(), options["workspace"])
        elif options["action"] == "list":
            self._list(options["workspace"])
        else:
            self._revoke(options["id"])

    def _create(self, name: str, workspace: str) -> None:
        if not 0 < len(name) <= 80:
            raise CommandError("--name: give it a name of 1 to 80 characters.")
        _key, secret = keys.create(_workspace(workspace), name)
        self.stdout.write(secret)

    def _list(self, workspace: str) -> None:
        found = ApiKey.objects.select_related("workspace").order_by("id")
        if workspace:
            found = found.filter(workspace=_workspace(workspace))
        for key in found:
            used = f"used {key.last_used_at:%Y-%m-%d %H:%M} UTC" if key.last_used_at else "never used"
            state = f"revoked {key.revoked_at:%Y-%m-%d}" if key.revoked_at else used
            self.stdout.write(f"{key.public_id}  tl_…{key.hint}  {key.workspace.name}  {key.name}  {state}")

    def _revoke(self, public_id: str) -> None:
        key = ApiKey.objects.select_related("workspace").filter(public_id=public_id).first()
        if key is None:
            raise CommandError(f"There is no key {public_id}; `threadline apikey list` shows them.")
        if not keys.revoke(key):
            raise CommandError(f"{public_id} was revoked already.")
        self.stdout.write(f"{key.name} no longer works.")


def _workspace(wanted: str) -> Workspace:
    """The workspace by name or id, or the only one there is."""
    found = list(Workspace.objects.filter(Q(name=wanted) | Q(public_id=wanted)) if wanted else Workspace.objects.all())
    if len(found) == 1:
        return found[0]
    if not found:
        text = f"--workspace: there is none called {wanted}" if wanted else "There is no workspace yet"
        raise CommandError(f"{text}; `threadline createuser` makes one.")
    raise CommandError("There are several workspaces: say which one with --workspace, by its id (ws_…).")
