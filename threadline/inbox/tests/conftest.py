"""The cast of the inbox's tests: Maria's firm with one line, and her browser."""

import pytest
from django.test import Client

from threadline.accounts.models import Member
from threadline.accounts.testing import make_member, signed_in
from threadline.numbers.models import Number
from threadline.numbers.testing import make_connection, make_number


@pytest.fixture
def maria(db: None) -> Member:
    return make_member()


@pytest.fixture
def line(maria: Member) -> Number:
    return make_number(make_connection(maria.workspace), "+18135550100", label="Main Intake")


@pytest.fixture
def client(maria: Member) -> Client:
    return signed_in(maria)
