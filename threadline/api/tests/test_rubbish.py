"""Every operation of the description, with ids, parameters and bodies of every kind: never a 500."""

import json
import urllib.parse
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from threadline.accounts.models import Role
from threadline.accounts.testing import make_member
from threadline.api.rest.api import openapi
from threadline.api.rest.reference import operations
from threadline.api.testing import Program
from threadline.campaigns.drafts import campaign_templates
from threadline.campaigns.models import Campaign
from threadline.lib import clock
from threadline.messaging.testing import DANA, arrive, make_line, picture

pytestmark = pytest.mark.django_db
DESCRIPTION = openapi()
OPERATIONS = sorted(operations(DESCRIPTION), key=lambda one: one[:2])
ODD_TEXTS = ["", " ", "\x00", "null", "0", "-1", "é😀", "x" * 300, "../..", "%", "'", '"', "{{", "[" * 50, "2026-13-45"]
ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**30), 10**30),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(ODD_TEXTS),
    st.text(max_size=20),
    st.just([]),
    st.just({}),
    st.lists(st.sampled_from(["", "con_x", None, 1, [], {}]), max_size=3),
    st.dictionaries(
        st.sampled_from(["", "phone", "body", "a", "\x00"]), st.sampled_from(["", DANA, None, 1]), max_size=2
    ),
)
TEXTS = st.one_of(st.sampled_from(ODD_TEXTS), st.text(max_size=20))
BY_TYPE = {
    "string": TEXTS,
    "integer": st.integers(-(10**30), 10**30),
    "number": st.one_of(st.floats(allow_nan=False, allow_infinity=False), st.integers(-(10**30), 10**30)),
    "boolean": st.booleans(),
    "object": st.dictionaries(TEXTS, st.one_of(TEXTS, st.none()), max_size=3),
}
SOUND: dict[str, list[Any]] = {
    "phone": [DANA, "+18135550143"],
    "to": [DANA],
    "name": ["Spring", "Summer"],
    "acknowledged": [True],
    "steps": [
        [{"body": "Hi {{ first_name }}"}],
        [{"position": 1, "body": "Hi", "wait_hours": 0.5}],
        [{"body": "Hi", "timing": "at", "at_date": "2031-03-05", "at_time": "12:00", "zone": "person"}],
        [{"body": "Hi", "timing": "field", "field": "\x00", "at_time": "", "media": ["upl_x", "\x00"]}],
    ],
    "timing": ["after", "at", "field"],
    "at_date": ["2031-03-05", "0000-00-00"],
    "at_time": ["12:00", "25:61"],
    "mode": ["include", "exclude"],
    "list": ["lst_x"],
    "field": ["contact.company", "x"],
    "window_days": [[0, 1], [9], []],
    "confirmed": [True],
    "people": [1, [{"phone": DANA}], [{"phone": DANA, "fields": {"\x00": "", "id": "x"}}, {"phone": DANA}]],
    "number": ["+18335550100"],
    "contacts": [["con_x"]],
    "body": ["Hi"],
    "fields": [{"Pet name": "Rex"}],
    "timezone": ["UTC"],
    "limit": ["1", "100"],
    "mapping": ['["phone"]'],
    "country": ["US"],
}


def bodies(schema):
    """Objects with the schema's own fields, sound or odd, and now and then another one."""
    while "anyOf" in schema or "$ref" in schema:
        found = schema["anyOf"][0] if "anyOf" in schema else schema
        schema = DESCRIPTION["components"]["schemas"][found["$ref"].rpartition("/")[2]] if "$ref" in found else found
    names = {name: fields(name, value) for name, value in schema["properties"].items()}
    required = {name: names.pop(name) for name in schema.get("required", [])}
    sound = st.fixed_dictionaries(required, optional=names)
    return st.one_of(sound, sound, sound, st.fixed_dictionaries({}, optional=names), ODD)


def fields(name, schema):
    """Mostly sound, else at least of the right type, else anything."""
    of_type = BY_TYPE.get(schema.get("type", "string"), ODD)
    return (
        st.one_of(st.sampled_from(SOUND[name]), st.sampled_from(SOUND[name]), of_type, ODD)
        if name in SOUND
        else of_type
    )


@st.composite
def requests(draw):
    path, method, operation = draw(st.sampled_from(OPERATIONS))
    ids, query = {}, {}
    for each in operation.get("parameters", []):
        if each["in"] == "path":
            ids[each["name"]] = draw(st.one_of(st.just("real"), st.just("real"), st.sampled_from(ODD_TEXTS)))
        elif each["in"] == "query" and draw(st.booleans()):
            query[each["name"]] = draw(st.sampled_from([*SOUND.get(each["name"], []), *ODD_TEXTS]))
    body, kind = b"", ""
    if asked := operation.get("requestBody"):
        kind = next(iter(asked["content"]))
        schema = asked["content"][kind]["schema"]
        body = json.dumps(draw(bodies(schema))).encode() if "json" in kind else draw(st.binary(max_size=50))
    return path, method, ids, query, body, kind


@pytest.fixture
def world(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    line = make_line(phone="+18335550100")
    make_member(line.workspace, Role.OWNER)
    arrive(line, "Hi")
    program = Program(line.workspace)
    contact = program.post("contacts", {"phone": DANA}).json()["id"]
    campaign = program.post("campaigns", {"name": "Mine", "number": line.phone, "acknowledged": True}).json()
    program.post(f"campaigns/{campaign['id']}/leads", {"people": [{"phone": DANA}]})
    program.post(f"campaigns/{campaign['id']}", {"steps": [{"body": "Hi"}]})
    rule = {"mode": "exclude", "field": "contact.company", "value": "Acme"}
    rules = program.post(f"campaigns/{campaign['id']}/audience", rule).json()["audience"]
    return program, {
        "position": "1",
        "rule": rules[0]["id"],
        "messages": program.get("messages").json()["data"][0]["id"],
        "conversations": program.get("conversations").json()["data"][0]["id"],
        "contacts": contact,
        "lists": campaign["list"],
        "imports": program.upload("imports", b"Phone\n+18135550144\n", "text/csv").json()["id"],
        "uploads": program.upload("uploads", {"file": picture()}, "multipart/form-data").json()["id"],
        "campaigns": campaign["id"],
        "templates": campaign_templates.keep(Campaign.objects.get(), None, "Mine", clock.now()).public_id,
    }


def ask(program, method, target, body, kind):
    headers = {"Authorization": f"Bearer {program.secret}"}
    if method == "GET":
        return program.client.get(f"/api/v1/{target}", headers=headers)
    send = getattr(program.client, method.lower())
    return send(f"/api/v1/{target}", body, content_type=kind, headers=headers)


@given(asked=requests())
@settings(
    max_examples=400,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
def test_rubbish_is_answered_and_never_breaks(world, asked):
    program, real = world
    path, method, ids, query, body, kind = asked
    route = path
    for name, value in ids.items():
        kind = {"contact": "contacts", "position": "position", "rule": "rule"}.get(name, path.split("/")[3])
        found = real[kind] if value == "real" else value
        route = route.replace("{" + name + "}", urllib.parse.quote(found, safe=""))
    target = route.removeprefix("/api/v1/") + (f"?{urllib.parse.urlencode(query)}" if query else "")
    with transaction.atomic():
        answer = ask(program, method, target, body, kind or "application/json")
        assert answer.status_code < 500, (method, target, body)
        if answer.status_code >= 400:
            assert set(answer.json()) == {"error"}
            assert answer.json()["error"]["message"]
        transaction.set_rollback(True)
