"""A pytest plugin: with --rows=FILE, writes which tests prove which rows of the requirements (JSON: row → test ids)."""

import json
from pathlib import Path

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--rows", default="")


def pytest_collection_finish(session: pytest.Session) -> None:
    if not (path := session.config.getoption("--rows")):
        return
    proofs: dict[str, list[str]] = {}
    for item in session.items:
        if item.get_closest_marker("skip") or item.get_closest_marker("xfail"):
            continue
        for mark in item.iter_markers("requirement"):
            for row in mark.args:
                proofs.setdefault(row, []).append(item.nodeid)
    Path(path).write_text(json.dumps(proofs))
