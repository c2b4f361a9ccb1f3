"""Two people become one and, when that is undone, are the two they were."""

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from threadline.accounts.testing import make_workspace
from threadline.contacts import deleting, lists, merging, people, tags
from threadline.contacts.editing import change
from threadline.contacts.models import Alias, Contact, ContactList, ListMember, Tag, Tagging
from threadline.contacts.people import Person
from threadline.contacts.testing import make_contact, make_contacts, make_list, make_tag
from threadline.lib import clock

pytestmark = pytest.mark.django_db
DANA, OTHER = "+18135550142", "+18135550143"


def merge(kept, gone, take=()):
    return merging.merge(kept, gone, take, None, clock.now())


def undo(done):
    merging.undo(done, None, clock.now())


def fresh(contact):
    return Contact.objects.get(pk=contact.pk)


@pytest.fixture
def workspace():
    return make_workspace()


@pytest.fixture
def dana(workspace):
    return make_contact(workspace, DANA, first_name="Dana", company="Reyes Roofing", fields={"pet_name": "Rex"})


@pytest.fixture
def other(workspace):
    return make_contact(
        workspace,
        OTHER,
        name="D. Reyes",
        company="Roofs",
        email="d@example.com",
        fields={"pet_name": "Bella", "b": "2"},
    )


@pytest.mark.requirement("U10")
def test_the_kept_person_gets_what_only_the_other_has(workspace, dana, other):
    vips, spring = make_list(workspace, "VIPs", [other]), make_list(workspace, "Spring", [dana, other])
    make_tag(workspace, "Roofer", [other])
    merge(dana, other)
    dana = fresh(dana)
    assert (dana.name, dana.company, dana.email) == ("Dana", "Reyes Roofing", "d@example.com")
    assert dana.fields == {"pet_name": "Rex", "b": "2"}
    assert list(workspace.contacts.living()) == [dana]
    assert set(dana.memberships.values_list("list__name", flat=True)) == {"VIPs", "Spring"}
    assert dana.taggings.get().tag.name == "Roofer"
    vips.refresh_from_db()
    spring.refresh_from_db()
    assert (vips.size, spring.size) == (1, 1)


def test_where_both_know_something_somebody_chooses(dana, other):
    conflicts = merging.conflicts(dana, other)
    assert [one.field for one in conflicts] == ["name", "company", "custom.pet_name"]
    merge(dana, other, {"company", "custom.pet_name"})
    assert (fresh(dana).company, fresh(dana).name, fresh(dana).fields["pet_name"]) == ("Roofs", "Dana", "Bella")


def test_the_other_number_is_the_kept_persons_now(workspace, dana, other):
    merge(dana, other)
    with transaction.atomic():
        saved = people.save(
            workspace, [Person(OTHER, last_name="Reyes"), Person(DANA, email="new@example.com")], clock.now()
        )
    assert {one.contact_id for one in saved} == {dana.id} and {one.verdict for one in saved} == {"updated"}
    dana = fresh(dana)
    assert (dana.name, dana.email) == ("Dana Reyes", "new@example.com")
    deleting.hide(workspace, [dana.id], None, clock.now())
    with transaction.atomic():
        (again,) = people.save(workspace, [Person(OTHER)], clock.now())
    assert again.contact_id == dana.id and fresh(dana).deleted_at is None and fresh(other).deleted_at


def test_what_was_changed_since_the_merge_stays(workspace, dana, other):
    done = merge(dana, other)
    change(fresh(dana), {"email": "mine@example.com", "custom.c": "3"})
    undo(done)
    assert (fresh(dana).email, fresh(dana).fields) == ("mine@example.com", {"pet_name": "Rex", "c": "3"})
    assert fresh(other).email == "d@example.com"


