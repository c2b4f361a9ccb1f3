"""The official SDK, unchanged, pointed at a sandbox by its http client (contract page, recipe A)."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client

from sandbox.testing import RunningSandbox, running_sandbox
from tests.contract.judge import answer_faults, request_faults


class ByPath(TwilioHttpClient):
    """Sends every request to the sandbox, the product's host in the path; every answer must have Twilio's shape."""

    def __init__(self, root: str) -> None:
        super().__init__(timeout=30)
        self.root = root

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Response:
        """Rewrite the address, change nothing else."""
        parts = urlsplit(url)
        query = f"?{parts.query}" if parts.query else ""
        answer = super().request(method, f"{self.root}/~{parts.hostname}{parts.path}{query}", *args, **kwargs)
        body = json.loads(answer.text) if answer.text else None
        assert answer_faults(method, parts.path, answer.status_code, body) == []
        return answer


def sdk(sandbox: RunningSandbox, account_sid: str = "", auth_token: str = "") -> Client:
    """An SDK client, by default signed in to the sandbox's main account."""
    return Client(account_sid or sandbox.account_sid, auth_token or sandbox.auth_token, http_client=ByPath(sandbox.url))


@pytest.fixture(scope="session")
def one_sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSandbox]:
    """One sandbox for all contract tests."""
    folder: Path = tmp_path_factory.mktemp("sandbox")
    with running_sandbox(folder) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(one_sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch) -> Iterator[RunningSandbox]:
    """The sandbox, emptied; at the end every request it took is held against Twilio's parameters."""
    for name in ("TWILIO_EDGE", "TWILIO_REGION"):
        monkeypatch.delenv(name, raising=False)
    one_sandbox.reset()
    one_sandbox.speed("fast")
    yield one_sandbox
    for noted in one_sandbox.requests():
        if noted["status"] < 400:
            assert request_faults(noted["method"], noted["path"], noted["query"], noted["params"]) == []


@pytest.fixture
def client(sandbox: RunningSandbox) -> Client:
    """The SDK on the main account."""
    return sdk(sandbox)
