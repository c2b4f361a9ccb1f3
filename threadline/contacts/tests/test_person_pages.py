"""Adding and changing one person."""

import re
from typing import Any

import pytest

from threadline.accounts.testing import make_workspace
from threadline.contacts import deleting, fields, merging
from threadline.contacts.models import Contact, ListMember
from threadline.contacts.testing import make_contact, make_contacts, make_list, make_tag
from threadline.events.models import Event
from threadline.lib import clock
from threadline.messaging import conversations


@pytest.fixture
def dana(maria):
    fields.ensure(maria.workspace.id, ["Pet name", "Phone"])
    return make_contact(
        maria.workspace,
        first_name="Dana",
        last_name="Whitfield",
        company="Whitfield Roofing",
        email="dana@example.com",
        fields={"pet_name": "Rex", "phone": "the red one", "notes": "two\nlines"},
    )


def page_of(contact):
    return f"/people/{contact.public_id}/"


def edit_of(contact):
    return f"/people/{contact.public_id}/edit/"


def as_shown(client, path):
    """What the browser sends when somebody presses Save at once: every field of the form, as the page holds them."""
    form = client.get(path).context["form"]
    shown: dict[str, Any] = {}
    for bound in form:
        if bound.name == "lists":
            shown["lists"] = shown["initial-lists"] = list(bound.value())
        else:
            shown[bound.html_name] = shown[bound.html_initial_name] = bound.value() or ""
    return shown


def test_a_person_is_added_with_what_is_known(client, maria):
    some = make_list(maria.workspace)
    typed = {"phone": "(813) 555-0142", "first_name": "Dana", "last_name": "Whitfield", "lists": [some.public_id]}
    answer = client.post("/people/new/", typed)
    dana = Contact.objects.get()
    assert answer["Location"] == page_of(dana)
    assert (dana.phone, dana.name, dana.first_name) == ("+18135550142", "Dana Whitfield", "Dana")
    assert ListMember.objects.get().contact == dana


def test_the_number_and_the_list_can_be_given_along_and_the_way_back(client, maria):
    some = make_list(maria.workspace)
    page = client.get("/people/new/", {"phone": "+18135550142", "list": some.public_id, "next": "/messages/"})
    text = page.content.decode()
    assert 'value="+18135550142"' in text and re.search(rf'value="{some.public_id}"[^>]*checked', text)
    typed = {"phone": "+18135550142", "lists": some.public_id, "next": "/messages/"}
    assert client.post("/people/new/", typed)["Location"] == "/messages/"


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "evil"])
def test_the_way_back_never_leads_elsewhere(client, elsewhere):
    answer = client.post("/people/new/", {"phone": "+18135550142", "next": elsewhere})
    assert answer["Location"] == page_of(Contact.objects.get())


