"""Documentation that cannot rot: every command it names exists, every setting the code reads is explained."""

import re

from django.core.management import get_commands

from config.cli import _LIGHT, COMMANDS
from tests.house import files
from tests.tools import ROOT

PAGES = [path for path in files.all_files() if path.suffix == ".md"]
# Given by the house to its own children, or by tools; not for people to set.
NOT_SETTINGS = {"THREADLINE_TEST_ROOT", "DJANGO_SETTINGS_MODULE"}


def test_every_command_that_a_page_names_exists():
    known = {*_LIGHT, *get_commands()}
    missing = []
    for page in PAGES:
        text = files.text(page)
        missing += [
            f"{page}: bin/{name}" for name in re.findall(r"(?<![\w/])bin/([a-z]+)", text) if not _is_program(name)
        ]
        missing += [
            f"{page}: threadline {name}" for name in re.findall(r"`threadline ([a-z]+)", text) if name not in known
        ]
    assert missing == []


def _is_program(name):
    path = ROOT / "bin" / name
    return path.exists() and path.stat().st_mode & 0o100


def test_every_command_of_the_help_exists():
    assert {name for name in COMMANDS if name not in _LIGHT and name not in get_commands()} == set()


def test_commands_in_bin_are_under_30_lines():
    assert [path for path in (ROOT / "bin").iterdir() if len(path.read_text().splitlines()) >= 30] == []


def test_every_setting_is_documented():
    read = re.compile(r"\benv\.(?:text|flag|number|folder|words|secret)\(\s*\"([A-Z_]+)\"")
    named = re.compile(r"\b(?:environ(?:\.get)?|getenv)[\[(]\s*\"(THREADLINE_[A-Z_]+)\"")
    names = set()
    for path in files.code_files():
        if path.suffix == ".py" and path.parts[0] in {"config", "threadline", "sandbox"} and "tests" not in path.parts:
            names |= set(read.findall(files.text(path))) | set(named.findall(files.text(path)))
    documented = files.text(next(page for page in PAGES if page.as_posix() == "docs/how-to/settings.md"))
    assert sorted(name for name in names - NOT_SETTINGS if f"`{name}`" not in documented) == []


def test_links_between_pages_lead_somewhere():
    broken = []
    for page in PAGES:
        for target in re.findall(r"\]\(([^)#:]+?)(?:#[^)]*)?\)", files.text(page)):
            if not (ROOT / page.parent / target).exists():
                broken.append(f"{page}: {target}")
    assert broken == []


def test_every_explaining_page_stands_in_the_index():
    index = (ROOT / "docs" / "explain" / "README.md").read_text()
    pages = [page.name for page in PAGES if page.parent.as_posix() == "docs/explain" and page.name != "README.md"]
    assert [name for name in pages if f"({name})" not in index] == []


def test_the_version_is_the_changelogs_latest_release():
    from threadline import __version__

    releases = re.findall(r"^## \[([\d.]+)\] - \d{4}-\d\d-\d\d$", (ROOT / "CHANGELOG.md").read_text(), re.M)
    assert releases[0] == __version__
