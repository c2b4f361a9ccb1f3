"""Lists hold each person once, and their size is the number of their members."""

import pytest
from django.db import transaction

from threadline.accounts.testing import make_member, make_workspace
from threadline.contacts import deleting, fields, lists, naming
from threadline.contacts.models import ContactList, ListMember
from threadline.contacts.testing import make_contacts, make_list
from threadline.lib import clock

pytestmark = pytest.mark.django_db


def test_a_list_has_a_name_of_its_own():
    member = make_member()
    made = lists.create(member.workspace, " Spring customers ", member, clock.now())
    assert (made.name, made.size, made.version, made.created_by) == ("Spring customers", 0, 0, member)
    with pytest.raises(lists.NameTaken):
        lists.create(member.workspace, "SPRING customers", member, clock.now())
    lists.create(make_workspace("Another firm"), "Spring customers", None, clock.now())


@pytest.mark.parametrize(
    ("name", "same"), [("Ärzte", "ärzte"), ("Café", "Cafe\u0301"), ("STRASSE", "Straße"), ("İzmir", "IZMIR")]
)
def test_a_name_that_people_take_for_the_same_is_taken(name: str, same: str):
    workspace = make_workspace()
    made, other = make_list(workspace, name), make_list(workspace, "Other")
    with pytest.raises(lists.NameTaken):
        lists.create(workspace, same, None, clock.now())
    with pytest.raises(lists.NameTaken):
        naming.rename(other, same)
    naming.rename(made, naming.clean(same))
    assert naming.clean("Cafe\u0301") == fields.clean("Cafe\u0301") == "Café"


def test_people_are_on_a_list_once_in_the_order_they_came():
    workspace = make_workspace()
    one, two, three = (contact.id for contact in make_contacts(workspace, 3))
    made = make_list(workspace)
    with transaction.atomic():
        assert lists.add(made.id, [two, one, two], clock.now()) == 2
    with transaction.atomic():
        assert lists.add(made.id, iter([one, three]), clock.now()) == 1
    with transaction.atomic():
        assert lists.add(made.id, [one, two], clock.now()) == lists.add(made.id, [], clock.now()) == 0
    made.refresh_from_db()
    assert (made.size, made.version) == (3, 2)
    assert list(ListMember.objects.filter(list=made).order_by("id").values_list("contact_id", flat=True)) == [
        two,
        one,
        three,
    ]


def test_people_can_be_taken_off():
    workspace = make_workspace()
    contacts = make_contacts(workspace, 3)
    made = make_list(workspace, contacts=contacts)
    with transaction.atomic():
        assert lists.remove(made.id, [contacts[0].id, contacts[1].id]) == 2
        assert lists.remove(made.id, [contacts[0].id]) == 0
    made.refresh_from_db()
    assert (made.size, made.version, made.members.get().contact) == (1, 1, contacts[2])


def test_its_size_counts_nobody_who_is_deleted():
    workspace = make_workspace()
    one, two, three = make_contacts(workspace, 3)
    made = make_list(workspace, contacts=[one, two])
    deleting.hide(workspace, [two.id, three.id], None, clock.now())
    with transaction.atomic():
        lists.add(made.id, [one.id, three.id], clock.now())
        lists.remove(made.id, [two.id])
    made.refresh_from_db()
    assert (made.size, made.members.count()) == (1, 2)
    deleting.restore(workspace, [two.id, three.id], None)
    made.refresh_from_db()
    assert made.size == made.members.count() == 2


def test_a_list_of_another_id_is_no_list():
    with pytest.raises(ContactList.DoesNotExist), transaction.atomic():
        lists.add(999, [], clock.now())
