"""The console script `threadline`: a few commands of the house, all others are management commands of the rooms."""

import os
import sys
from collections.abc import Callable
from importlib import import_module

COMMANDS = {
    "serve": "run everything on this machine: web, worker and sandbox",
    "web": "run the web process alone",
    "worker": "run the background process alone",
    "migrate": "bring the database up to date",
    "connect": "connect a Twilio account to a workspace",
    "sync": "fetch recent history from Twilio now",
    "import": "import people from a CSV or XLSX file, or undo an import",
    "send": "send one text",
    "apikey": "make, list and revoke API keys",
    "createuser": "add a person who may sign in",
    "resetpassword": "give a person a new password",
    "seed": "fill the demo workspace on the sandbox",
}
# Commands of the house itself; `serve` stays free of Django to be quick.
_LIGHT = {"serve": "config.serve", "web": "config.web", "seed": "config.demo.command"}


def main(arguments: list[str] | None = None) -> None:
    """Run one command; exits with its code."""
    given = _take_data_folder(list(sys.argv[1:] if arguments is None else arguments))
    if not given or given[0] in ("help", "-h", "--help") and len(given) == 1:
        sys.stdout.write(_help())
    elif given[0] in ("-V", "--version"):
        from threadline import __version__

        sys.stdout.write(f"threadline {__version__}\n")
    elif given[0] in _LIGHT:
        run: Callable[[list[str]], int] = import_module(_LIGHT[given[0]]).main
        sys.exit(run(given[1:]))
    else:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        from django.core.management import execute_from_command_line

        execute_from_command_line(["threadline", *given])


def _take_data_folder(given: list[str]) -> list[str]:
    """`--data DIR` means the same for every command; it has to be known before the settings load."""
    rest = []
    words = iter(given)
    for word in words:
        if word == "--data":
            os.environ["THREADLINE_DATA"] = next(words, "") or sys.exit("--data needs a folder")
        elif word.startswith("--data="):
            os.environ["THREADLINE_DATA"] = word.removeprefix("--data=")
        else:
            rest.append(word)
    return rest


def _help() -> str:
    lines = [f"  {name:<14} {what}" for name, what in COMMANDS.items()]
    return "\n".join(
        [
            "usage: threadline COMMAND [--data DIR] [options]",
            "",
            *lines,
            "",
            "threadline COMMAND --help shows the options of one command.",
            "State lives in THREADLINE_DATA (default ./data), or where DATABASE_URL says.",
            "",
        ]
    )


if __name__ == "__main__":
    main()
