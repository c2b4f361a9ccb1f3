"""The import wizard and the history, as plain HTML."""

import codecs
import csv
import io
import re
import zipfile

import pytest
from django.core.files.storage import default_storage
from django.test import override_settings

from threadline.contacts import importing
from threadline.contacts.importing import undoing
from threadline.contacts.importing.testing import upload
from threadline.contacts.models import Contact, ContactList, CustomField, Import
from threadline.contacts.testing import make_contact, make_list
from threadline.contacts.tests.wizard import CSV, NEW, begin, check, columns_of, run_to_the_end, send


@pytest.mark.requirement("000-27")
def test_a_file_goes_from_the_form_to_people(client, maria):
    answer = send(client, CSV)
    imported = Import.objects.get()
    assert answer["Location"] == f"/people/imports/{imported.public_id}/"
    page = client.get(answer["Location"]).content.decode()
    for words in ("Vorname", "813 555 0142", "Whitfield", "New field: Pet name", "march leads.csv"):
        assert words in page
    typed = columns_of(client, answer["Location"])
    assert [typed[f"column_{n}"] for n in range(4)] == ["phone", "first_name", "last_name", "field:pet_name"]
    assert (typed["into"], typed["list_name"], typed["known"]) == ("new", "march leads", "update")
    begin(client, answer["Location"], typed | {"column_4": ""})
    assert Import.objects.get().state == "queued"
    run_to_the_end()
    report = client.get(answer["Location"]).content.decode()
    assert "2 rows read" in report and "march leads" in report
    dana = Contact.objects.get(first_name="Dana")
    assert (dana.phone, dana.name, dana.fields) == ("+18135550142", "Dana Whitfield", {"pet_name": "Rex"})
    assert ContactList.objects.get().size == 2
    assert CustomField.objects.get().label == "Pet name"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "This file is empty"),
        (b"\n\n\n", "blank lines"),
        (b"Phone,Name\n", "no rows below it"),
        (b"\x00\x01\x02\xff\xfe" * 100, "not a table of text"),
        (b"PK\x03\x04" + b"\0" * 100, "Save it as CSV"),
    ],
)
def test_a_bad_file_is_told_at_the_field(client, maria, content, words):
    some = make_list(maria.workspace)
    answer = send(client, content, into=some.public_id, next="/campaigns/cmp_1/leads/")
    page = answer.content.decode()
    assert answer.status_code == 422 and words in page and 'id="file-error"' in page
    assert some.public_id in page and 'value="/campaigns/cmp_1/leads/"' in page
    assert not Import.objects.exists()


def test_a_spreadsheet_that_cannot_be_read_is_told_what_to_do(client):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as book:
        book.writestr("xl/workbook.xml", "<workbook/>")
    assert "Save it as CSV" in send(client, packed.getvalue(), "leads.xlsx").content.decode()


@override_settings(THREADLINE_IMPORT_MEGABYTES=0)
def test_a_file_that_is_too_large_is_told_how_large_it_may_be(client):
    assert "larger than 0 MB" in send(client, CSV).content.decode()


def test_no_file_at_all_is_told(client):
    answer = client.post(NEW, {})
    assert answer.status_code == 422 and "Choose a file." in answer.content.decode()


def test_a_campaign_presets_the_list_and_the_way_back(client, maria):
    some = make_list(maria.workspace, "Leads of March")
    back = "/campaigns/cmp_1/leads/"
    assert "Leads of March" in client.get(NEW, {"into": some.public_id, "next": back}).content.decode()
    columns = send(client, CSV, into=some.public_id, next=back)["Location"]
    typed = columns_of(client, columns)
    assert typed["into"] == some.public_id
    report = begin(client, columns, typed | {"next": back})
    assert "next=%2Fcampaigns%2Fcmp_1%2Fleads%2F" in report
    run_to_the_end()
    page = client.get(report).content.decode()
    assert f'href="{back}">Back to the campaign</a>' in page
    some.refresh_from_db()
    assert some.size == 2


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:x"])
def test_the_way_back_never_leads_elsewhere(client, elsewhere):
    location = send(client, CSV, next=elsewhere)["Location"]
    assert "evil" not in location and "javascript" not in location
    assert "evil" not in client.get(NEW, {"next": elsewhere}).content.decode()


