"""API keys: make, recognise, revoke. A key is shown once; what is kept is its SHA-256."""

import hashlib
import hmac
import secrets
from datetime import timedelta
from typing import Final

from django.db import transaction
from django.db.models import Q

from threadline.accounts import audit
from threadline.accounts.models import AuditEntry, Member, Workspace
from threadline.api.models import ApiKey
from threadline.lib import clock

PREFIX: Final = "tl_"
TOUCH_EVERY: Final = timedelta(minutes=1)  # a busy program must not cost a write per request


@transaction.atomic
def create(workspace: Workspace, name: str, member: Member | None = None) -> tuple[ApiKey, str]:
    """Make a key; returns it with its secret ("tl_" and 48 characters), which nobody can read again."""
    secret = PREFIX + secrets.token_hex(24)
    key = ApiKey.objects.create(workspace=workspace, name=name, key_hash=_hash(secret), hint=secret[-4:])
    audit.record(workspace, member, "apikey.made", key.public_id, name=name)
    return key, secret


def find(secret: str) -> ApiKey | None:
    """The key of this secret with its workspace, revoked or not; None when there is none. One query.

    The index is searched by the hash, so time tells nothing about the secret; the comparison takes equally long.
    """
    wanted = _hash(secret)
    key = ApiKey.objects.select_related("workspace").filter(key_hash=wanted).first()
    return key if key is not None and hmac.compare_digest(key.key_hash, wanted) else None


def maker(key: ApiKey) -> Member | None:
    """Who made it, and answers for what is asked for with it; None when it was made on the server."""
    made = AuditEntry.objects.filter(workspace=key.workspace_id, action="apikey.made", subject=key.public_id)
    entry = made.select_related("member").first()
    return entry.member if entry else None


def touch(key: ApiKey) -> None:
    """Remember that the key is in use, at most once a minute."""
    now = clock.now()
    if key.last_used_at is None or now - key.last_used_at >= TOUCH_EVERY:
        stale = Q(last_used_at=None) | Q(last_used_at__lte=now - TOUCH_EVERY)
        with transaction.atomic():
            ApiKey.objects.filter(stale, pk=key.pk).update(last_used_at=now)


@transaction.atomic
def revoke(key: ApiKey, member: Member | None = None) -> bool:
    """Make the key useless from the next request on; False when it was revoked before."""
    if not ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=clock.now()):
        return False
    audit.record(key.workspace, member, "apikey.revoked", key.public_id, name=key.name)
    return True


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
