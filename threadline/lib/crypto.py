"""Secrets at rest: Twilio tokens and the like are sealed with keys derived from SECRET_KEY.

A key that is on its way out stays in SECRET_KEY_FALLBACKS until everything was sealed anew.
"""

import base64
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


class CannotUnsealError(Exception):
    """The sealed text was made with another SECRET_KEY, or was changed. Carries nothing of the secret."""


def seal(secret: str) -> str:
    """Encrypt a secret for the database. The same secret seals to another text each time."""
    return _box(settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS).encrypt(secret.encode()).decode()


def unseal(sealed: str) -> str:
    """Decrypt what `seal` made (about 50 µs: keep it for a batch). Raises `CannotUnsealError`."""
    try:
        return _box(settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS).decrypt(sealed.encode()).decode()
    except (InvalidToken, ValueError):
        raise CannotUnsealError("sealed with another SECRET_KEY: put the old one into SECRET_KEY_FALLBACKS") from None


@lru_cache(maxsize=8)
def _box(*keys: str) -> MultiFernet:
    return MultiFernet([Fernet(_derived(key)) for key in keys])


def _derived(key: str) -> bytes:
    """A Fernet key of its own for this purpose, so that it is no other use of SECRET_KEY."""
    derivation = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"threadline: secrets at rest")
    return base64.urlsafe_b64encode(derivation.derive(key.encode()))