def test_a_file_that_comes_again_offers_the_same_list(client, maria):
    some = make_list(maria.workspace, "March Leads")
    assert columns_of(client, send(client, CSV)["Location"])["into"] == some.public_id


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"column_0": ""}, "Say which column holds the phone numbers"),
        ({"column_0": "phone", "column_1": "phone"}, "Two columns cannot both be"),
        ({"column_1": "id"}, "not one of the available choices"),
        ({"country": "XX"}, "not one of the available choices"),
        ({"known": "erase"}, "not one of the available choices"),
        ({"into": "lst_of_nobody"}, "not one of the available choices"),
        ({"list_name": " "}, "Give the new list a name"),
        ({"list_name": "TAKEN"}, "Another list has this name"),
    ],
)
def test_bad_columns_are_told_and_nothing_begins(client, maria, typed, words):
    make_list(maria.workspace, "Taken")
    location = send(client, CSV)["Location"]
    answer = client.post(location, columns_of(client, location) | typed)
    assert answer.status_code == 422 and words in answer.content.decode()
    assert Import.objects.get().state == "uploaded"
    assert ContactList.objects.count() == 1  # no list was made for nothing


def test_people_who_are_known_can_be_left_as_they_are(client, maria):
    make_contact(maria.workspace, "+18135550142", first_name="Daniela")
    location = send(client, CSV)["Location"]
    begin(client, location, columns_of(client, location) | {"known": "skip"})
    run_to_the_end()
    imported = Import.objects.get()
    assert (imported.created, imported.skipped) == (1, 1)
    assert Contact.objects.get(phone="+18135550142").first_name == "Daniela"


def test_what_is_missing_of_people_who_are_known_can_be_filled_in(client, maria):
    make_contact(maria.workspace, "+18135550142", first_name="Daniela", fields={"city": "Tampa"})
    location = send(client, "Mobile,Vorname,Nachname,City,Pet name\n813 555 0142,Dana,Whitfield,Ocala,Rex\n")[
        "Location"
    ]
    page = client.get(location).content.decode()
    choices = re.findall(r'name="known" value="(\w+)"( checked)?', page)
    assert choices == [("update", " checked"), ("merge", ""), ("skip", "")]
    assert "Fill in what is missing" in page and "what you have stays" in page
    begin(client, location, columns_of(client, location) | {"known": "merge"})
    run_to_the_end()
    assert Import.objects.get().updated == 1
    dana = Contact.objects.get()
    assert (dana.first_name, dana.last_name) == ("Daniela", "Whitfield")
    assert dana.fields == {"city": "Tampa", "pet_name": "Rex"}


def test_numbers_are_read_in_the_country_that_is_chosen(client):
    location = send(client, "Phone\n020 7946 0018\n")["Location"]
    begin(client, location, columns_of(client, location) | {"column_0": "phone", "country": "GB"})
    run_to_the_end()
    assert Contact.objects.get().phone == "+442079460018"


@pytest.mark.requirement("000-28")
def test_the_report_accounts_for_every_row_and_its_rejects_are_a_file(client):
    location = send(client, "Phone,Name\n813 555 0142,Dana\n555-014,=Luis\n,\n813 555 0142,Dana\n")["Location"]
    begin(client, location, columns_of(client, location))
    run_to_the_end()
    page = client.get(location).content.decode()
    assert "This number is too short" in page and "555-014 · =Luis" in page
    assert "Download the 3 rows" in page
    parts = {part.split("<")[0]: part for part in page.split('-title">') if " rows</h2>" in part}
    assert list(parts) == ["Invalid rows", "Merged rows", "Skipped rows"]
    assert "stands in row 1 already" in parts["Merged rows"] and "This row is blank." in parts["Skipped rows"]
    answer = client.get(f"{location}rejects.csv")
    assert answer["Content-Disposition"] == 'attachment; filename="march-leads-rejects.csv"'
    data = answer.getvalue()
    assert data.startswith(codecs.BOM_UTF8)
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    assert [row[0] for row in rows[1:]] == ["2", "3", "4"]
    assert rows[1][-1] == "'=Luis"


def test_empty_cells_of_a_bad_row_are_left_out(client):
    location = send(client, "Name,Phone,Pet,City,Plan\nLuis,555-014,,Tampa,\n813 555 0142,,,,\n")["Location"]
    checked = check(client, location, columns_of(client, location)).content.decode()
    begin(client, location, columns_of(client, location))
    run_to_the_end()
    for page in (checked, client.get(location).content.decode()):
        assert "<bdi>Luis · 555-014 · Tampa</bdi>" in page


