"""A request that changes several things does not keep others from letting it go on; broken off, it is done again."""

import pytest
from django.db import OperationalError, connection
from psycopg.errors import DeadlockDetected

from threadline.api.testing import Program
from threadline.contacts import lists, people
from threadline.contacts.testing import make_contact, make_contacts, make_list
from threadline.events.publish import Happening, publish
from threadline.lib.testing import meanwhile
from threadline.messaging.testing import make_line

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def program(transactional_db):
    return Program(make_line().workspace)


@pytest.fixture
def postgres(transactional_db):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time")


@pytest.fixture
def break_off(monkeypatch):
    """Have the first call of a function of `lists` end in a deadlock."""

    def once(name):
        function, left = getattr(lists, name), [1]

        def broken(*arguments):
            if left:
                left.pop()
                raise OperationalError from DeadlockDetected()
            return function(*arguments)

        monkeypatch.setattr(lists, name, broken)

    return once


@pytest.mark.parametrize("headers", [{}, {"Idempotency_Key": "k1"}])
def test_a_new_campaign_and_an_import_do_not_wait_for_each_other(postgres, program, headers):
    workspace = program.workspace
    given = make_list(workspace, "Spring", make_contacts(workspace, 1))
    wish = {"name": "Spring", "number": workspace.numbers.get().public_id, "list": given.public_id}
    answers = []

    def make():
        answers.append(program.post("campaigns", wish | {"acknowledged": True}, **headers))

    with meanwhile(make, lambda: people.lock(workspace.pk)):
        publish([Happening(workspace.pk, "import.changed", "imp_1")])
    assert answers[0].status_code == 201


@pytest.mark.parametrize("headers", [{}, {"Idempotency_Key": "k1"}])
def test_what_was_broken_off_is_done_again(program, break_off, headers):
    given, person = make_list(program.workspace, "Spring"), make_contact(program.workspace)
    break_off("add")
    answer = program.post(f"lists/{given.public_id}/contacts", {"contacts": [person.public_id]}, **headers)
    assert (answer.status_code, answer.json()["size"]) == (200, 1)


def test_so_is_taking_somebody_off_a_list(program, break_off):
    person = make_contact(program.workspace)
    given = make_list(program.workspace, "Spring", [person])
    break_off("remove")
    answer = program.delete(f"lists/{given.public_id}/contacts/{person.public_id}")
    assert (answer.status_code, answer.json()["size"]) == (200, 0)
