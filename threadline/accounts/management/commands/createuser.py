"""threadline createuser EMAIL: make a person who can sign in, and a member of a workspace."""

import secrets
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Q

from threadline.accounts import audit, members
from threadline.accounts.models import Role, User, Workspace


class Command(BaseCommand):
    help = "Make a person who can sign in, and a member of a workspace; a person who exists joins the workspace too."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--name", default="", help="as others see it")
        parser.add_argument("--workspace", default="", help="name or id; made when there is none of that name")
        parser.add_argument("--role", choices=Role.values, default=Role.OWNER)
        parser.add_argument("--password", default="", help="'-' reads it from standard input; without it one is made")

    def handle(self, *args: Any, **options: Any) -> None:
        email = options["email"].strip().lower()
        try:
            validate_email(email)
        except ValidationError:
            raise CommandError(f"{email} is not an e-mail address.") from None
        given = sys.stdin.readline().rstrip("\n") if options["password"] == "-" else options["password"]
        password = given or secrets.token_urlsafe(12)
        with transaction.atomic():
            workspace = _workspace(options["workspace"])
            user = User.objects.filter(email=email).first()
            exists = user is not None
            if user is None:
                user = User.objects.create_user(email, password, name=options["name"])
            member = members.join(user, workspace, options["role"])
            audit.record(
                workspace, None, "member.joined", member.public_id, role=member.role, email=email, by="command"
            )
        self.stdout.write(f"{email} is {member.role} of {workspace}.")
        if exists:
            self.stdout.write("Their password is unchanged; `threadline resetpassword` makes a new one.")
        elif not given:
            self.stdout.write(f"password: {password}")


def _workspace(wanted: str) -> Workspace:
    """The workspace by name or id, the only one, or a new one."""
    if not wanted:
        found = list(Workspace.objects.order_by("id")[:2])
        if len(found) > 1:
            raise CommandError("There are several workspaces: say which one with --workspace.")
        return found[0] if found else Workspace.objects.create(name="My workspace")
    matches = list(Workspace.objects.filter(Q(name=wanted) | Q(public_id=wanted))[:2])
    if len(matches) > 1:
        raise CommandError(f"There are several workspaces named {wanted}: use the id (ws_…).")
    return matches[0] if matches else Workspace.objects.create(name=wanted)
