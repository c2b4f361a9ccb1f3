"""A program for tests: a client with a key."""

import json
from typing import Any

from django.test import Client
from django.test.client import MULTIPART_CONTENT

from threadline.accounts.models import Workspace
from threadline.api import keys


class Program:
    """Talks to REST v1 with one key."""

    def __init__(self, workspace: Workspace, secret: str = "") -> None:
        self.workspace = workspace
        self.secret = secret or keys.create(workspace, "a program")[1]
        self.client = Client(enforce_csrf_checks=True)

    def get(self, path: str, **query: Any) -> Any:
        return self.client.get(f"/api/v1/{path}", query, headers=self._headers())

    def post(self, path: str, body: Any, **headers: str) -> Any:
        """`body`: a JSON value, or bytes sent as they are. `Idempotency_Key="…"` sends that header."""
        data = body if isinstance(body, bytes) else json.dumps(body)
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.post(
            f"/api/v1/{path}", data, content_type="application/json", headers=self._headers() | given
        )

    def upload(self, path: str, data: Any, content_type: str, **headers: str) -> Any:
        """A body that is no JSON; a dictionary with multipart/form-data is a form."""
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        kind = MULTIPART_CONTENT if content_type == "multipart/form-data" else content_type
        return self.client.post(f"/api/v1/{path}", data, content_type=kind, headers=self._headers() | given)

    def delete(self, path: str) -> Any:
        return self.client.delete(f"/api/v1/{path}", headers=self._headers())

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.secret}"}


def error(answer: Any) -> tuple[int, str, str, str | None]:
    """Status, type, code and param of an error."""
    found = answer.json()["error"]
    assert found["message"]
    return answer.status_code, found["type"], found["code"], found["param"]
