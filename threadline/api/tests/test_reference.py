"""The description of REST v1 holds what the code does: URL table, answers, pages in docs/api, the reference page."""

import re
from datetime import timedelta

import jsonschema  # type: ignore[import-untyped]
import pytest
from django.test import Client
from django.urls import get_resolver

from tests.tools import ROOT
from threadline.accounts.testing import make_member
from threadline.api import keys
from threadline.api.rest.api import openapi
from threadline.api.rest.reference import operations, read
from threadline.api.testing import Program
from threadline.campaigns.drafts import campaign_templates
from threadline.campaigns.models import Campaign, LaunchRules
from threadline.lib import clock
from threadline.messaging.testing import DANA, arrive, make_line, picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def program(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    workspace = make_line().workspace
    return Program(workspace, keys.create(workspace, "a program", make_member(workspace))[1])


def test_the_url_table_and_openapi_name_the_same_paths():
    routes = [str(pattern.pattern) for pattern in get_resolver("threadline.api.urls").url_patterns]
    ours = {"/" + re.sub(r"<str:(\w+)>", r"{\1}", route) for route in routes if route.startswith("api/v1/")}
    assert ours - {"/api/v1/openapi.json", "/api/v1/docs"} == set(openapi()["paths"])


def test_answers_keep_to_openapi(program):
    line = program.workspace.numbers.get()
    arrive(line, "Hi")
    sent = program.post("messages", {"to": DANA, "body": "Hello"})
    conversation = program.get("conversations").json()["data"][0]["id"]
    person = program.post("contacts", {"phone": DANA, "fields": {"Pet name": "Rex"}})
    other = program.post("contacts", {"phone": "+18135550149"}).json()["id"]
    contact, spring = f"contacts/{person.json()['id']}", program.post("lists", {"name": "Spring"})
    members = f"lists/{spring.json()['id']}/contacts"
    imported = program.upload("imports", b"Phone\n+18135550144\n", "text/csv")
    import_ = f"imports/{imported.json()['id']}"
    description = openapi()
    campaign, campaigns = campaign_answers(program)
    answers = {
        ("/api/v1/messages", "post"): sent,
        ("/api/v1/messages", "get"): program.get("messages"),
        ("/api/v1/messages/{id}", "get"): program.get(f"messages/{sent.json()['id']}"),
        ("/api/v1/conversations", "get"): program.get("conversations"),
        ("/api/v1/conversations/{id}", "get"): program.get(f"conversations/{conversation}"),
        ("/api/v1/numbers", "get"): program.get("numbers"),
        ("/api/v1/contacts", "post"): person,
        ("/api/v1/contacts", "get"): program.get("contacts"),
        ("/api/v1/contacts/{id}", "get"): program.get(contact),
        ("/api/v1/contacts/{id}", "post"): program.post(contact, {"name": "Dana Reyes"}),
        ("/api/v1/contacts/{id}/merge", "post"): program.post(f"{contact}/merge", {"contact": other}),
        ("/api/v1/contacts/{id}/unmerge", "post"): program.post(f"{contact}/unmerge", b""),
        ("/api/v1/contacts/{id}", "delete"): program.delete(f"contacts/{other}"),
        ("/api/v1/lists", "post"): spring,
        ("/api/v1/lists", "get"): program.get("lists"),
        ("/api/v1/lists/{id}", "get"): program.get(members.removesuffix("/contacts")),
        ("/api/v1/lists/{id}/contacts", "post"): program.post(members, {"contacts": [person.json()["id"]]}),
        ("/api/v1/lists/{id}/contacts/{contact}", "delete"): program.delete(f"{members}/{person.json()['id']}"),
    }
    uploaded = program.upload("uploads", {"file": picture()}, "multipart/form-data")
    answers |= campaigns | {
        ("/api/v1/uploads", "post"): uploaded,
        ("/api/v1/uploads/{id}", "get"): program.get(f"uploads/{uploaded.json()['id']}"),
        ("/api/v1/imports", "post"): imported,
        ("/api/v1/imports", "get"): program.get("imports"),
        ("/api/v1/imports/check", "post"): program.upload("imports/check", b"Phone\n1\n+18135550144\n", "text/csv"),
        ("/api/v1/imports/{id}", "get"): program.get(import_),
        ("/api/v1/imports/{id}/rejects.csv", "get"): program.get(f"{import_}/rejects.csv"),
        ("/api/v1/imports/{id}/cancel", "post"): program.post(f"{import_}/cancel", b""),
        ("/api/v1/imports/{id}/undo", "post"): program.post(f"{import_}/undo", b""),
    }
    assert set(answers) == {(path, method.lower()) for path, method, _ in operations(description)}
    failures = [program.get("messages", limit=0), program.get("messages/msg_1"), Client().get("/api/v1/messages")]
    failures += [program.post("campaigns", {"name": "", "number": "", "acknowledged": False})]
    failures += [program.post(f"{campaign}/resume", b"")]
    for (path, method), answer in answers.items():
        described = description["paths"][path][method]["responses"][str(answer.status_code)]
        assert answer.status_code < 300, f"{method} {path}: {getattr(answer, 'content', b'')}"
        kind = answer["Content-Type"].partition(";")[0]
        assert kind in described["content"]
        if kind == "application/json":
            check(answer, described["content"][kind]["schema"], description)
    for answer in failures:
        check(answer, {"$ref": "#/components/schemas/Error"}, description)


def campaign_answers(program):
    """A campaign's path, and the answer of every operation on it."""
    wish = {"name": "Spring", "number": "num_x", "acknowledged": True, "steps": [{"body": "Hi"}, {"body": "Bye"}]}
    made = program.post("campaigns", wish | {"number": program.workspace.numbers.get().public_id})
    one = f"campaigns/{made.json()['id']}"
    leads = program.post(f"{one}/leads", {"people": [{"phone": "+18135550143"}]})
    lead = f"{one}/leads/{leads.json()['data'][0]['id']}"
    route, lead_route = "/api/v1/campaigns/{id}", "/api/v1/campaigns/{id}/leads/{contact}"
    answers = {
        ("/api/v1/campaigns", "post"): made,
        ("/api/v1/campaigns", "get"): program.get("campaigns"),
        (route, "get"): program.get(one),
        (route, "post"): program.post(one, {"batch_size": 5}),
        (f"{route}/leads", "post"): leads,
        (f"{route}/leads", "get"): program.get(f"{one}/leads"),
        (lead_route, "get"): program.get(lead),
    }
    answers[f"{route}/launch", "get"] = program.get(f"{one}/launch")
    for verb in ("ask_approval", "duplicate", "start", "launch", "arm", "pause", "resume", "disarm"):
        answers[f"{route}/{verb}", "post"] = program.post(f"{one}/{verb}", b"")
    answers[f"{lead_route}/send", "post"] = program.post(f"{lead}/send", b"")
    answers[f"{route}/results", "get"] = program.get(f"{one}/results")
    for verb in ("stop", "archive", "restore", "restart"):
        answers[f"{route}/{verb}", "post"] = program.post(f"{one}/{verb}", b"")
    for verb in ("remove", "retry", "complete"):
        answers[f"{lead_route}/{verb}", "post"] = program.post(f"{lead}/{verb}", b"")
    return one, answers | scheduled_answers(program, wish, route)


def scheduled_answers(program, wish, route):
    """What is done with a campaign that has a date, and with its audience."""
    LaunchRules.objects.create(workspace=program.workspace, recall_seconds=60)
    listed = program.post("lists", {"name": "Others"}).json()["id"]
    steps = [{"body": "Hi", "timing": "at", "at_date": next_week(), "at_time": "12:00", "zone": "person"}]
    number = program.workspace.numbers.get().public_id
    one = program.post("campaigns", wish | {"name": "Dated", "number": number, "steps": steps}).json()["id"]
    template = campaign_templates.keep(Campaign.objects.get(name="Dated"), None, "Dated", clock.now())
    added = program.post(f"campaigns/{one}/audience", {"mode": "exclude", "list": listed})
    rule = added.json()["audience"][0]["id"]
    return {
        (f"{route}/audience", "post"): added,
        (f"{route}/audience/{{rule}}", "delete"): program.delete(f"campaigns/{one}/audience/{rule}"),
        (f"{route}/schedule", "post"): program.post(f"campaigns/{one}/schedule", {"confirmed": True}),
        (f"{route}/steps/{{position}}", "post"): program.post(f"campaigns/{one}/steps/1", {"at_time": "13:00"}),
        (f"{route}/recall", "post"): program.post(f"campaigns/{one}/recall", b""),
        ("/api/v1/templates", "get"): program.get("templates"),
        ("/api/v1/templates/{id}", "get"): program.get(f"templates/{template.public_id}"),
    }


def next_week():
    return (clock.now() + timedelta(days=7)).date().isoformat()


def check(answer, schema, description):
    def strict(part):
        """Every field of an answer stands in the description."""
        if isinstance(part, dict):
            closed = {"additionalProperties": False} if "properties" in part else {}
            return {key: strict(value) for key, value in part.items()} | closed
        return [strict(one) for one in part] if isinstance(part, list) else part

    components = strict(description["components"])
    jsonschema.validate(answer.json(), schema | {"components": components})


def test_each_resource_has_its_page_and_each_page_its_paths():
    pages = {path.stem: path.read_text() for path in (ROOT / "docs" / "api").glob("*.md")}
    description = openapi()
    named = set()
    for page in pages.values():
        named |= set(re.findall(r"^## `([A-Z]+ /\S+)`$", page, re.M))
    assert named == {f"{method} {path}" for path, method, _ in operations(description)}
    for path, method, operation in operations(description):
        page = pages[path.split("/")[3]]
        assert f"## `{method} {path}`" in page
        for each in operation.get("parameters", []):
            assert f"`{each['name']}`" in page, f"{path}: {each['name']}"
    text = "".join(pages.values())
    for name, schema in description["components"]["schemas"].items():
        missing = [field for field in schema["properties"] if f"`{field}`" not in text]
        assert missing == [], name


def test_the_reference_is_open_and_loads_nothing_from_elsewhere():
    page = Client().get("/api/v1/docs")
    assert page.status_code == 200
    text = page.content.decode()
    for path, method, operation in operations(openapi()):
        assert operation["summary"] in text
        assert path in text, method
    assert "http://testserver/api/v1/messages" in text
    assert not re.search(r'(src|href)="(https?:)?//', text)
    assert Client().get("/api/v1/openapi.json").json()["openapi"].startswith("3.")


def test_each_file_has_an_example_of_its_own():
    groups = read(openapi()).groups
    examples = {one.id: one.request for group in groups.values() for one in group}
    assert examples["create_import"].startswith("Mobile,")
    assert "file itself" in examples["create_upload"]
