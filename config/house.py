"""Web, worker and sandbox of one installation on one machine: started, watched, restarted, drained."""

import http.client
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from config import prepare
from config.children import Child

_READY_WITHIN = 60.0  # seconds until the first answer


@dataclass(frozen=True)
class Place:
    """Where one installation runs: its data folder, the address of web, the loopback port of the sandbox."""

    data: Path
    host: str
    port: int
    sandbox_port: int

    @property
    def url(self) -> str:
        """For people: localhost, because passkeys need a domain."""
        shown = "localhost" if self.host in ("127.0.0.1", "0.0.0.0", "::") else self.host
        return f"http://{shown}:{self.port}"

    @property
    def local_url(self) -> str:
        """For the sandbox's webhooks."""
        return f"http://{'127.0.0.1' if self.host in ('0.0.0.0', '::') else self.host}:{self.port}"

    @property
    def sandbox_url(self) -> str:
        return f"http://127.0.0.1:{self.sandbox_port}"

    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "THREADLINE_DATA": str(self.data),
            "THREADLINE_LOCAL_URL": self.local_url,
            "THREADLINE_DEMO_URL": self.url,
            "THREADLINE_SANDBOX_URL": self.sandbox_url,
            "PYTHONUNBUFFERED": "1",
        }


class House:
    """Sandbox, web and worker of one place."""

    def __init__(self, place: Place) -> None:
        self.place = place
        python, here = sys.executable, place.environment()
        self.environment = here
        sandbox = ["-m", "sandbox", "--port", str(place.sandbox_port), "--data", str(place.data / "sandbox")]
        web = ["-m", "config.cli", "web", "--host", place.host, "--port", str(place.port)]
        self.sandbox = Child("sandbox", [python, *sandbox], here, drain=5)
        self.web = Child("web", [python, *web], here, drain=12)
        self.worker = Child("worker", [python, "-m", "config.cli", "worker"], here, drain=40)
        self.children = [self.web, self.worker, self.sandbox]  # the order in which they are drained

    def start(self, wanted: Callable[[], bool] = lambda: True) -> None:
        """Prepare what is missing, start all three, return when the web answers. SystemExit when one cannot run."""
        self.prepare(wanted)
        if not wanted():
            return
        self.web.start()
        self._wait_for(self.web, self.place.host, self.place.port, wanted)
        for child in (self.sandbox, self.worker):  # after the first page, which a person waits for
            child.start()

    def prepare(self, wanted: Callable[[], bool] = lambda: True) -> None:
        """Make database, static files and demo workspace, or bring them up to date; nothing when nothing changed."""
        data, here = self.place.data, f"{self.place.local_url} {self.place.sandbox_url}"
        first = not (data / "demo.json").exists()
        moved = not (data / "place").exists() or (data / "place").read_text() != here
        if first:
            say("Making the database and a demo workspace (first start only) …")
        if first or moved:
            self.sandbox.start()
            self._wait_for(self.sandbox, "127.0.0.1", self.place.sandbox_port, wanted)
        if first or moved or not prepare.is_done(data):
            self._run_prepare(["--demo"] if first else ["--moved"] if moved else [], wanted)
            (data / "place").write_text(here)

    def watch(self, stopping: threading.Event) -> None:
        """Restart whatever dies until `stopping` is set."""
        while not stopping.wait(0.2):
            for child in self.children:
                if news := child.look():
                    say(news)
                if child.hopeless:
                    raise SystemExit(f"{child.name} cannot run; its messages are above.")

    def stop(self) -> None:
        """Web finishes its requests, then the worker settles its flight, then the sandbox may go."""
        for child in self.children:
            child.stop()

    def kill(self) -> None:
        for child in self.children:
            child.kill()

    def _run_prepare(self, extra: list[str], wanted: Callable[[], bool]) -> None:
        command = [sys.executable, "-m", "config.prepare", *extra]
        done = subprocess.run(command, env=self.environment, stdin=subprocess.DEVNULL, check=False)
        if done.returncode and wanted():
            self.stop()
            raise SystemExit("The database could not be prepared; the reason is above.")

    def _wait_for(self, child: Child, host: str, port: int, wanted: Callable[[], bool]) -> None:
        """Until it answers HTTP at all; SystemExit when it ends or stays silent."""
        until = time.monotonic() + _READY_WITHIN
        while wanted() and not _answers(host, port):
            ended = child.process is None or child.process.poll() is not None
            if ended or time.monotonic() > until:
                self.stop()
                raise SystemExit(f"{child.name} {'ended' if ended else 'did not answer'}; its messages are above.")
            time.sleep(0.03)


def free_port() -> int:
    """A loopback port nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def is_free(host: str, port: int) -> bool:
    """Whether one could listen there now."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def _answers(host: str, port: int) -> bool:
    asked = http.client.HTTPConnection("127.0.0.1" if host in ("0.0.0.0", "::") else host, port, timeout=5)
    try:
        asked.request("GET", "/health")
        asked.getresponse().read()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        asked.close()
    return True


def say(line: str) -> None:
    """To the person at the terminal, at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
