"""Typed reading of environment variables: a wrong value stops the start with a sentence that names it."""

import os
from pathlib import Path


class BadSetting(SystemExit):
    """An environment variable holds a value that cannot be used."""

    def __init__(self, name: str, problem: str) -> None:
        super().__init__(f"{name}: {problem}")


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, default).strip()


def flag(name: str, default: bool = False) -> bool:
    value = text(name).lower()
    if value in ("", "1", "true", "yes", "on", "0", "false", "no", "off"):
        return default if value == "" else value in ("1", "true", "yes", "on")
    raise BadSetting(name, f"must be true or false, not {value!r}")


def number(name: str, default: int) -> int:
    value = text(name)
    if value and not value.isdigit():
        raise BadSetting(name, f"must be a whole number, not {value!r}")
    return int(value) if value else default


def folder(name: str, default: str) -> Path:
    return Path(text(name, default)).expanduser().resolve()


def words(name: str) -> list[str]:
    """A comma-separated list, without blanks."""
    return [word.strip() for word in text(name).split(",") if word.strip()]


def secret(name: str) -> str:
    """A secret from NAME, or from the file that NAME_FILE names."""
    path = text(f"{name}_FILE")
    if not path:
        return text(name)
    try:
        return Path(path).read_text().strip()
    except OSError as error:
        raise BadSetting(f"{name}_FILE", f"cannot be read: {error.strerror}") from None