def test_merges_are_undone_from_the_last_one_back(workspace, dana, other):
    third = make_contact(workspace, "+18135550144", first_name="Third")
    first = merge(dana, other)
    second = merge(dana, third)
    with pytest.raises(merging.Refused, match="Undo that first"):
        undo(first)
    undo(second)
    undo(first)
    with pytest.raises(merging.Refused, match="undone already"):
        undo(first)
    assert workspace.contacts.living().count() == 3 and not Alias.objects.exists()


def test_merged_people_carry_their_numbers_along(workspace, dana, other):
    third = make_contact(workspace, "+18135550144", first_name="Third")
    merge(other, third)
    done = merge(dana, other)
    assert set(Alias.objects.values_list("phone", "contact")) == {(OTHER, dana.id), (third.phone, dana.id)}
    undo(done)
    assert set(Alias.objects.values_list("phone", "contact")) == {(third.phone, other.id)}


def test_nobody_is_merged_twice_or_with_somebody_deleted(workspace, dana, other):
    merge(dana, other)
    for kept, gone in ((dana, other), (other, dana), (dana, dana)):
        with pytest.raises(merging.Refused):
            merge(kept, gone)
    stranger = make_contact(make_workspace("Another firm"), "+18135550199")
    with pytest.raises(merging.Refused):
        merge(dana, stranger)


def test_lists_that_are_gone_do_not_hinder_the_undoing(workspace, dana, other):
    vips = make_list(workspace, "VIPs", [other])
    done = merge(dana, other)
    vips.delete()
    undo(done)
    assert fresh(other).deleted_at is None


FIELDS = st.fixed_dictionaries(
    {},
    optional={
        name: st.sampled_from(["", "a", "b"]) for name in ("name", "first_name", "last_name", "company", "email")
    },
)
CUSTOM = st.dictionaries(st.sampled_from(["pet_name", "id", "phone"]), st.sampled_from(["x", "y"]), max_size=3)
WHERE = st.lists(st.booleans(), min_size=3, max_size=3)
HALF = st.tuples(FIELDS, CUSTOM, WHERE, WHERE, st.sampled_from(["", "Europe/Berlin", "America/Denver"]))


def snapshot(workspace):
    """Everything but when it was written."""
    contacts = workspace.contacts.order_by("id").values(
        "id", "phone", "name", "first_name", "last_name", "company", "email", "timezone", "fields", "deleted_at"
    )
    return (
        list(contacts),
        set(ListMember.objects.values_list("list", "contact")),
        set(Tagging.objects.values_list("tag", "contact")),
        set(ContactList.objects.values_list("id", "size")),
        set(Alias.objects.values_list("phone", "contact")),
    )


@given(halves=st.tuples(HALF, HALF, HALF), take=st.sets(st.sampled_from(["name", "company", "custom.id", "timezone"])))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_merge_that_is_undone_leaves_everything_as_it_was(halves, take):
    with transaction.atomic():
        workspace = make_workspace()
        contacts = make_contacts(workspace, 3)
        for contact, (facts, fields, on, tagged, zone) in zip(contacts, halves, strict=True):
            Contact.objects.filter(pk=contact.pk).update(**facts, fields=fields, timezone=zone)
            for place in range(3):
                name = f"{place}"
                a_list = ContactList.objects.filter(workspace=workspace, name=name).first() or make_list(
                    workspace, name
                )
                tag = Tag.objects.filter(workspace=workspace, name=name).first() or make_tag(workspace, name)
                if on[place]:
                    lists.add(a_list.pk, [contact.pk], clock.now())
                if tagged[place]:
                    tags.add(tag.pk, [contact.pk], clock.now())
        before = snapshot(workspace)
        first = merge(contacts[0], contacts[1], take)
        between = snapshot(workspace)
        second = merge(contacts[2], contacts[0], take)
        sizes = {one.pk: one.members.filter(contact__deleted_at=None).count() for one in ContactList.objects.all()}
        assert dict(ContactList.objects.values_list("id", "size")) == sizes
        undo(second)
        assert snapshot(workspace) == between
        undo(first)
        assert snapshot(workspace) == before
        transaction.set_rollback(True)
