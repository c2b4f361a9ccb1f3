"""Connecting a Twilio account: test the credentials, then save them with the numbers of the account."""

import re
from dataclasses import dataclass, field
from typing import Final

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from threadline.accounts import audit
from threadline.accounts.models import Member, Workspace
from threadline.events.publish import Happening, publish
from threadline.events.types import CONNECTION_CHANGED
from threadline.lib import clock, doorbell, phones
from threadline.numbers import carrier, claims, refresh
from threadline.numbers.models import Connection
from threadline.numbers.problems import ProblemError
from threadline.twilio import hosts

_SID: Final = re.compile(r"AC[0-9a-fA-F]{32}")
_SHOWN: Final = 5  # numbers named in a sentence
_PATIENCE: Final = 3.0  # seconds for the Messaging Services; a long list of them is the next refresh's


@dataclass(frozen=True)
class Credentials:
    """What a person types. base_url is "" for Twilio, or a loopback address of the sandbox."""

    account_sid: str
    auth_token: str = field(repr=False)
    base_url: str = ""


@dataclass(frozen=True)
class Tested:
    """What the carrier says about working credentials: Trial or Full, and every number of the account."""

    account_type: str
    numbers: tuple[carrier.Number, ...]


def test_credentials(account_sid: str, auth_token: str, base_url: str = "") -> Tested:
    """Ask the carrier's API; ProblemError with the field to correct when they cannot be used. Up to ten seconds."""
    if not hosts.allowed(base_url):
        raise ProblemError(
            "base_url", _("Credentials are only sent to Twilio, or to a sandbox on this machine (127.0.0.1).")
        )
    if account_sid.startswith("SK"):
        raise ProblemError("account_sid", _("That is the SID of an API key. The Account SID starts with AC."))
    if not _SID.fullmatch(account_sid):
        raise ProblemError(
            "account_sid", _("The Account SID starts with AC and has 34 characters. Copy it from the Console.")
        )
    if not auth_token:
        raise ProblemError("auth_token", _("The Auth Token is missing. Copy it from the Twilio Console."))
    account = carrier.account(account_sid, auth_token, base_url)
    if account.status in ("suspended", "closed"):
        raise ProblemError(
            "account_sid",
            _("Twilio says this account is %(status)s. Settle that with Twilio.") % {"status": account.status},
        )
    return Tested(account.type, tuple(carrier.numbers(account_sid, auth_token, base_url)))


def connect(
    workspace: Workspace,
    member: Member | None,
    credentials: Credentials,
    phone: str,
    name: str = "",
    replaces: Connection | None = None,
) -> Connection:
    """Test the credentials and save them; `phone` becomes the workspace's default number.

    The same SID again replaces the token. Another SID in place of `replaces` retires that one: its history stays, the
    numbers that are not on the new account are marked gone. ProblemError, with nothing changed, when anything is wrong.
    """
    tested = test_credentials(credentials.account_sid, credentials.auth_token, credentials.base_url)
    chosen = _choose(workspace, tested, credentials.account_sid, phone)
    pools = carrier.pools(credentials.account_sid, credentials.auth_token, credentials.base_url, _PATIENCE)
    with transaction.atomic():
        connection = _save(workspace, credentials, tested, name, replaces)
        if replaces is not None and replaces.pk != connection.pk:
            _move(replaces, connection, tested, pools)
        else:
            refresh.store(connection, tested.numbers, pools)
        number = connection.numbers.get(phone=chosen)
        claims.claim([number])
        claims.make_default(number)
        audit.record(
            workspace,
            member,
            "connection.saved",
            connection.public_id,
            account_sid=connection.account_sid,
            number=chosen,
            sandbox=connection.is_sandbox,
            replaced=replaces.account_sid if replaces else "",
        )
        transaction.on_commit(lambda: doorbell.ring("history"))
        publish([Happening(workspace.pk, CONNECTION_CHANGED, connection.public_id, {})])
    return connection


