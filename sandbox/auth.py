"""HTTP Basic authentication with an account's SID and one of its tokens."""

import base64
import binascii
import hmac

from .accounts import Account, Accounts
from .errors import TwilioError


def authenticate(accounts: Accounts, header: str | None) -> Account:
    """The account behind an Authorization header. Raises 401/20003; 403 for an account that is not active."""
    scheme, _, encoded = (header or "").partition(" ")
    try:
        sid, _, token = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise TwilioError(20003) from None
    account = accounts.by_sid.get(sid)
    if scheme.lower() != "basic" or account is None or not _matches(account, token):
        raise TwilioError(20003)
    if account.status != "active":
        raise TwilioError(20003, status=403)
    return account


def reach(accounts: Accounts, caller: Account, path_sid: str) -> Account:
    """The account named in the path: the caller's own or a subaccount of it. Raises 401/20003."""
    if path_sid == caller.sid:
        return caller
    target = accounts.by_sid.get(path_sid)
    if target is None or target.owner_sid != caller.sid:
        raise TwilioError(20003)
    return target


def _matches(account: Account, token: str) -> bool:
    given = token.encode()
    return any(
        known and hmac.compare_digest(known.encode(), given) for known in (account.auth_token, account.secondary_token)
    )
