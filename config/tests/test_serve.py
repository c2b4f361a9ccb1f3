import os
import socket
import stat
import subprocess
import sys

import pytest

from config import house, prepare, serve
from config.house import Place, free_port


def test_the_secret_key_is_made_once_and_read_by_its_owner_alone(tmp_path, monkeypatch):
    monkeypatch.delenv("SECRET_KEY", raising=False)
    serve.make_secret_key(tmp_path)
    key = (tmp_path / "secret.key").read_text()
    serve.make_secret_key(tmp_path)
    assert (tmp_path / "secret.key").read_text() == key and len(key) >= 50
    assert stat.S_IMODE((tmp_path / "secret.key").stat().st_mode) == 0o600


def test_the_sandbox_keeps_its_port_while_it_is_free(tmp_path):
    port = serve._sandbox_port(tmp_path, free_port())
    assert serve._sandbox_port(tmp_path, 9000) == port
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        assert serve._sandbox_port(tmp_path, 9000) != port


def test_people_get_localhost_and_the_sandbox_a_loopback_address(tmp_path):
    everywhere = Place(tmp_path, "0.0.0.0", 8123, 8124)
    assert (everywhere.url, everywhere.local_url) == ("http://localhost:8123", "http://127.0.0.1:8123")
    named = Place(tmp_path, "10.0.0.5", 8123, 8124)
    assert named.url == named.local_url == "http://10.0.0.5:8123"


def run_serve(*arguments, data):
    command = [sys.executable, "-m", "config.cli", "serve", "--data", str(data), *arguments]
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings"}
    return subprocess.run(command, capture_output=True, text=True, timeout=30, check=False, env=environment)


def test_a_taken_port_is_named_with_the_way_out(tmp_path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        done = run_serve("--port", str(port), data=tmp_path)
    assert done.returncode == 1
    assert done.stderr.strip() == f"Port {port} on 127.0.0.1 is taken. Choose another: bin/serve --port {port + 10}"


def test_a_second_start_on_the_same_folder_is_refused(tmp_path):
    with serve._only_one(tmp_path):
        done = run_serve("--port", str(free_port()), data=tmp_path)
    assert done.returncode == 1 and "already runs" in done.stderr and len(done.stderr.splitlines()) == 1


def test_preparing_is_skipped_only_when_nothing_changed(tmp_path, monkeypatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    assert not prepare.is_done(tmp_path)
    (tmp_path / "threadline.sqlite3").touch()
    (tmp_path / "prepared").write_text(prepare.fingerprint())
    assert prepare.is_done(tmp_path)
    monkeypatch.setattr(prepare, "fingerprint", lambda: "of newer code")
    assert not prepare.is_done(tmp_path)


def test_a_database_server_is_never_assumed_to_be_prepared(tmp_path, monkeypatch):
    (tmp_path / "threadline.sqlite3").touch()
    (tmp_path / "prepared").write_text(prepare.fingerprint())
    monkeypatch.setenv("DATABASE_URL", "postgresql://localhost/threadline")
    assert not prepare.is_done(tmp_path)


def test_a_child_that_cannot_start_ends_the_start_with_its_name(tmp_path):
    place = Place(tmp_path, "127.0.0.1", free_port(), free_port())
    family = house.House(place)
    family.sandbox.command = [sys.executable, "-c", "raise SystemExit(1)"]
    with pytest.raises(SystemExit, match="sandbox ended"):
        family.start()
