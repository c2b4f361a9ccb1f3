"""The real product for tests: web, worker and sandbox as `bin/serve` runs them, on ports and data of their own."""

import base64
import itertools
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from config.house import House, Place, free_port
from config.serve import make_secret_key
from tests import databases

_serial = itertools.count(1)
Seen = TypeVar("Seen")

# Run inside the installation's own settings and database.
_IDS = """
import django, json; django.setup()
from threadline.accounts.models import Workspace
from threadline.messaging.models import Media, Message
workspace = Workspace.objects.get(members__user__email="demo@threadline.test")
media = Media.objects.filter(message__workspace=workspace).first()
found = {
    "workspace": workspace, "member": workspace.members.first(), "connection": workspace.connections.first(),
    "number": workspace.numbers.first(), "media": media,
    "conversation": workspace.conversations.order_by("-last_activity_at").first(),
    "campaign": workspace.campaigns.first(), "list": workspace.lists.first(), "import": workspace.imports.first(),
}
found["contact"] = workspace.contacts.filter(memberships__list=found["list"]).first()
found["message"] = Message.objects.filter(conversation=found["conversation"]).first()
print(json.dumps({kind: one.public_id for kind, one in found.items() if one}))
"""


@dataclass
class Live:
    """A running installation and what its demo.json says."""

    house: House
    demo: dict[str, Any]

    @property
    def url(self) -> str:
        return self.house.place.url

    @property
    def data(self) -> Path:
        return self.house.place.data

    @property
    def number(self) -> str:
        """The demo workspace's first number."""
        return str(self.demo["numbers"][0])

    def command(self, *words: str) -> str:
        """Run `threadline …` on this installation; returns what it printed."""
        command = [sys.executable, "-m", "config.cli", *words]
        done = subprocess.run(
            command, env=self.house.environment, capture_output=True, text=True, check=True, timeout=60
        )
        return done.stdout

    def ids(self) -> dict[str, str]:
        """Public ids of things in the demo workspace, by what they are."""
        printed = subprocess.run(
            [sys.executable, "-c", _IDS],
            env=self.house.environment,
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
        found: dict[str, str] = json.loads(printed.stdout)
        return found

    def api(self, method: str, path: str, body: dict[str, Any] | None = None, **headers: str) -> Any:
        """Ask the REST API with the demo's key; returns the answer's JSON, of errors as well."""
        return ask(method, self.url + path, body, Authorization=f"Bearer {self.demo['api_key']}", **headers)

    def control(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """Ask the sandbox's control API: /handsets/+1…/texts, /faults, /speed, /history."""
        pair = f"{self.demo['account_sid']}:{self.demo['auth_token']}".encode()
        login = "Basic " + base64.b64encode(pair).decode()
        return ask(method, f"{self.demo['sandbox_url']}/control{path}", body, Authorization=login)

    def person_texts(self, phone: str, body: str, to: str = "", media: list[str] | None = None) -> Any:
        """Somebody with that phone texts a number of ours (the first one unless `to` says another)."""
        text = {"to": to or self.number, "body": body, "media": media or []}
        return self.control("POST", f"/handsets/{phone}/texts", text)

    def texts_on(self, phone: str) -> list[dict[str, Any]]:
        """What that handset shows."""
        answer = self.control("GET", f"/handsets/{phone}/texts")
        return list(answer["texts"] if isinstance(answer, dict) else answer)


def ask(method: str, url: str, body: dict[str, Any] | None = None, **headers: str) -> Any:
    """One JSON request; None for an empty answer. Raises only when nobody answers."""
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(url, method=method, headers=given)
    if body is not None:
        request.data = json.dumps(body).encode()
        request.add_header("Content-Type", "application/json")
    try:
        with urllib.request.urlopen(request, timeout=15) as answer:
            raw = answer.read()
    except urllib.error.HTTPError as error:
        raw = error.read()
    return json.loads(raw) if raw else None


def new_phones(count: int) -> list[str]:
    """Phones that nobody has in this process: neither the demo's people nor those of another test."""
    return [f"+181366{next(_serial):05d}" for _ in range(count)]


def pretty(phone: str) -> str:
    """A North American number as pages show it: (813) 660-0001."""
    return f"({phone[2:5]}) {phone[5:8]}-{phone[8:]}"


def eventually(look: Callable[[], Seen], within: float = 10.0) -> Seen:
    """Ask again until the answer is true; returns it, or the last one when time is over."""
    until = time.monotonic() + within
    while not (seen := look()) and time.monotonic() < until:
        time.sleep(0.05)
    return seen


@contextmanager
def installation() -> Iterator[Live]:
    """Start one on the database that DATABASE_URL chooses, restart what dies, remove it all at the end."""
    data = Path(tempfile.mkdtemp(prefix="threadline-live-"))
    place = Place(data, "127.0.0.1", free_port(), free_port())
    make_secret_key(data)
    stopping = threading.Event()
    with _database(data) as environment:
        with _environment(environment):
            house = House(place)
        watch = threading.Thread(target=house.watch, args=[stopping], daemon=True)
        try:
            house.start()
            watch.start()
            yield Live(house, json.loads((data / "demo.json").read_text()))
        finally:
            stopping.set()
            if watch.is_alive():
                watch.join()
            house.stop()
            shutil.rmtree(data, ignore_errors=True)


@contextmanager
def _database(data: Path) -> Iterator[dict[str, str]]:
    """A migrated one of its own, which saves it five seconds: on PostgreSQL beside the others, else in the folder."""
    url, name = os.environ.get("DATABASE_URL", ""), data.name
    if not url:
        databases.copy_to(data / "threadline.sqlite3")
        yield {}
        return
    with closing(databases.maintenance()) as server:
        databases.create(server, name)
        try:
            yield {"DATABASE_URL": url.rsplit("/", 1)[0] + f"/{name}"}
        finally:
            server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@contextmanager
def _environment(more: dict[str, str]) -> Iterator[None]:
    """What the children inherit: the product's settings, not the tests'."""
    before = dict(os.environ)
    os.environ.update(more, DJANGO_SETTINGS_MODULE="config.settings")
    for name in ("SECRET_KEY", "THREADLINE_URL", "THREADLINE_TEST_ROOT"):
        os.environ.pop(name, None)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
