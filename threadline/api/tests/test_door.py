"""The door: keys as bearer or Basic, typed errors for everything, no session."""

import base64
from datetime import datetime, timedelta

import pytest
from django.test import Client

from threadline.accounts.testing import make_member, signed_in
from threadline.api import keys
from threadline.api.models import ApiKey
from threadline.api.testing import Program, error
from threadline.lib import clock
from threadline.messaging.testing import DANA, make_line

pytestmark = pytest.mark.django_db
AUTHENTICATION = "authentication_error"


@pytest.fixture
def program():
    return Program(make_line().workspace)


def ask(authorization="", path="messages"):
    headers = {"Authorization": authorization} if authorization else {}
    return Client().get(f"/api/v1/{path}", headers=headers)


def basic(user):
    return "Basic " + base64.b64encode(f"{user}:".encode()).decode()


def test_a_key_works_as_bearer_and_as_basic_user(program):
    for header in (f"Bearer {program.secret}", f"bearer  {program.secret}", basic(program.secret)):
        assert ask(header).status_code == 200, header


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Digest x", "Basic !!!", "Basic " + "/w==", basic("")])
def test_without_a_key_nobody_enters(header):
    answer = ask(header)
    assert error(answer) == (401, AUTHENTICATION, "key_missing", "Authorization")
    assert answer["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("header", ["Bearer tl_nothing", "Bearer \xff", basic("tl_nothing"), basic("\x00")])
def test_an_unknown_key_is_told_so(header):
    assert error(ask(header)) == (401, AUTHENTICATION, "key_unknown", "Authorization")


def test_a_revoked_key_stops_at_once(program):
    key = ApiKey.objects.get()
    assert keys.revoke(key)
    assert error(program.get("messages")) == (401, AUTHENTICATION, "key_revoked", "Authorization")
    assert error(program.post("messages", {"to": DANA, "body": "Hi"}))[2] == "key_revoked"
    assert not keys.revoke(key)


def test_only_the_hash_of_a_key_is_kept(program):
    key = ApiKey.objects.get()
    assert program.secret not in str(vars(key))
    assert (len(program.secret), program.secret[:3], program.secret[-4:]) == (51, "tl_", key.hint)


def last_used() -> datetime:
    moment = ApiKey.objects.get().last_used_at
    assert moment
    return moment


def test_a_busy_key_is_touched_once_a_minute(program, django_assert_num_queries):
    before = clock.now()
    program.get("numbers")
    assert last_used() >= before
    with django_assert_num_queries(2):  # the key, the numbers
        program.get("numbers")
    ApiKey.objects.update(last_used_at=before - timedelta(seconds=61))
    program.get("numbers")
    assert last_used() >= before


def test_a_session_is_no_key():
    member = make_member()
    assert error(signed_in(member).get("/api/v1/messages"))[2] == "key_missing"


def test_no_session_is_made(program):
    assert not program.get("messages").cookies


@pytest.mark.parametrize("path", ["", "message", "messages/", "messages/msg_1/attempts", "../v2"])
def test_a_path_that_leads_nowhere_is_a_typed_404(program, path):
    assert error(program.get(path))[:3] == (404, "invalid_request_error", "resource_missing")


def test_a_method_that_is_not_there_is_a_typed_405(program):
    headers = {"Authorization": f"Bearer {program.secret}"}
    answer = Client().delete("/api/v1/messages", headers=headers)
    assert error(answer) == (405, "invalid_request_error", "method_not_allowed", None)
    assert answer["Allow"] == "GET, POST"


def test_our_own_faults_are_json_too(program, monkeypatch):
    monkeypatch.setattr("threadline.api.rest.numbers._shape", lambda row: 1 / 0)
    assert error(program.get("numbers")) == (500, "api_error", "internal", None)
