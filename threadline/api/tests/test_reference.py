"""The description of REST v1 holds what the code does: URL table, answers, pages in docs/api, the reference page."""

import re

import jsonschema  # type: ignore[import-untyped]
import pytest
from django.test import Client
from django.urls import get_resolver

from tests.tools import ROOT
from threadline.api.rest.api import openapi
from threadline.api.rest.reference import operations
from threadline.api.testing import Program
from threadline.messaging.testing import DANA, arrive, make_line

pytestmark = pytest.mark.django_db


@pytest.fixture
def program():
    return Program(make_line().workspace)


def test_the_url_table_and_openapi_name_the_same_paths():
    routes = [str(pattern.pattern) for pattern in get_resolver("threadline.api.urls").url_patterns]
    ours = {"/" + re.sub(r"<str:(\w+)>", r"{\1}", route) for route in routes if route.startswith("api/v1/")}
    assert ours - {"/api/v1/openapi.json", "/api/v1/docs"} == set(openapi()["paths"])


def test_answers_keep_to_openapi(program):
    line = program.workspace.numbers.get()
    arrive(line, "Hi")
    sent = program.post("messages", {"to": DANA, "body": "Hello"})
    conversation = program.get("conversations").json()["data"][0]["id"]
    description = openapi()
    answers = {
        ("/api/v1/messages", "post"): sent,
        ("/api/v1/messages", "get"): program.get("messages"),
        ("/api/v1/messages/{id}", "get"): program.get(f"messages/{sent.json()['id']}"),
        ("/api/v1/conversations", "get"): program.get("conversations"),
        ("/api/v1/conversations/{id}", "get"): program.get(f"conversations/{conversation}"),
        ("/api/v1/numbers", "get"): program.get("numbers"),
    }
    assert set(answers) == {(path, method.lower()) for path, method, _ in operations(description)}
    failures = [program.get("messages", limit=0), program.get("messages/msg_1"), Client().get("/api/v1/messages")]
    for (path, method), answer in answers.items():
        described = description["paths"][path][method]["responses"][str(answer.status_code)]
        check(answer, described["content"]["application/json"]["schema"], description)
    for answer in failures:
        check(answer, {"$ref": "#/components/schemas/Error"}, description)


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
