"""The table of people, as plain HTML."""

import pytest
from django.urls import reverse

from threadline.contacts import deleting
from threadline.contacts.testing import make_contact, make_contacts, make_list, make_tag
from threadline.lib import clock

PEOPLE = "/people/"


def test_with_nobody_it_says_how_to_begin(client, viewer):
    page = client.get(PEOPLE).content.decode()
    assert "Nobody here yet" in page and reverse("contacts:import_new") in page and reverse("contacts:new") in page
    seen = viewer.get(PEOPLE).content.decode()
    assert "Nobody here yet" in seen and reverse("contacts:import_new") not in seen


@pytest.mark.requirement("U24")
def test_people_stand_in_the_rail_and_in_the_table(client, maria):
    make_contact(maria.workspace, name="Dana Whitfield", company="Whitfield Roofing", email="dana@example.com")
    page = client.get(PEOPLE).content.decode()
    for words in ("Dana Whitfield", "Whitfield Roofing", "dana@example.com", "(813) 555-0142", "1 person"):
        assert words in page
    assert 'data-key="g p"' in page


def test_names_are_text_and_not_markup(client, maria):
    contact = make_contact(maria.workspace, name="<b>Dana</b>", company='"><script>')
    for path in (PEOPLE, f"{PEOPLE}{contact.public_id}/"):
        page = client.get(path).content.decode()
        assert "<b>Dana" not in page and '"><script>' not in page


def test_the_next_page_is_a_link_and_for_htmx_only_rows(client, maria):
    make_contacts(maria.workspace, 60)
    page = client.get(PEOPLE)
    after = page.context["after"]
    assert f'href="?after={after}"' in page.content.decode()
    further = client.get(PEOPLE, {"after": after}, headers={"HX-Request": "true", "HX-Target": "people-more"})
    assert further.content.count(b"<tr") == 10
    assert b"<html" not in further.content


def test_a_search_keeps_its_words_and_replaces_only_the_table(client, maria):
    make_contact(maria.workspace, name="Dana Whitfield")
    make_contact(maria.workspace, "+18135550199", name="Luis Ortega")
    page = client.get(PEOPLE, {"q": "dana"}).content.decode()
    assert 'value="dana"' in page and "Luis" not in page
    part = client.get(PEOPLE, {"q": "nobody"}, headers={"HX-Request": "true", "HX-Target": "people-table"})
    assert "Nobody found" in part.content.decode() and b"<html" not in part.content


def test_the_table_can_be_narrowed_to_a_list(client, maria):
    dana, luis = make_contacts(maria.workspace, 2)
    some = make_list(maria.workspace, contacts=[dana])
    page = client.get(PEOPLE, {"list": some.public_id}).content.decode()
    assert dana.name in page and luis.name not in page


def test_the_table_can_be_narrowed_to_a_tag_and_to_the_deleted(client, maria):
    dana, luis = make_contacts(maria.workspace, 2)
    vip = make_tag(maria.workspace, contacts=[dana])
    page = client.get(PEOPLE, {"tag": vip.public_id}).content.decode()
    assert dana.name in page and luis.name not in page
    deleting.hide(maria.workspace, [dana.id], maria, clock.now())
    assert dana.name not in client.get(PEOPLE).content.decode()
    assert client.get(PEOPLE, {"q": dana.phone}).content.decode().count(dana.public_id) == 0
    deleted = client.get(PEOPLE, {"show": "deleted"}).content.decode()
    assert dana.name in deleted and luis.name not in deleted and "Bring back" in deleted


@pytest.mark.parametrize(
    "query",
    [
        "after=%00",
        "tag=%00",
        "deleted=x",
        "deleted=99999999999999999999",
        "list=%00",
        "list=lst_nothing",
        "order=upwards",
        "q=%00",
        "after=con_x",
    ],
)
def test_nonsense_in_the_address_counts_as_not_given(client, maria, query):
    make_contact(maria.workspace, name="Dana Whitfield")
    answer = client.get(f"{PEOPLE}?{query}")
    assert answer.status_code == 200 and "Dana Whitfield" in answer.content.decode()


def test_a_viewer_sees_everybody_and_no_button(viewer, maria):
    make_contact(maria.workspace, name="Dana Whitfield")
    page = viewer.get(PEOPLE).content.decode()
    assert "Dana Whitfield" in page
    assert 'type="checkbox"' not in page and reverse("contacts:new") not in page
    assert viewer.post("/people/bulk/").status_code == 403
