"""Two-factor sign-in through allauth, on pages that keep the content security policy."""

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.core.cache import cache
from django.test import Client

from threadline.accounts.testing import PASSWORD, make_member

pytestmark = pytest.mark.django_db


def test_a_code_from_the_phone_is_asked_for_once_it_is_switched_on() -> None:
    member = make_member()
    client = Client()
    _sign_in(client, member.user.email)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    page = client.get("/accounts/2fa/totp/activate/").content.decode()
    secret = client.session["mfa.totp.secret"]
    assert secret in page
    assert not re.search(r"<script(?![^>]*\bsrc=)|\sstyle=|\son\w+=", page)
    assert 'src="data:image/svg+xml' in page
    answer = client.post("/accounts/2fa/totp/activate/", {"code": _code(secret)})
    assert answer.status_code == 302
    assert secret not in str(Authenticator.objects.values_list("data", flat=True))
    assert client.get("/accounts/2fa/recovery-codes/").status_code == 200

    again = Client()
    answer = _sign_in(again, member.user.email)
    assert answer["Location"].startswith("/accounts/2fa/authenticate/")
    assert again.get("/settings/workspace/").status_code == 302
    assert again.post("/accounts/2fa/authenticate/", {"code": "000000"}).status_code == 200
    assert again.get("/settings/workspace/").status_code == 302
    Authenticator.objects.update(last_used_at=None)
    cache.clear()  # a code works once: forget that this one was used a moment ago
    again.post("/accounts/2fa/authenticate/", {"code": _code(secret)})
    assert again.get("/settings/workspace/").status_code == 200


def _sign_in(client: Client, email: str):
    return client.post("/accounts/login/", {"login": email, "password": PASSWORD})


def _code(secret: str) -> str:
    moment: int = next(totp.yield_hotp_counters_from_time())
    return str(totp.format_hotp_value(totp.hotp_value(secret, moment)))