@transaction.atomic
def remove(connection: Connection, member: Member | None) -> None:
    """Stop using the connection and erase its token; texts and numbers stay as history."""
    retire(connection)
    connection.auth_token_sealed = ""
    connection.save(update_fields=["auth_token_sealed"])
    refresh.mark_gone(connection)
    workspace = connection.workspace
    audit.record(workspace, member, "connection.removed", connection.public_id, account_sid=connection.account_sid)
    publish([Happening(workspace.pk, CONNECTION_CHANGED, connection.public_id, {})])


def retire(connection: Connection) -> None:
    """Mark it as no longer used; its token stays sealed, so that texts under way can still be settled."""
    connection.removed_at = clock.now()
    connection.save(update_fields=["removed_at"])


def _move(old: Connection, new: Connection, tested: Tested, pools: dict[str, str] | None) -> None:
    """From one account to another: numbers that are on both stay chosen, the others of the old one are gone."""
    chosen = set(old.numbers.claimed().values_list("phone", flat=True))
    retire(old)
    refresh.store(new, tested.numbers, pools)
    refresh.mark_gone(old)
    chosen -= claims.elsewhere(new.workspace, new.account_sid)
    claims.claim(list(new.numbers.filter(phone__in=chosen, gone_at=None)))


def _save(
    workspace: Workspace, credentials: Credentials, tested: Tested, name: str, replaces: Connection | None
) -> Connection:
    """The workspace's row for this account, used before or new, with the credentials in it."""
    now = clock.now()
    rows = Connection.objects.filter(workspace=workspace, account_sid=credentials.account_sid)
    rows = rows.select_for_update(no_key=True)
    connection = rows.order_by(F("removed_at").desc(nulls_first=True), "-id").first() or Connection(
        workspace=workspace, account_sid=credentials.account_sid
    )
    connection.name = name or (
        connection.name if connection.pk else _("Practice") if credentials.base_url else "Twilio"
    )
    connection.base_url = credentials.base_url if hosts.is_sandbox(credentials.base_url) else ""
    connection.auth_token = credentials.auth_token
    connection.account_type = tested.account_type
    connection.checked_at = connection.looked_at = connection.sync_wanted_at = now
    connection.problem, connection.removed_at = "", None
    fields = [
        "name",
        "base_url",
        "auth_token_sealed",
        "account_type",
        "checked_at",
        "looked_at",
        "sync_wanted_at",
        "problem",
    ]
    if connection.pk:
        connection.save(update_fields=[*fields, "removed_at"])
    else:
        connection.save(force_insert=True)
    return connection


def _choose(workspace: Workspace, tested: Tested, account_sid: str, typed: str) -> str:
    """The typed default number as the account has it, or a ProblemError that says what else there is."""
    phone = plain(typed, workspace.country)
    if not tested.numbers:
        raise ProblemError(
            "phone",
            _("This Twilio account has no phone number yet. Buy one with SMS in the Twilio Console, then save again."),
        )
    able = [number.phone for number in tested.numbers if number.sms]
    found = next((number for number in tested.numbers if number.phone == phone), None)
    if found is None:
        raise ProblemError(
            "phone", _("%(phone)s is not on this Twilio account.") % {"phone": phone} + " " + _instead(able)
        )
    if not found.sms:
        raise ProblemError("phone", _("%(phone)s cannot send texts.") % {"phone": phone} + " " + _instead(able))
    claims.demand_free(workspace, account_sid, phone)
    return phone


def _instead(able: list[str]) -> str:
    if not able:
        return _("None of its numbers can text: buy one with SMS in the Twilio Console.")
    shown = ", ".join(able[:_SHOWN]) + (" …" if len(able) > _SHOWN else "")
    return _("It has: %(numbers)s.") % {"numbers": shown}


def plain(typed: str, country: str) -> str:
    """A typed number in full format; a "+" and digits is taken as it is, because the account's list is the judge."""
    digits = re.sub(r"[\s().\-]", "", typed)
    if re.fullmatch(r"\+[1-9][0-9]{6,14}", digits):
        return digits
    parsed = phones.parse(typed, country)
    if parsed.e164 is None:
        raise ProblemError("phone", _("Type the number in full, with country code, like +18335551234."))
    return parsed.e164
