"""Maria's firm and her browser, for the tests of the pages."""

import pytest
from django.test import Client

from threadline.accounts.models import Member, Role
from threadline.accounts.testing import make_member, signed_in


@pytest.fixture
def maria(db: None) -> Member:
    return make_member()


@pytest.fixture
def client(maria: Member) -> Client:
    return signed_in(maria)


@pytest.fixture
def viewer(maria: Member) -> Client:
    """Somebody of the firm who only reads."""
    return signed_in(make_member(maria.workspace, Role.VIEWER))
