"""The official Node SDK, unchanged, on the sandbox: our scripts in node/ drive it, what comes out is judged here."""

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qsl

import pytest

from sandbox.testing import RunningSandbox, eventually
from tests import node
from tests.contract.judge import answer_faults

PERSON, OTHER = "+12125550161", "+13055550172"
SCRIPTS = Path(__file__).parent / "node"
Run = Callable[..., Any]


@pytest.fixture(scope="session")
def program() -> tuple[Path, Path]:
    """Node, and the SDK it may require."""
    return node.node(), node.sdk()


@pytest.fixture
def run(sandbox: RunningSandbox, program: tuple[Path, Path]) -> Run:
    """`run("messages", more=1)`: what the script returns; every answer it got must have Twilio's shape."""

    def start(script: str, **fields: Any) -> Any:
        given = {
            "url": sandbox.url,
            "account_sid": sandbox.account_sid,
            "auth_token": sandbox.auth_token,
            "person": PERSON,
            "other": OTHER,
            "main": sandbox.numbers[0],
            **fields,
        }
        command = [str(program[0]), str(SCRIPTS / "run.mjs"), script]
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("TWILIO_", "HTTP"))}
        environment["NODE_SDK"] = str(program[1] / "package.json")
        done = subprocess.run(
            command, input=json.dumps(given), env=environment, capture_output=True, text=True, timeout=60, check=False
        )
        assert done.returncode == 0, done.stderr
        said = json.loads(done.stdout)
        for answer in said["answers"]:
            assert answer_faults(answer["method"], answer["path"], answer["status"], answer["body"]) == []
        return said["result"]

    return start


def test_the_lock_pins_every_package_by_digest_and_names_no_address() -> None:
    lock = json.loads((SCRIPTS / "package-lock.json").read_text())
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert packages["node_modules/twilio"]["version"] == lock["packages"][""]["dependencies"]["twilio"]
    assert all(entry["integrity"].startswith("sha512-") and "resolved" not in entry for entry in packages.values())


def test_texts_are_sent_listed_by_pages_and_filtered(run: Run, sandbox: RunningSandbox) -> None:
    service = sandbox.control("POST", "services", {"numbers": [sandbox.numbers[1]]})
    sandbox.history(
        [
            {"from": sandbox.numbers[0], "to": OTHER, "body": "old", "date": "2026-01-02T10:00:00Z"},
            {"from": sandbox.numbers[0], "to": OTHER, "body": "newer", "date": "2026-01-03T10:00:00Z"},
        ]
    )
    said = run("messages", service=service["sid"])
    created = said["created"]
    assert (created["status"], created["direction"], created["numSegments"]) == ("queued", "outbound-api", "1")
    assert created["price"] is None and created["dateCreated"].endswith("Z")
    assert said["pages"] == [["five", "four"], ["three", "two"], ["five", "four"]]
    assert said["each"] == ["five", "four", "three", "two"]
    assert said["limited"] == ["five", "four", "three"]
    assert said["toOther"] == ["newer", "old"]
    assert said["fromMain"] == ["five", "four"]
    assert said["before"] == ["old"]
    assert said["after"] == said["onDay"] == ["newer"]
    assert said["scheduled"] == ["scheduled", None, "canceled", 30409]
    taken = [entry["body"] for entry in sandbox.accepted() if entry["to"] == PERSON]
    assert taken == ["one", "two", "three", "four", "five", "later"]


def test_a_text_that_has_arrived_is_redacted_and_deleted(run: Run, sandbox: RunningSandbox) -> None:
    text = sandbox.api("POST", "Messages.json", {"To": PERSON, "From": sandbox.numbers[0], "Body": "secret"})
    sandbox.settled()
    eventually(lambda: sandbox.api("GET", f"Messages/{text['sid']}.json")["price"] is not None)
    said = run("finished", sid=text["sid"])
    assert (said["message"]["status"], said["message"]["price"]) == ("delivered", "-0.00830")
    assert (said["feedback"], said["redacted"], said["removed"]) == ("confirmed", "", True)
    assert (said["gone"]["status"], said["gone"]["code"]) == (404, 20404)


def test_files_are_listed_fetched_and_removed(run: Run) -> None:
    assert run("media") == {
        "count": "2",
        "types": ["image/jpeg", "application/pdf"],
        "parent": True,
        "created": True,
        "removed": True,
        "left": 1,
    }


