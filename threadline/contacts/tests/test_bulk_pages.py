"""What is done to ticked people, and to everybody who matches."""

import codecs
import csv
import io

import pytest

from threadline.contacts import bulk, deleting
from threadline.contacts.models import Contact, ListMember, Tag, Tagging
from threadline.contacts.testing import make_contact, make_contacts, make_list, make_tag

PEOPLE = "/people/"


@pytest.fixture
def three(maria):
    return make_contacts(maria.workspace, 3)


def do(client, action, people=(), query="", **more):
    ticked = {"do": action, "person": [one.public_id for one in people]} | more
    return client.post(f"/people/bulk/{query}", ticked)


def said(client, answer):
    return client.get(answer["Location"]).content.decode()


def test_ticked_people_go_on_a_list_and_the_page_stays(client, maria, three):
    some = make_list(maria.workspace, "VIPs", three[:1])
    answer = do(client, "put_on_list", three[:2], "?q=Person", list=some.public_id)
    assert answer["Location"] == "/people/?q=Person"
    assert set(ListMember.objects.values_list("contact_id", flat=True)) == {contact.id for contact in three[:2]}
    assert "1 person is now on VIPs. The others were there already." in said(client, answer)
    assert "They are all on VIPs already." in said(client, do(client, "put_on_list", three[:2], list=some.public_id))
    assert "2 people are off VIPs. The others were not on it." in said(
        client, do(client, "take_off_list", three, list=some.public_id)
    )


def test_ticked_people_are_tagged_and_untagged(client, maria, three):
    assert "2 people have the tag VIP now." in said(client, do(client, "tag", three[:2], tag="#VIP"))
    answer = do(client, "tag", three, tag="vip")
    assert "1 person has the tag VIP now. The others had it already." in said(client, answer)
    assert Tag.objects.count() == 1 and Tagging.objects.count() == 3
    answer = do(client, "untag", three[:1], tag="vip")
    assert "1 person has the tag VIP no longer." in said(client, answer)
    assert "There is no tag “nobody”" in said(client, do(client, "untag", three, tag="nobody"))
    assert "Give the tag a name" in said(client, do(client, "tag", three, tag=" "))


def test_everybody_who_matches_is_more_than_the_page(client, maria, monkeypatch):
    monkeypatch.setattr(deleting, "MOST", 25)
    contacts = make_contacts(maria.workspace, 60)
    make_contact(maria.workspace, "+442079460018", name="Not asked for")
    answer = do(client, "tag", (), "?q=Person", everybody="1", tag="Lead")
    assert "60 people have the tag Lead now." in said(client, answer)
    assert Tagging.objects.count() == len(contacts)


def test_deleting_everybody_is_asked_about_with_the_number(client, maria):
    make_contacts(maria.workspace, 60)
    vip = make_tag(maria.workspace, "VIP", list(Contact.objects.all()[:7]))
    query = f"?tag={vip.public_id}"
    asked = do(client, "delete", (), query, everybody="1")
    assert "Delete 7 people?" in asked.content.decode() and Contact.objects.living().count() == 60
    answer = do(client, "delete", (), query, everybody="1", sure="1")
    assert "7 people are deleted." in said(client, answer) and Contact.objects.living().count() == 53
    assert Contact.objects.exclude(deleted_at=None).count() == 7


@pytest.mark.parametrize("action", ["put_on_list", "take_off_list", "tag", "untag", "delete"])
def test_deleted_people_are_left_as_they_are(client, maria, three, action):
    some = make_list(maria.workspace, "VIPs", three[:2])
    vip = make_tag(maria.workspace, "VIP", three[:2])
    do(client, "delete", three[1:])
    answer = do(client, action, three[1:], "?show=deleted", list=some.public_id, tag=vip.name)
    assert "can be brought back or exported" in said(client, answer)
    some.refresh_from_db()
    assert (some.size, some.members.count(), vip.taggings.count()) == (1, 2, 2)


def test_deleted_people_are_brought_back(client, three):
    answer = do(client, "delete", three[:2])
    assert '<p role="status">2 people are deleted.</p>' in said(client, answer)  # a form may have no such role
    assert "Undo" in said(client, answer)
    assert "1 person is back." in said(client, do(client, "bring_back", three[:1], "?show=deleted"))
    at = answer["Location"].partition("deleted=")[2]
    assert "1 person is back." in said(client, client.post("/people/undelete/", {"at": at}))
    assert Contact.objects.living().count() == 3


def test_an_export_holds_everything_and_runs_nothing(client, maria):
    dana = make_contact(
        maria.workspace, first_name="Dana", company="=cmd()", email="d@example.com", fields={"pet_name": "Rex"}
    )
    maria.workspace.custom_fields.create(key="pet_name", label="Pet name")
    make_tag(maria.workspace, "VIP", [dana])
    make_list(maria.workspace, "Spring", [dana])
    answer = do(client, "export", [dana])
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    data = b"".join(answer.streaming_content)
    assert data.startswith(codecs.BOM_UTF8)  # or Excel takes it for its own encoding
    text = data.decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(text))
    assert (row["Phone"], row["Company"], row["Tags"], row["Lists"]) == (dana.phone, "'=cmd()", "VIP", "Spring")
    assert (row["Name"], row["Pet name"], row["Time zone"]) == ("Dana", "Rex", "")


@pytest.mark.parametrize("action", ["", "burn", "tag"])
def test_nobody_or_nothing_chosen_is_told(client, three, action):
    people = three if action in ("", "burn") else ()
    assert "Tick people first" in said(client, do(client, action, people, tag="x"))


def test_a_list_has_to_be_ours(client, three):
    for action in ("put_on_list", "take_off_list"):
        assert "Choose a list" in said(client, do(client, action, three, list="lst_nobody"))


def test_a_viewer_changes_nobody(viewer, three):
    for action in ("delete", "export", "tag"):
        assert do(viewer, action, three, tag="x").status_code == 403
    assert viewer.post("/people/undelete/", {"at": "1"}).status_code == 403
    assert viewer.post(f"/people/{three[0].public_id}/delete/").status_code == 403


def test_people_of_another_firm_are_nobody(client, three, db):
    from threadline.accounts.testing import make_workspace

    stranger = make_contact(make_workspace("Another firm"))
    assert "Tick people first" in said(client, do(client, "delete", [stranger]))
    stranger.refresh_from_db()
    assert stranger.deleted_at is None


def test_portions_are_counted_once(maria, monkeypatch):
    from threadline.contacts.directory import Wanted

    monkeypatch.setattr(deleting, "MOST", 2)
    make_contacts(maria.workspace, 5)
    assert bulk.Chosen(Wanted(maria.workspace)).count() == 5
