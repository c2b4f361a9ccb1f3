"""Accounts: fetch, list, and the balance."""

from aiohttp import web

from . import paging
from .accounts import Account
from .api import Call, answer
from .errors import TwilioError


async def fetch(call: Call) -> web.Response:
    """GET Accounts/{account}.json."""
    return answer(call.account.resource())


async def listed(call: Call) -> web.Response:
    """GET Accounts.json: the caller and its subaccounts."""
    own = [account for account in call.network.accounts.by_sid.values() if _sees(call.caller, account)]
    if name := call.query.get("FriendlyName"):
        own = [account for account in own if account.friendly_name == name]
    if status := call.query.get("Status"):
        own = [account for account in own if account.status == status]
    cursor = paging.read(call.query)
    page, more = paging.cut(own, cursor, lambda account: account.sid)
    shown = [account.resource() for account in page]
    return answer(paging.envelope(call.path, call.query, cursor, "accounts", shown, more, lambda item: item))


async def balance(call: Call) -> web.Response:
    """GET Accounts/{account}/Balance.json; main accounts only."""
    if call.account.owner_sid != call.account.sid:
        raise TwilioError(20404, call.path)
    amount = f"{call.account.balance / 1_000_000:.2f}"
    return answer({"account_sid": call.account.sid, "balance": amount, "currency": "USD"})


def _sees(caller: Account, account: Account) -> bool:
    return caller.sid in (account.sid, account.owner_sid)
