"""A simulated carrier for the tests of this room, in a process of its own."""

from collections.abc import Iterator

import pytest

from sandbox.testing import RunningSandbox, running_sandbox
from threadline.numbers.models import Number
from threadline.numbers.testing import make_connection, make_number


@pytest.fixture(scope="session")
def carrier(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSandbox]:
    with running_sandbox(tmp_path_factory.mktemp("carrier")) as sandbox:
        yield sandbox


@pytest.fixture
def line(carrier: RunningSandbox, db: None) -> Number:
    """A number at the simulated carrier, which has forgotten everything before."""
    carrier.control("POST", "reset")
    carrier.control("PUT", "speed", {"mode": "fast"})
    connection = make_connection(account_sid=carrier.account_sid, auth_token=carrier.auth_token, base_url=carrier.url)
    return make_number(connection=connection, phone=carrier.numbers[0])
