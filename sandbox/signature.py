"""X-Twilio-Signature, as Twilio computes it: HMAC-SHA1 over the URL and the sorted form parameters."""

import base64
import hashlib
import hmac
from collections.abc import Iterable


def sign(token: str, url: str, params: Iterable[tuple[str, str]] = (), algorithm: str = "sha1") -> str:
    """Base64 signature of a request; `url` without fragment, `params` only those of a POSTed form."""
    values: dict[str, set[str]] = {}
    for name, value in params:
        values.setdefault(name, set()).add(value)
    text = url + "".join(name + value for name in sorted(values) for value in sorted(values[name]))
    return base64.b64encode(hmac.new(token.encode(), text.encode(), getattr(hashlib, algorithm)).digest()).decode()
