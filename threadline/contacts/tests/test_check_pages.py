"""The check step of the import wizard: what would become of the rows, before anything does."""

import pytest

from threadline.contacts import importing
from threadline.contacts.importing import checking
from threadline.contacts.models import Contact, ContactList, CustomField, Import
from threadline.contacts.testing import make_contact, make_list
from threadline.contacts.tests.wizard import CSV, begin, check, columns_of, run_to_the_end, send

MIXED = "Phone,Name\n813 555 0142,Dana\n813 555 0143,Luis\n555-014,Priya\n813 555 0142,Dana\n"


@pytest.fixture
def location(client):
    return send(client, MIXED)["Location"]


@pytest.mark.requirement("000-27", "000-28")
def test_it_counts_and_shows_the_bad_rows_and_nothing_is_made_yet(client, location):
    answer = check(client, location, columns_of(client, location))
    page = answer.content.decode()
    result = answer.context["check"]
    assert (result.created, result.merged, result.invalid) == (2, 1, 1)
    assert "All 4 rows checked" in page and "Import 2 people" in page and "Nothing is imported yet" in page
    assert "This number is too short" in page and "555-014 · Priya" in page
    assert '<li aria-current="step">Check</li>' in page
    assert not Contact.objects.exists() and not ContactList.objects.exists() and not CustomField.objects.exists()
    assert Import.objects.get().state == "uploaded"


def test_addresses_that_look_wrong_are_named_and_come_in_as_they_are(client):
    location = send(client, "Phone,E-mail\n813 555 0142,bob@example\n813 555 0143,luis@example.com\n")["Location"]
    page = check(client, location, columns_of(client, location)).content.decode()
    assert "1 e-mail address looks wrong. It is kept as it is" in page and "bob@example</bdi> (row 1)" in page
    begin(client, location, columns_of(client, location))
    run_to_the_end()
    assert Contact.objects.get(phone="+18135550142").email == "bob@example"


def test_what_it_says_is_what_the_import_then_does(client, location):
    said = check(client, location, columns_of(client, location)).context["check"]
    begin(client, location, columns_of(client, location))
    run_to_the_end()
    done = Import.objects.get()
    for name in ("created", "updated", "merged", "skipped", "invalid"):
        assert getattr(said, name) == getattr(done, name), name
    assert ContactList.objects.get().size == 2


def test_of_a_long_file_it_says_how_much_was_checked(client, location, monkeypatch):
    monkeypatch.setattr(checking, "ROWS", 2)
    page = check(client, location, columns_of(client, location)).content.decode()
    assert "First 2 rows checked" in page and "Import the whole file" in page and "reads all of it" in page


@pytest.mark.parametrize(
    ("bad", "rows", "says"),
    [
        (1, 99, "It would not come in. The report has it as a download."),
        (10, 99, "They would not come in. The report has them as a download."),
        (11, 99, "The first 10 of 11. They would not come in; the report has all of them as a download."),
        (11, 5, "Those among the rows checked."),
        (11, 1, "First row checked"),
    ],
)
def test_of_the_bad_rows_it_says_how_many_there_are(client, monkeypatch, bad, rows, says):
    monkeypatch.setattr(checking, "ROWS", rows)
    location = send(client, "Phone\n" + "12\n" * bad)["Location"]
    page = check(client, location, columns_of(client, location) | {"column_0": "phone"}).content.decode()
    assert says in page


def test_whoever_is_known_already_is_counted_among_those_on_the_list(client, maria, location, monkeypatch):
    make_contact(maria.workspace, "+18135550142", name="Dana")
    typed = columns_of(client, location)
    page = check(client, location, typed).content.decode()
    assert "Import 1 person, put 2 on the list" in page and "2 people in all, also those who stay" in page
    page = check(client, location, typed | {"into": "none"}).content.decode()
    assert "Import 1 person</button>" in page and "in all" not in page
    monkeypatch.setattr(checking, "ROWS", 2)
    assert "· also those who stay as they are" in check(client, location, typed).content.decode()
    monkeypatch.undo()
    begin(client, location, typed)
    run_to_the_end()
    assert ContactList.objects.get().size == 2


