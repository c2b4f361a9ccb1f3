"""A thread gets its name as soon as its person is saved."""

import pytest

from threadline.accounts.testing import make_workspace
from threadline.contacts import editing, merging
from threadline.contacts.models import Alias, Contact
from threadline.contacts.testing import make_contact
from threadline.events.models import Event
from threadline.events.types import CONVERSATION_CHANGED
from threadline.lib import clock
from threadline.messaging import people
from threadline.messaging.models import Conversation
from threadline.messaging.testing import DANA, arrive, conversation_with, make_line

pytestmark = pytest.mark.django_db
EVE = "+18135550143"


def test_saving_a_person_names_the_thread():
    line = make_line()
    arrive(line)
    arrive(line, from_=EVE)
    contact = make_contact(line.workspace, DANA, first_name="Dana")
    assert conversation_with(line.workspace).contact == contact
    assert conversation_with(line.workspace, EVE).contact is None


def test_a_thread_that_has_a_person_keeps_it():
    line = make_line()
    arrive(line)
    conversation = conversation_with(line.workspace)
    conversation.contact = Contact.objects.create(workspace=line.workspace, phone="+18135550199")
    conversation.save(update_fields=["contact"])
    Alias.objects.create(workspace=line.workspace, contact=conversation.contact, phone=DANA)
    make_contact(line.workspace, DANA)
    conversation.refresh_from_db()
    assert conversation.contact.phone == "+18135550199"


def test_the_thread_of_a_number_that_was_corrected_is_nobodys():
    line = make_line()
    dana = make_contact(line.workspace, DANA, first_name="Dana")
    arrive(line)
    arrive(line, from_=EVE)
    editing.change(dana, {"phone": EVE})
    old, new = conversation_with(line.workspace), conversation_with(line.workspace, EVE)
    assert (old.contact, new.contact) == (None, dana)
    told = Event.objects.filter(type=CONVERSATION_CHANGED).order_by("-id").values_list("subject", flat=True)[:2]
    assert set(told) == {old.public_id, new.public_id}


def test_a_thread_that_kept_a_wrong_name_is_taken_over_by_whose_number_it_is():
    line = make_line()
    dana = make_contact(line.workspace, DANA)
    arrive(line)
    Contact.objects.update(phone=EVE)  # when threads did not follow yet
    bob = make_contact(line.workspace, DANA, first_name="Bob")
    assert conversation_with(line.workspace).contact == bob
    make_contact(line.workspace, EVE, first_name="Dana")
    assert conversation_with(line.workspace).contact == bob and dana.conversations.count() == 0


def test_the_thread_of_another_number_of_theirs_stays_when_one_is_corrected():
    line = make_line()
    dana, double = make_contact(line.workspace, DANA), make_contact(line.workspace, EVE)
    arrive(line, from_=EVE)
    merging.merge(dana, double, [], None, clock.now())
    editing.change(dana, {"phone": "+18135550177"})
    assert conversation_with(line.workspace, EVE).contact == dana


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
