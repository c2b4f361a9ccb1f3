"""A running sandbox for tests: `with running_sandbox(tmp_path) as sandbox:` in a process of its own, on a free port."""

import base64
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote, urlencode
from urllib.request import Request, urlopen

HOUSE = Path(__file__).resolve().parent.parent


@dataclass
class RunningSandbox:
    """Where it runs, what it may be signed in with, and its controls as methods."""

    url: str
    account_sid: str
    auth_token: str
    numbers: list[str]
    process: subprocess.Popen[str]
    test_account_sid: str = ""
    test_auth_token: str = ""
    command: list[str] = field(default_factory=list)

    def control(self, method: str, path: str, document: Any = None) -> Any:
        """A request to the control API, such as `control("PUT", "speed", {"mode": "fast"})`. Raises ControlError."""
        data = None if document is None else json.dumps(document).encode()
        request = Request(f"{self.url}/control/{path}", data, {"Content-Type": "application/json"}, method=method)
        try:
            with urlopen(request, timeout=30) as answer:
                return json.load(answer)
        except HTTPError as error:
            raise ControlError(error.code, error.read().decode("utf-8", "replace")) from None

    def text(self, person: str, to: str, body: str = "", media: list[Any] | None = None) -> dict[str, Any]:
        """A person texts one of our numbers; returns the message as the API shows it."""
        document = {"to": to, "body": body, "media": media or []}
        message: dict[str, Any] = self.control("POST", f"handsets/{quote(person)}/texts", document)
        return message

    def texts(self, person: str) -> list[dict[str, Any]]:
        """What a person's phone shows, oldest first."""
        shown: list[dict[str, Any]] = self.control("GET", f"handsets/{quote(person)}/texts")["texts"]
        return shown

    def replies(self, *habits: dict[str, Any]) -> None:
        """Make phones answer by themselves: `{"phone": "+1212*", "body": "STOP", "after_ms": 50, "share": 0.1}` …

        A text that arrives on a phone is answered by the first habit that fits it and has `times` (1) left for that
        phone; none at all makes everybody silent. `settled` waits for answers that are still meant to come.
        """
        self.control("PUT", "replies", {"replies": list(habits)})

    def faults(self, *rules: dict[str, Any], **document: Any) -> None:
        """Replace all fault rules; none at all clears them."""
        self.control("PUT", "faults", {"rules": list(rules), **document})

    def fault_hits(self) -> int:
        """How often the rules in force have fired."""
        return sum(rule["hits"] for rule in self.control("GET", "faults")["rules"])

    def speed(self, mode: str) -> None:
        """`real` or `fast`."""
        self.control("PUT", "speed", {"mode": mode})

    def accepted(self) -> list[dict[str, Any]]:
        """Every outbound text ever accepted: sid, to, from, body, status, created (seconds since the epoch)."""
        taken: list[dict[str, Any]] = self.control("GET", "accepted")["accepted"]
        return taken

    def requests(self) -> list[dict[str, Any]]:
        """The last API requests: method, host, path, query and params as pairs, status."""
        noted: list[dict[str, Any]] = self.control("GET", "requests")["requests"]
        return noted

    def webhooks(self) -> list[dict[str, Any]]:
        """The last webhooks it made, with what came of each."""
        made: list[dict[str, Any]] = self.control("GET", "webhooks")["webhooks"]
        return made

    def history(self, entries: list[dict[str, Any]]) -> list[str]:
        """Put past texts in; returns their sids."""
        sids: list[str] = self.control("POST", "history", {"messages": entries})["sids"]
        return sids

    def open_account(self, kind: str = "Full", **fields: Any) -> dict[str, Any]:
        """Open another account: `numbers=[…]`, `verified=[…]`; returns account_sid, auth_token, numbers."""
        account: dict[str, Any] = self.control("POST", "accounts", {"type": kind, **fields})
        return account

    def reset(self, accounts: bool = False) -> None:
        """Forget texts, opt-outs and faults; with accounts, start from a new account."""
        self.control("POST", "reset", {"accounts": accounts})
        if accounts:
            self.refresh()

    def refresh(self) -> None:
        """Read credentials and numbers again."""
        account = self.control("GET", "account")
        for name in ("account_sid", "auth_token", "numbers", "test_account_sid", "test_auth_token"):
            setattr(self, name, account[name])

    def set_webhook(self, number: str, url: str, **settings: str) -> dict[str, Any]:
        """Set a number's SmsUrl through Twilio's API, and other settings by Twilio's names."""
        return self.api("POST", f"IncomingPhoneNumbers/{self.sid_of(number)}.json", {"SmsUrl": url, **settings})

    def sid_of(self, number: str) -> str:
        """The PN… of a number of the main account."""
        found = self.api("GET", f"IncomingPhoneNumbers.json?PhoneNumber={quote(number)}")["incoming_phone_numbers"]
        return str(found[0]["sid"])

    def buy(self, phone: str) -> dict[str, Any]:
        """Buy a number for the main account: any area code, then 555-0100 … 0199; returns it as the API shows it."""
        return self.api("POST", "IncomingPhoneNumbers.json", {"PhoneNumber": phone})

    def release(self, phone: str) -> None:
        """Take a number away from the main account, as somebody in the Console would: texts from it get 21660."""
        self.api("DELETE", f"IncomingPhoneNumbers/{self.sid_of(phone)}.json")

    def api(self, method: str, path: str, form: dict[str, str] | None = None) -> dict[str, Any]:
        """A signed-in request to the main account's part of Twilio's API; `{}` for an answer without a body."""
        data = urlencode(form).encode() if form is not None else None
        url = f"{self.url}/2010-04-01/Accounts/{self.account_sid}/{path}"
        with urlopen(Request(url, data, self.authorization(), method=method), timeout=30) as answer:
            body: dict[str, Any] = json.loads(answer.read() or b"{}")
            return body

    def authorization(self) -> dict[str, str]:
        """The header that signs a request in to the main account."""
        basic = base64.b64encode(f"{self.account_sid}:{self.auth_token}".encode()).decode()
        return {"Authorization": f"Basic {basic}"}

    def settled(self, timeout: float = 20) -> None:
        """Wait until no text is moving and no webhook is waiting."""
        eventually(self._is_quiet, timeout)

    def _is_quiet(self) -> bool:
        health = self.control("GET", "health")
        return not health["moving"] and not health["undelivered_webhooks"]

    def restart(self) -> None:
        """Kill it and start it again on the same port and data."""
        self.process.kill()
        self.process.wait()
        port = self.url.rsplit(":", 1)[1]
        self.process, self.url = _start([*self.command[:4], port, *self.command[5:]])


