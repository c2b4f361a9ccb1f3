"""bin/serve as a person uses it: a first start, a worker that dies, Ctrl-C, a second start."""

import json
import os
import signal
import stat
import subprocess
import time
import urllib.request

import pytest

from config.house import free_port
from tests.live import eventually
from tests.tools import ROOT


class Started:
    """bin/serve in a process of its own."""

    def __init__(self, data, port):
        environment = {name: value for name, value in os.environ.items() if not name.startswith("THREADLINE_")}
        environment["DJANGO_SETTINGS_MODULE"] = "config.settings"
        environment.pop("SECRET_KEY", None)
        command = [str(ROOT / "bin" / "serve"), "--port", str(port), "--data", str(data)]
        self.began = time.monotonic()
        self.url = f"http://127.0.0.1:{port}"
        self.log = data.parent / f"log-{time.monotonic_ns()}"
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                command, env=environment, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
            )

    def first_page(self):
        """Seconds until the sign-in page came."""
        while self.process.poll() is None and time.monotonic() - self.began < 120:
            try:
                with urllib.request.urlopen(self.url + "/accounts/login/", timeout=5) as page:
                    assert page.status == 200
                    return time.monotonic() - self.began
            except OSError:
                time.sleep(0.02)
        raise AssertionError(self.log.read_text())

    def says(self, words):
        return eventually(lambda: words in self.log.read_text(), 20)

    def children(self, name):
        listed = subprocess.run(
            ["pgrep", "-f", "-P", str(self.process.pid), name], capture_output=True, text=True, check=False
        )
        return [int(pid) for pid in listed.stdout.split()]

    def interrupt(self):
        """Ctrl-C; returns the exit code."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(60)


@pytest.fixture
def start(tmp_path):
    begun = []

    def run(port):
        begun.append(Started(tmp_path / "data", port))
        return begun[-1]

    yield run
    for one in begun:
        if one.process.poll() is None:
            one.process.kill()


def test_it_makes_everything_keeps_it_running_and_drains(start, tmp_path):
    port = free_port()
    first = start(port)
    first.first_page()
    assert first.says("Sign in       demo@threadline.test")
    path = tmp_path / "data" / "demo.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    demo = json.loads(path.read_text())
    assert set(demo) == {
        "url", "email", "password", "api_key", "sandbox_url", "account_sid", "auth_token", "numbers",
    }  # fmt: skip
    assert demo["url"] == f"http://localhost:{port}"
    before = eventually(lambda: first.children("cli worker"), 20)
    os.kill(before[0], signal.SIGKILL)
    assert first.says("worker ended (SIGKILL)")
    assert eventually(lambda: set(first.children("cli worker")) - set(before), 20)
    assert first.interrupt() == 0

    second = start(port)
    assert second.first_page() < 10  # 3 seconds on a machine with nothing else to do
    assert json.loads(path.read_text()) == demo
    assert second.says("Sandbox ready")
    assert second.interrupt() == 0

    moved = start(free_port())
    moved.first_page()
    assert json.loads(path.read_text())["url"] != demo["url"]
    assert moved.interrupt() == 0
