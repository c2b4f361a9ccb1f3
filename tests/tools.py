"""What a fresh machine may lack for the tests, fetched by whichever way it allows."""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def apt_install(*packages: str) -> bool:
    """Install Debian packages where this user may (root, or sudo without a password); False where not."""
    if shutil.which("apt-get") is None:
        return False
    prefix: list[str] = []
    if os.geteuid() != 0:
        if shutil.which("sudo") is None or not _quiet(["sudo", "-n", "true"]):
            return False
        prefix = ["sudo", "-n", "env", "DEBIAN_FRONTEND=noninteractive"]
    say(f"Installing {' '.join(packages)} with apt-get …")
    os.environ["DEBIAN_FRONTEND"] = "noninteractive"
    install = [*prefix, "apt-get", "install", "-y", "--no-install-recommends", *packages]
    return _quiet(install) or (_quiet([*prefix, "apt-get", "update"]) and _quiet(install))


def install(requirements: str) -> bool:
    """Install a hash-pinned requirements file into this environment."""
    if Path("/etc/ssl/certs/ca-certificates.crt").exists():
        os.environ["UV_SYSTEM_CERTS"] = "1"
    wanted = ["install", "--no-deps", "--require-hashes", "-r", str(ROOT / requirements)]
    uv = [sys.executable, "-m", "uv", "pip", *wanted, "--python", sys.executable]
    return _quiet(uv) or _quiet([sys.executable, "-m", "pip", *wanted])


def chromium() -> str:
    """Path of a Chromium: the system's, Debian's, else Playwright's own; else SystemExit with the command to run."""
    if found := _system_chromium():
        return found
    if apt_install("chromium") and (found := _system_chromium()):
        return found
    say("Downloading Chromium with Playwright …")
    if _quiet([sys.executable, "-m", "playwright", "install", "chromium"]) and (found := _playwright_chromium()):
        return found
    raise SystemExit("Tests need Chromium. Run: sudo apt-get install -y chromium")


def _system_chromium() -> str | None:
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return next((found for name in names if (found := shutil.which(name))), None)


def _playwright_chromium() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        path = play.chromium.executable_path
    return path if Path(path).exists() else None


def _quiet(command: Sequence[str]) -> bool:
    """Run a command; show what it printed only when it failed."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode:
        say(f"{' '.join(command)}\n{done.stdout[-1500:]}")
    return done.returncode == 0
