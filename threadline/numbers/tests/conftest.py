"""A sandbox for this room's tests, over HTTP, shared by a test process."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.testing import RunningSandbox, running_sandbox


@pytest.fixture(scope="session")
def shared_sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSandbox]:
    with running_sandbox(Path(tmp_path_factory.mktemp("sandbox"))) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(shared_sandbox: RunningSandbox) -> RunningSandbox:
    """A fresh account on it, without texts or faults."""
    shared_sandbox.reset(accounts=True)
    return shared_sandbox


@pytest.fixture
def here(settings: object) -> str:
    """Where this installation listens, as serve tells it."""
    settings.THREADLINE_LOCAL_URL = "http://127.0.0.1:8000"  # type: ignore[attr-defined]
    return "http://127.0.0.1:8000"
