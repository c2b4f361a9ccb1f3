"""Control of accounts: open more of them, rotate tokens, suspend, services, start over."""

from typing import Any

from aiohttp import web

from . import phones
from .accounts import KINDS, STATUSES, Account
from .api import NETWORK, answer
from .control import body, refuse
from .network import Network


async def create(request: web.Request) -> web.Response:
    """POST /control/accounts {"type", "numbers", "friendly_name", "verified", "owner"}: 201 with credentials."""
    network, wanted = request.app[NETWORK], await body(request)
    kind = str(wanted.get("type", "Full"))
    if kind not in KINDS:
        raise refuse(f"type must be one of {', '.join(KINDS)}")
    numbers, verified = _phones(wanted, "numbers"), _phones(wanted, "verified")
    taken = [phone for phone in numbers if phone in network.numbers.by_phone]
    if taken:
        raise refuse(f"already in use: {', '.join(taken)}")
    name = str(wanted.get("friendly_name", f"{kind} account"))
    account = network.accounts.create(kind, name, str(wanted.get("owner", "")), verified)
    for phone in numbers:
        network.numbers.create(account.sid, phone)
    return answer(_shown(network, account), status=201)


async def change(request: web.Request) -> web.Response:
    """POST /control/accounts/{sid} {"status"?, "rotate_token"?, "friendly_name"?, "type"?, "verified"?}."""
    network, wanted = request.app[NETWORK], await body(request)
    account = network.accounts.by_sid.get(request.match_info["sid"])
    if account is None:
        raise refuse("no such account", 404)
    if wanted.get("rotate_token"):
        network.accounts.rotate(account)
    if "verified" in wanted:
        network.accounts.verify(account, _phones(wanted, "verified"))
    fields = {name: str(wanted[name]) for name in ("status", "friendly_name", "type") if name in wanted}
    if fields.get("type", "Full") not in KINDS or fields.get("status", "active") not in STATUSES:
        raise refuse("type or status is not known")
    network.accounts.change(account, **fields)
    return answer(_shown(network, account))


async def add_service(request: web.Request) -> web.Response:
    """POST /control/services {"account_sid"?, "friendly_name", "numbers", …settings}: 201 with its sid."""
    network, wanted = request.app[NETWORK], await body(request)
    owner = str(wanted.pop("account_sid", network.main.sid))
    name, phones_wanted = str(wanted.pop("friendly_name", "Service")), _phones(wanted, "numbers")
    wanted.pop("numbers", None)
    members = [number for number in network.numbers.of(owner) if number.phone in phones_wanted]
    if len(members) != len(phones_wanted):
        raise refuse("numbers must belong to the account")
    service = network.services.create(owner, name, members, wanted)
    return answer({"sid": service.sid, "account_sid": owner, "numbers": phones_wanted, **service.settings}, status=201)


async def reset(request: web.Request) -> web.Response:
    """POST /control/reset {"accounts": false}: forget texts, opt-outs and faults; with accounts, everything."""
    network, wanted = request.app[NETWORK], await body(request)
    network.forget(accounts=bool(wanted.get("accounts", False)))
    return answer({"status": "ok"})


def _phones(wanted: dict[str, Any], field: str) -> list[str]:
    given = wanted.get(field, [])
    if not isinstance(given, list):
        raise refuse(f"{field} must be a list of E.164 numbers")
    found = [phones.normal(str(phone)) for phone in given]
    if None in found:
        raise refuse(f"{field} must be a list of E.164 numbers")
    return [phone for phone in found if phone]


def _shown(network: Network, account: Account) -> dict[str, Any]:
    return {
        "account_sid": account.sid,
        "auth_token": account.auth_token,
        "type": account.type,
        "status": account.status,
        "friendly_name": account.friendly_name,
        "numbers": [number.phone for number in network.numbers.of(account.sid)],
    }