def test_back_to_columns_shows_what_was_chosen(client):
    location = send(client, CSV, next="/campaigns/cmp_1/leads/")["Location"]
    said = columns_of(client, location) | {"column_3": "company", "column_4": "", "known": "merge", "country": "CA"}
    said |= {"list_name": "Spring", "next": "/campaigns/cmp_1/leads/"}
    page = check(client, location, said)
    assert "Spring" in page.content.decode() and "Fill in what is missing" in page.content.decode()
    back = page.context["back"]
    again = columns_of(client, back)
    assert again == {name: value for name, value in said.items() if name in again}
    assert client.get(back).context["next"] == "/campaigns/cmp_1/leads/"


@pytest.mark.parametrize("into", ["none", "listed"])
def test_the_list_that_was_chosen_is_chosen_still(client, maria, location, into):
    into = make_list(maria.workspace, "Spring").public_id if into == "listed" else into
    page = check(client, location, columns_of(client, location) | {"into": into})
    assert ("Spring" if into != "none" else "No list") in page.content.decode()
    assert columns_of(client, page.context["back"])["into"] == into


def test_without_columns_there_is_nothing_to_check(client, location):
    assert client.get(f"{location}check/")["Location"] == location


def test_after_the_beginning_it_leads_to_the_import(client, location):
    typed = columns_of(client, location)
    begin(client, location, typed)
    assert client.get(f"{location}check/")["Location"] == location
    assert client.post(f"{location}check/", typed)["Location"].startswith(location)


def test_what_the_page_showed_is_imported_whatever_another_one_says_meanwhile(client, location):
    typed = columns_of(client, location)
    shown = check(client, location, typed).context["form"]
    check(client, location, typed | {"known": "skip", "column_1": ""})
    client.post(f"{location}check/", {bound.html_name: bound.value() for bound in shown})
    imported = Import.objects.get()
    assert (imported.state, imported.known, imported.mapping) == ("queued", "update", ["phone", "name"])


def test_a_list_that_somebody_else_made_meanwhile_is_told(client, maria, location):
    shown = check(client, location, columns_of(client, location)).context["form"]
    make_list(maria.workspace, "March leads")
    answer = client.post(f"{location}check/", {bound.html_name: bound.value() for bound in shown})
    assert answer.status_code == 422 and "Another list has this name" in answer.content.decode()
    assert Import.objects.get().state == "uploaded"


def test_a_file_without_any_number_is_not_offered_for_import(client):
    location = send(client, "Phone,Name\n12,Dana\n,\n")["Location"]
    page = check(client, location, columns_of(client, location) | {"column_0": "phone"}).content.decode()
    assert "No row has a number that could be texted" in page and "Back to columns" in page
    assert "button-primary" in page and ">Import" not in page.partition("<form")[2].partition("</form>")[0]


def test_people_who_are_all_known_are_put_on_the_list(client, maria, location):
    for phone, name in (("+18135550142", "Dana"), ("+18135550143", "Luis")):
        make_contact(maria.workspace, phone, name=name)
    typed = columns_of(client, location)
    assert "Put 2 people on the list" in check(client, location, typed).content.decode()
    assert "Import, though nothing is new" in check(client, location, typed | {"into": "none"}).content.decode()


def test_a_file_is_checked_in_the_country_that_was_chosen(client):
    location = send(client, "Phone\n020 7946 0018\n")["Location"]
    typed = columns_of(client, location) | {"column_0": "phone"}
    assert check(client, location, typed).context["check"].invalid == 1
    assert check(client, location, typed | {"country": "GB"}).context["check"].created == 1


def test_an_import_that_was_called_off_is_checked_no_more(client, location):
    check(client, location, columns_of(client, location))
    importing.cancel(Import.objects.get())
    assert client.get(f"{location}check/")["Location"] == location