class ControlError(Exception):
    """The control API refused; `status` and the body's text."""

    def __init__(self, status: int, text: str) -> None:
        self.status, self.text = status, text
        super().__init__(f"{status}: {text}")


def eventually(true: Callable[[], Any], timeout: float = 10) -> None:
    """Wait until the function returns something true. Raises AssertionError."""
    until = time.monotonic() + timeout
    while not true():
        if time.monotonic() > until:
            raise AssertionError(f"not within {timeout} s")
        time.sleep(0.02)


@contextmanager
def running_sandbox(data: Path, speed: str = "fast", *options: str) -> Iterator[RunningSandbox]:
    """Start a sandbox with its state in `data`, stop it at the end."""
    command = [sys.executable, "-m", "sandbox", "--port", "0", "--data", str(data), "--speed", speed, *options]
    process, url = _start(command)
    sandbox = RunningSandbox(url, "", "", [], process, command=command)
    try:
        sandbox.refresh()
        yield sandbox
    finally:
        sandbox.process.terminate()
        try:
            sandbox.process.wait(10)
        except subprocess.TimeoutExpired:
            sandbox.process.kill()
            sandbox.process.wait()
        if sandbox.process.stdout:
            sandbox.process.stdout.close()


def _start(command: list[str]) -> tuple[subprocess.Popen[str], str]:
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(HOUSE), os.environ.get("PYTHONPATH", "")])}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment, cwd=HOUSE)
    assert process.stdout is not None
    line = process.stdout.readline()
    if "ready on" not in line:
        process.kill()
        process.wait()
        raise RuntimeError(f"the sandbox did not start: {line!r}")
    return process, line.split("ready on ")[1].split()[0]
