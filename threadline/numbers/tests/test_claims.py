"""Which numbers belong to which workspace (U8)."""

import pytest

from threadline.accounts.testing import make_member, make_workspace
from threadline.numbers import claims
from threadline.numbers.models import Number
from threadline.numbers.problems import ProblemError
from threadline.numbers.testing import make_connection, make_number

pytestmark = pytest.mark.django_db


@pytest.mark.requirement("U8")
def test_a_number_of_another_workspace_on_the_same_account_is_refused_with_a_sentence() -> None:
    theirs = make_number()
    connection = make_connection(account_sid=theirs.account_sid)
    mine = make_number(connection, theirs.phone, claimed_at=None)
    assert claims.elsewhere(mine.workspace, mine.account_sid) == {theirs.phone}
    with pytest.raises(ProblemError, match="belongs to another workspace"):
        claims.demand_free(mine.workspace, mine.account_sid, mine.phone)


@pytest.mark.requirement("U8")
def test_of_two_workspaces_at_the_same_moment_one_gets_it() -> None:
    theirs = make_number()
    mine = make_number(make_connection(account_sid=theirs.account_sid), theirs.phone, claimed_at=None)
    with pytest.raises(ProblemError, match="belongs to another workspace"):
        claims.claim([mine])
    assert Number.objects.claimed().get() == theirs


@pytest.mark.requirement("U8")
def test_choosing_takes_some_and_lets_go_of_others() -> None:
    owner = make_member()
    connection = make_connection(owner.workspace)
    first, second = make_number(connection), make_number(connection)
    third = make_number(connection, claimed_at=None)
    claims.choose(connection, owner, {first.public_id, third.public_id})
    assert set(connection.numbers.claimed()) == {first, third}
    assert second not in connection.numbers.textable()


def test_the_default_number_cannot_be_let_go_of() -> None:
    owner = make_member()
    connection = make_connection(owner.workspace)
    default, other = make_number(connection), make_number(connection)
    with pytest.raises(ProblemError, match="default"):
        claims.choose(connection, owner, {other.public_id})
    claims.make_default(other)
    claims.choose(connection, owner, {other.public_id})
    default.refresh_from_db()
    assert (default.claimed_at, default.is_default) == (None, False)


def test_a_workspace_has_one_default() -> None:
    connection = make_connection()
    first, second = make_number(connection), make_number(connection)
    claims.make_default(second)
    assert connection.workspace.numbers.get(is_default=True) == second
    claims.make_default(first)
    assert connection.workspace.numbers.get(is_default=True) == first


def test_two_workspaces_may_each_have_numbers_of_one_account() -> None:
    connection = make_connection(make_workspace("One"))
    make_number(connection)
    other = make_connection(make_workspace("Two"), account_sid=connection.account_sid)
    assert make_number(other).is_default
