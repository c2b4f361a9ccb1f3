"""What several people do at the same moment, in threads with connections of their own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier

import pytest
from django.db import connection

from threadline.accounts import invitations, members
from threadline.accounts.models import Role
from threadline.accounts.testing import make_member, make_user

pytestmark = pytest.mark.django_db(transaction=True)


def test_four_people_with_one_link_make_one_member() -> None:
    owner = make_member()
    _invitation, token = invitations.create(owner, Role.MEMBER)
    people = [make_user() for _ in range(4)]
    outcomes = _at_once([partial(invitations.accept, token, person) for person in people])
    assert [type(one) for one in outcomes].count(invitations.UnusableError) == 3
    assert members.standing(owner.workspace).count() == 2


def test_two_owners_who_remove_each_other_leave_one() -> None:
    first = make_member()
    second = make_member(first.workspace)
    outcomes = _at_once([partial(members.remove, first, second), partial(members.remove, second, first)])
    assert [type(one) for one in outcomes].count(members.NotAllowedError) == 1
    assert members.standing(first.workspace).filter(role=Role.OWNER).count() == 1


def _at_once(calls: list[Callable[[], object]]) -> list[object]:
    """What each call returned or raised."""
    start = Barrier(len(calls))

    def run(call: Callable[[], object]) -> object:
        start.wait()
        try:
            return call()
        except (invitations.UnusableError, members.NotAllowedError) as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))