def test_a_running_import_listens_for_its_events_and_can_be_cancelled(client):
    location = send(client, CSV)["Location"]
    begin(client, location, columns_of(client, location))
    imported = Import.objects.get()
    page = client.get(location).content.decode()
    assert f"live:{imported.public_id} from:body" in page and "<progress" in page
    part = client.get(location, headers={"HX-Request": "true", "HX-Target": "import-run"})
    assert b"<html" not in part.content and b'id="import-run"' in part.content
    client.post(f"{location}cancel/")
    run_to_the_end()
    assert "Cancelled" in client.get(location).content.decode()
    assert not Contact.objects.exists()


def test_an_import_that_is_being_undone_shows_how_far_it_is(client, maria, monkeypatch):
    monkeypatch.setattr(undoing, "BATCH", 1)
    location = send(client, CSV)["Location"]
    begin(client, location, columns_of(client, location))
    run_to_the_end()
    client.post(f"{location}undo/")
    assert '<progress value="0" max="2" aria-label="Undone so far">' in client.get(location).content.decode()
    importing.step()
    page = client.get(location).content.decode()
    assert '<progress value="1" max="2" aria-label="Undone so far">' in page and "1 person deleted again" in page
    assert "merged or changed since" not in page and "Cancel the import" not in page
    run_to_the_end()
    assert "<progress" not in client.get(location).content.decode()


def test_columns_said_twice_begin_one_import(client):
    location = send(client, CSV)["Location"]
    typed = columns_of(client, location)
    begin(client, location, typed)
    assert client.post(location, typed)["Location"].startswith(location)
    assert client.post(f"{location}check/", typed)["Location"].startswith(location)
    assert Import.objects.get().state == "queued"


def test_the_history_shows_what_became_of_each_file(client, maria):
    assert "No imports yet" in client.get("/people/imports/").content.decode()
    location = send(client, CSV)["Location"]
    assert "Columns missing" in client.get("/people/imports/").content.decode()
    begin(client, location, columns_of(client, location))
    run_to_the_end()
    page = client.get("/people/imports/").content.decode()
    assert "march leads.csv" in page and "2 new, 0 updated" in page and str(maria.user) in page


def test_an_old_file_that_is_gone_asks_for_it_again(client, maria):
    Import.objects.create(workspace=maria.workspace, filename="old.csv", headers=["Phone"])
    page = client.get(f"/people/imports/{Import.objects.get().public_id}/").content.decode()
    assert "Import another file" in page


def test_a_file_that_went_missing_is_told_by_the_check_and_by_the_import(client, maria):
    location = send(client, CSV)["Location"]
    default_storage.delete(Import.objects.get().file)
    typed = columns_of(client, location) | {"column_0": "phone"}
    page = check(client, location, typed).content.decode()
    assert "The file is no longer there. Upload it again." in page and "Import another file" in page
    begin(client, location, typed)
    run_to_the_end()
    assert "The file is no longer there. Upload it again." in client.get(location).content.decode()


def test_a_viewer_reads_reports_and_imports_nothing(viewer, maria):
    imported = upload(maria.workspace, CSV)
    path = f"/people/imports/{imported.public_id}/"
    page = viewer.get(path).content.decode()
    assert "Waiting for its columns" in page and "<select" not in page
    assert viewer.get(NEW).status_code == 403
    assert viewer.post(path, {"column_0": "phone"}).status_code == 403
    assert viewer.post(f"{path}cancel/").status_code == 403
    assert viewer.get(f"{path}check/").status_code == 403
    assert viewer.get(f"{path}rejects.csv").status_code == 403
    assert Import.objects.get().state == "uploaded"


def test_a_viewer_sees_the_bad_rows_and_takes_none_of_them_along(client, viewer):
    location = send(client, "Phone,Name\n813 555 0142,Dana\n" + "555-014,Luis\n" * 21)["Location"]
    begin(client, location, columns_of(client, location))
    run_to_the_end()
    page = viewer.get(location).content.decode()
    assert "This number is too short" in page and "The first 20." in page and "ownload" not in page
    assert viewer.get(f"{location}rejects.csv").status_code == 403
    page = client.get(location).content.decode()
    assert f'href="{location}rejects.csv"' in page and "all of them are in the download" in page
