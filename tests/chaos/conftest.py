"""The simulated carrier, the real web process in front of the ingest edge, and the world between them."""

import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from config.house import free_port
from sandbox.testing import RunningSandbox, eventually, running_sandbox
from tests.chaos.world import GRACE, World
from tests.live import ask
from threadline.numbers import webhooks
from threadline.numbers.models import Number
from threadline.numbers.testing import make_connection, make_number


@dataclass
class Web:
    """A web process that can be killed and started again on the same port."""

    port: int
    environment: dict[str, str] = field(repr=False)
    log: Path
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self, **more: str) -> None:
        """Start it and wait until it answers; `more` is added to its environment."""
        command = [sys.executable, "-m", "config.cli", "web", "--port", str(self.port)]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(command, env={**self.environment, **more}, stdout=log, stderr=log)
        eventually(self._answers, 30)

    def _answers(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, self.log.read_text()
        try:
            ask("GET", f"{self.url}/health")
        except OSError:
            return False
        return True

    def wait(self, seconds: float = 20) -> int:
        """Wait for its end; returns how it ended."""
        assert self.process is not None
        return self.process.wait(seconds)

    def kill(self) -> None:
        """SIGKILL."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()


@pytest.fixture(scope="session")
def carrier(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSandbox]:
    with running_sandbox(tmp_path_factory.mktemp("carrier")) as sandbox:
        yield sandbox


@pytest.fixture
def web(transactional_db: None, settings: Any, tmp_path: Path) -> Iterator[Web]:
    """The product's web process on the database of this test."""
    port = free_port()
    settings.THREADLINE_LOCAL_URL = f"http://127.0.0.1:{port}"
    environment = {**os.environ, "THREADLINE_LOCAL_URL": settings.THREADLINE_LOCAL_URL}
    web = Web(port, environment, tmp_path / "web.log")
    web.start()
    yield web
    web.kill()


@pytest.fixture
def number(carrier: RunningSandbox, web: Web, settings: Any) -> Number:
    """A number at the carrier, whose texts and statuses come to the web process."""
    settings.THREADLINE_SANDBOX_GRACE = GRACE
    carrier.reset()
    carrier.speed("fast")
    connection = make_connection(account_sid=carrier.account_sid, auth_token=carrier.auth_token, base_url=carrier.url)
    number = make_number(connection=connection, phone=carrier.numbers[0])
    urls = webhooks.urls_for(connection)
    assert urls is not None
    carrier.set_webhook(number.phone, urls.incoming_own)
    return number


@pytest.fixture
def world(carrier: RunningSandbox, number: Number, tmp_path: Path) -> Iterator[World]:
    logging.getLogger("twilio").setLevel(logging.WARNING)
    world = World(carrier, number, tmp_path / "worker.log")
    yield world
    world.end()
