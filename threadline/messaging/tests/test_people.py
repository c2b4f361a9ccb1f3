"""A thread gets its name as soon as its person is saved."""

import pytest

from threadline.accounts.testing import make_workspace
from threadline.contacts.models import Contact
from threadline.contacts.testing import make_contact
from threadline.messaging import people
from threadline.messaging.models import Conversation
from threadline.messaging.testing import DANA, arrive, conversation_with, make_line

pytestmark = pytest.mark.django_db


def test_saving_a_person_names_the_thread():
    line = make_line()
    arrive(line)
    arrive(line, from_="+18135550143")
    contact = make_contact(line.workspace, DANA, first_name="Dana")
    assert conversation_with(line.workspace).contact == contact
    assert conversation_with(line.workspace, "+18135550143").contact is None


def test_a_thread_that_has_a_person_keeps_it():
    line = make_line()
    arrive(line)
    conversation = conversation_with(line.workspace)
    conversation.contact = Contact.objects.create(workspace=line.workspace, phone="+18135550199")
    conversation.save(update_fields=["contact"])
    make_contact(line.workspace, DANA)
    conversation.refresh_from_db()
    assert conversation.contact.phone == "+18135550199"


def test_a_person_of_another_workspace_does_not_name_our_thread():
    line = make_line()
    arrive(line)
    make_contact(make_workspace("Another firm"), DANA)
    assert conversation_with(line.workspace).contact is None


def test_a_thread_that_began_while_its_person_was_being_saved_gets_the_name_later():
    line = make_line()
    contact = Contact.objects.create(workspace=line.workspace, phone=DANA)
    arrive(line)
    Conversation.objects.update(contact=None)
    assert (people.heal(), people.heal()) == (1, 0)
    assert conversation_with(line.workspace).contact == contact