def test_errors_carry_code_status_and_more_info(run: Run) -> None:
    creates = [
        ({"to": "not a number"}, 21211),
        ({"to": ""}, 21604),
        ({"from": "+19072220100"}, 21659),
        ({"from": "+19075550100"}, 21660),
        ({"body": ""}, 21602),
        ({"body": "x" * 1601}, 21617),
        ({"statusCallback": "nowhere"}, 21609),
        ({"to": "+15005550004"}, 21610),
        ({"to": "+15005550009"}, 21614),
    ]
    said = run("errors", creates=[{"fields": fields} for fields, _ in creates])
    for (_, code), error in zip(creates, said["creates"], strict=True):
        assert (error["code"], error["status"]) == (code, 400)
        assert error["moreInfo"] == f"https://www.twilio.com/docs/errors/{code}"
        assert error["message"]
    codes = {name: (error["status"], error["code"]) for name, error in said.items() if name != "creates"}
    assert codes == {
        "credentials": (401, 20003),
        "unknown": (404, 20404),
        "token": (400, 21481),
        "elsewhere": (404, 20404),
        "account": (401, 20003),
    }


def test_auto_retry_gets_through_what_was_too_fast(run: Run, sandbox: RunningSandbox) -> None:
    sandbox.faults({"kind": "http", "status": 429, "count": 2})
    said = run("retry")
    assert (said["plain"]["status"], said["plain"]["code"]) == (429, 20429)
    assert said["patient"] == "queued"
    assert len(sandbox.accepted()) == 1


def test_a_number_is_found_bought_used_and_released(run: Run, sandbox: RunningSandbox) -> None:
    said = run("numbers")
    assert said["countries"] == ["CA", "GB", "US"]
    assert len(said["offers"]) == 5
    assert {(offer["locality"], offer["region"], offer["isoCountry"]) for offer in said["offers"]} == {
        ("Tampa", "FL", "US")
    }
    assert said["bought"]["phoneNumber"] == said["offers"][0]["phoneNumber"]
    assert said["bought"]["capabilities"] == {"voice": True, "sms": True, "mms": True, "fax": False}
    sms, voice = "https://example.com/sms", "https://example.com/voice"
    assert said["changed"] == [sms, "GET", voice, "", "GET", voice]
    assert (said["sent"], said["named"], len(said["byDigits"])) == ("queued", 1, 2)
    assert (said["removed"], said["byArea"][:5]) == (True, "+1808")
    errors = {name: said[name]["code"] for name in ("twice", "released", "fetched", "mobile", "nowhere")}
    assert errors == {"twice": 21422, "released": 21660, "fetched": 20404, "mobile": 20404, "nowhere": 21452}
    assert said["tollFrees"][0] == sandbox.numbers[2] and len(said["tollFrees"]) == 2
    assert said["numbers"] == sandbox.numbers


def test_account_balance_and_one_line_instead_of_a_http_client(run: Run, sandbox: RunningSandbox) -> None:
    said = run("account")
    assert (said["status"], said["type"], said["currency"]) == ("active", "Full", "USD")
    assert sandbox.account_sid in said["listed"]
    assert said["oneLine"] is True


@pytest.fixture
def listener() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """An address that takes webhooks, and what came: signature, path with query, params, method."""
    heard: list[dict[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self._note(self.rfile.read(int(self.headers["Content-Length"])).decode())

        def do_GET(self) -> None:
            self._note("")

        def _note(self, body: str) -> None:
            params = dict(parse_qsl(body, keep_blank_values=True))
            signature = self.headers["X-Twilio-Signature"]
            heard.append({"signature": signature, "path": self.path, "params": params, "method": self.command})
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", heard
    server.shutdown()
    server.server_close()


def test_what_the_sandbox_signs_the_sdk_takes_for_genuine(
    run: Run, sandbox: RunningSandbox, listener: tuple[str, list[dict[str, Any]]]
) -> None:
    root, heard = listener
    main, other = sandbox.numbers[:2]
    sandbox.set_webhook(main, f"{root}/in?workspace=a%20b&empty=&key=%2B1")
    sandbox.set_webhook(other, f"{root}/read", SmsMethod="GET")
    try:
        sandbox.text(PERSON, main, "Hé ✓ & = + %41\nsecond line", [{"content_type": "image/png"}])
        sandbox.text(OTHER, other, "by GET, ünï")
        callback = f"{root}/status#rc=2"
        form = {"To": PERSON, "From": main, "Body": "Hi", "StatusCallback": callback}
        sandbox.api("POST", "Messages.json", form)
        sandbox.settled()
    finally:
        sandbox.set_webhook(main, "")
        sandbox.set_webhook(other, "", SmsMethod="POST")
    assert {(entry["method"], entry["path"].split("?")[0]) for entry in heard} == {
        ("POST", "/in"),
        ("GET", "/read"),
        ("POST", "/status"),
    }
    verdicts = run(
        "signatures",
        heard=[{**entry, "url": root + entry["path"], "token": sandbox.auth_token} for entry in heard],
    )
    assert verdicts == [{"genuine": True, "changed": False, "elsewhere": False, "stranger": False}] * len(heard)
