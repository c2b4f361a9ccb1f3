"""threadline resetpassword EMAIL: give a person a new password and end their sessions."""

import secrets
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from threadline.accounts.models import User


class Command(BaseCommand):
    help = "Give a person a new password; whoever is signed in as them is signed out."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--password", default="", help="'-' reads it from standard input; without it one is made")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(email=options["email"].strip().lower()).first()
        if user is None:
            raise CommandError(f"Nobody signs in as {options['email']}.")
        given = sys.stdin.readline().rstrip("\n") if options["password"] == "-" else options["password"]
        password = given or secrets.token_urlsafe(12)
        user.set_password(password)  # the session's hash depends on it: that ends every session
        user.save(update_fields=["password"])
        self.stdout.write(f"New password of {user.email}" + (" is set." if given else f": {password}"))