@pytest.mark.requirement("000-28")
@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        ({"phone": ""}, "phone", "This field is required"),
        ({"phone": "12"}, "phone", "too short"),
        ({"phone": "not a number"}, "phone", "not a phone number"),
        ({"phone": "+18135550142", "email": "dana@"}, "email", "valid email"),
        ({"phone": "+18135550142", "name": "x" * 161}, "name", "at most 160"),
        ({"phone": "+18135550142", "lists": "lst_of_somebody_else"}, "lists", "not one of the available"),
    ],
)
def test_bad_input_is_named_at_its_field_and_nothing_is_lost(client, typed, field, words):
    answer = client.post("/people/new/", typed | {"company": "Whitfield Roofing"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page and f'id="id_{field}_error"' in page
    assert 'value="Whitfield Roofing"' in page
    assert not Contact.objects.exists()


def test_a_number_of_somebody_else_says_whose_it_is(client, dana):
    answer = client.post("/people/new/", {"phone": "813 555 0142"})
    assert answer.status_code == 422
    assert f'This is the number of <a href="{page_of(dana)}">Dana Whitfield</a>' in answer.content.decode()


def test_who_changes_nothing_loses_nothing(client, maria, dana):
    make_list(maria.workspace, contacts=[dana])
    before = Contact.objects.values().get()
    client.post(edit_of(dana), as_shown(client, edit_of(dana)))
    assert Contact.objects.values().get() == before
    assert ListMember.objects.count() == 1


def test_only_what_was_changed_is_written(client, dana):
    shown = as_shown(client, edit_of(dana))
    Contact.objects.update(company="Somebody else's word", email="new@example.com")  # meanwhile
    client.post(edit_of(dana), shown | {"email": "dana@whitfield.example", "custom.pet_name": "Bella"})
    dana.refresh_from_db()
    assert (dana.company, dana.email) == ("Somebody else's word", "dana@whitfield.example")
    assert dana.fields == {"pet_name": "Bella", "phone": "the red one", "notes": "two\nlines"}


def test_a_bad_address_is_in_nobodys_way_until_it_is_touched(client, dana):
    Contact.objects.update(email="n/a")  # as an import takes it
    shown = as_shown(client, edit_of(dana))
    assert client.post(edit_of(dana), shown | {"company": "Ortega"}).status_code == 302
    dana.refresh_from_db()
    assert (dana.company, dana.email) == ("Ortega", "n/a")
    answer = client.post(edit_of(dana), as_shown(client, edit_of(dana)) | {"email": "none"})
    assert answer.status_code == 422 and 'id="id_email_error"' in answer.content.decode()


def test_a_custom_field_called_like_ours_is_another_one(client, dana):
    shown = as_shown(client, edit_of(dana))
    client.post(edit_of(dana), shown | {"custom.phone": ""})
    dana.refresh_from_db()
    assert dana.phone == "+18135550142" and "phone" not in dana.fields


def test_the_whole_name_follows_its_parts_unless_it_was_given(client, dana):
    shown = as_shown(client, edit_of(dana))
    client.post(edit_of(dana), shown | {"last_name": "Ortega"})
    dana.refresh_from_db()
    assert dana.name == "Dana Ortega"
    shown = as_shown(client, edit_of(dana))
    client.post(edit_of(dana), shown | {"name": "Dr. Dana", "first_name": "D."})
    dana.refresh_from_db()
    assert dana.name == "Dr. Dana"
    client.post(edit_of(dana), as_shown(client, edit_of(dana)) | {"first_name": "Dana"})
    dana.refresh_from_db()
    assert dana.name == "Dr. Dana"


def test_lists_are_ticked_and_unticked_apart_from_what_others_do(client, maria, dana):
    one, two, three = (
        make_list(maria.workspace, name, [dana] if name == "one" else []) for name in ("one", "two", "three")
    )
    shown = as_shown(client, edit_of(dana))
    ListMember.objects.create(list=three, contact=dana)  # meanwhile
    client.post(edit_of(dana), shown | {"lists": [two.public_id]})
    assert set(ListMember.objects.values_list("list__name", flat=True)) == {"two", "three"}


def test_the_number_may_change_but_not_into_one_that_is_taken(client, maria, dana):
    make_contact(maria.workspace, "+18135550199", name="Luis")
    shown = as_shown(client, edit_of(dana))
    answer = client.post(edit_of(dana), shown | {"phone": "+18135550199", "company": "Kept"})
    assert answer.status_code == 422 and 'value="Kept"' in answer.content.decode()
    client.post(edit_of(dana), shown | {"phone": "(813) 555-0177"})
    dana.refresh_from_db()
    assert dana.phone == "+18135550177"


def test_another_number_of_theirs_is_not_swapped_and_says_how(client, maria, dana):
    merging.merge(dana, make_contact(maria.workspace, "+18135550199"), (), maria, clock.now())
    shown = as_shown(client, edit_of(dana))
    answer = client.post(edit_of(dana), shown | {"phone": "+18135550199"})
    assert answer.status_code == 422 and "They have this number too" in answer.content.decode()
    assert client.post(edit_of(dana), shown | {"phone": "(813) 555-0142"}).status_code == 302


def test_open_conversation_lists_learn_the_new_name(client, maria, dana):
    conversations.ensure(maria.workspace.id, [dana.phone], clock.now())
    conversation = maria.workspace.conversations.get()
    client.post(edit_of(dana), as_shown(client, edit_of(dana)) | {"name": "Dana W."})
    assert Event.objects.filter(subject=conversation.public_id, type="conversation.changed").exists()
    assert f"/messages/{conversation.public_id}/" in client.get(page_of(dana)).content.decode()


def test_a_thread_gets_the_name_of_somebody_who_is_added(client, maria):
    conversations.ensure(maria.workspace.id, ["+18135550142"], clock.now())
    client.post("/people/new/", {"phone": "+18135550142", "name": "Dana"})
    conversation = maria.workspace.conversations.get()
    assert conversation.contact.name == "Dana"
    assert Event.objects.filter(subject=conversation.public_id, type="conversation.changed").exists()


def test_a_text_can_be_written_from_the_page(client, dana):
    assert "/messages/new/?to=%2B18135550142" in client.get(page_of(dana)).content.decode()


def test_a_viewer_reads_the_details_and_changes_nothing(viewer, dana):
    page = viewer.get(page_of(dana)).content.decode()
    assert (
        "dana@example.com" in page
        and "Rex" in page
        and "<input" not in page.partition("<main")[2].partition("</main")[0]
    )
    assert viewer.get(edit_of(dana)).status_code == 403
    assert viewer.post(edit_of(dana), {"name": "x"}).status_code == 403
    assert viewer.get("/people/new/").status_code == 403
    dana.refresh_from_db()
    assert dana.name == "Dana Whitfield"


def test_people_of_another_firm_are_not_there(client):
    stranger = make_contacts(make_workspace("Another firm"), 1)[0]
    assert client.get(page_of(stranger)).status_code == 404
    assert client.post(edit_of(stranger), {}).status_code == 404


def test_tags_are_typed_and_taken_away_apart_from_what_others_do(client, maria, dana):
    make_tag(maria.workspace, "Roofer", [dana])
    make_tag(maria.workspace, "Meanwhile")
    shown = as_shown(client, edit_of(dana))
    assert shown["tags"] == "Roofer"
    make_tag(maria.workspace, "Meanwhile", [dana])
    client.post(edit_of(dana), shown | {"tags": "#VIP, vip"})
    assert set(dana.taggings.values_list("tag__name", flat=True)) == {"vip", "Meanwhile"}
    answer = client.post(edit_of(dana), as_shown(client, edit_of(dana)) | {"tags": "x" * 41, "company": "Kept"})
    assert answer.status_code == 422 and 'value="Kept"' in answer.content.decode()
    assert "at most 40" in answer.content.decode()


def test_only_new_tags_are_counted(client, maria, dana):
    for n in range(21):
        make_tag(maria.workspace, f"{'long name ' * 3}{n}", [dana])
    shown = as_shown(client, edit_of(dana))
    assert client.post(edit_of(dana), shown | {"company": "Ortega"}).status_code == 302
    assert client.post(edit_of(dana), shown | {"tags": f"{'long name ' * 3}1"}).status_code == 302
    assert dana.taggings.count() == 1
    many = ", ".join(str(n) for n in range(21))
    answer = client.post(edit_of(dana), as_shown(client, edit_of(dana)) | {"tags": many, "company": "Lost"})
    assert answer.status_code == 422 and "At most 20 tags" in answer.content.decode()
    dana.refresh_from_db()
    assert (dana.company, dana.taggings.count()) == ("Ortega", 1)


def test_somebody_may_be_elsewhere_than_their_number(client, dana):
    client.post(edit_of(dana), as_shown(client, edit_of(dana)) | {"timezone": "Europe/Berlin"})
    dana.refresh_from_db()
    assert dana.timezone == "Europe/Berlin"
    answer = client.post(edit_of(dana), as_shown(client, edit_of(dana)) | {"timezone": "Mars/Olympus"})
    assert answer.status_code == 422 and "not one of the available" in answer.content.decode()
    Contact.objects.update(timezone="UTC")  # as a program may
    assert client.post(edit_of(dana), as_shown(client, edit_of(dana))).status_code == 302


def test_deleting_somebody_can_be_undone_where_it_leads(client, dana):
    answer = client.post(f"/people/{dana.public_id}/delete/")
    page = client.get(answer["Location"]).content.decode()
    assert "1 person is deleted." in page
    assert "This person is deleted" in client.get(page_of(dana)).content.decode()
    word = page.partition('name="at" value="')[2].partition('"')[0]
    client.post("/people/undelete/", {"at": word})
    dana.refresh_from_db()
    assert dana.deleted_at is None
    client.post("/people/undelete/", {"at": word})
    assert "Nobody is left to bring back" in client.get("/people/").content.decode()


def test_a_number_of_somebody_deleted_or_merged_says_so(client, maria, dana):
    luis = make_contact(maria.workspace, "+18135550199", name="Luis")
    other = make_contact(maria.workspace, "+18135550177", name="Dana at work")
    merging.merge(dana, other, (), maria, clock.now())
    answer = client.post(edit_of(luis), as_shown(client, edit_of(luis)) | {"phone": other.phone})
    assert answer.status_code == 422 and f'<a href="{page_of(dana)}">Dana Whitfield</a>' in answer.content.decode()
    gone = make_contact(maria.workspace, "+18135550188", name="Gone")
    deleting.hide(maria.workspace, [gone.id], maria, clock.now())
    answer = client.post(edit_of(luis), as_shown(client, edit_of(luis)) | {"phone": gone.phone})
    assert answer.status_code == 422 and "somebody who is deleted" in answer.content.decode()
    client.post("/people/new/", {"phone": gone.phone})
    gone.refresh_from_db()
    assert gone.deleted_at is None
