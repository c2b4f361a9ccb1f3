"""/imports: a file as it is or as a form, every row accounted for, rejects to download; bad files and mappings told."""

import json
from urllib.parse import urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from threadline.accounts.testing import make_workspace
from threadline.api.testing import Program, error
from threadline.contacts import importing
from threadline.contacts.importing import undoing
from threadline.contacts.importing.testing import finish
from threadline.contacts.models import Contact, Import
from threadline.contacts.testing import make_contact, make_list
from threadline.messaging.testing import DANA

pytestmark = pytest.mark.django_db
INVALID = "invalid_request_error"
PEOPLE = "Mobile,Name,Pet name\n(813) 555-0142,Dana Reyes,Rex\n813-555-0143,Sam,\n+1 813 555 0142,Dana,\n555,Nobody,\n"


@pytest.fixture
def program(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return Program(make_workspace())


def send(program, content=PEOPLE, content_type="text/csv", key=None, **options):
    data = content.encode() if isinstance(content, str) else content
    headers = {"Idempotency_Key": key} if key else {}
    return program.upload(f"imports?{urlencode(options)}", data, content_type, **headers)


def send_form(program, content=PEOPLE, **fields):
    file = SimpleUploadedFile("leads.csv", content.encode(), "text/csv")
    return program.upload("imports", {"file": file, **fields}, "multipart/form-data")


def ended(program, answer):
    assert answer.status_code == 201, answer.content
    finish(Import.objects.get(public_id=answer.json()["id"]))
    return program.get(f"imports/{answer.json()['id']}").json()


def test_a_file_comes_in_and_every_row_is_accounted_for(program):
    answer = send(program, filename="leads.csv")
    body = answer.json()
    assert (body["object"], body["state"], body["filename"], body["rows"]) == ("import", "queued", "leads.csv", 0)
    assert [(column["name"], column["target"]) for column in body["columns"]] == [
        ("Mobile", "phone"),
        ("Name", "name"),
        ("Pet name", "field:pet_name"),
    ]
    body = ended(program, answer)
    assert (body["state"], body["progress"], body["problem"]) == ("done", 1.0, None)
    assert (body["rows"], body["created"], body["merged"], body["invalid"]) == (4, 2, 1, 1)
    assert program.get("contacts", phone=DANA).json()["data"][0]["fields"] == {"pet_name": "Rex"}
    assert program.get("imports").json()["data"] == [body]


def test_a_form_says_the_same(program):
    spring = make_list(program.workspace)
    body = ended(program, send_form(program, list=spring.public_id, country="US", known="skip"))
    assert (body["filename"], body["list"], body["known"], body["created"]) == (
        "leads.csv",
        spring.public_id,
        "skip",
        2,
    )
    assert program.get(f"lists/{spring.public_id}").json()["size"] == 2


def test_people_who_are_known_are_updated_or_left(program):
    make_contact(program.workspace, DANA, name="D.")
    assert ended(program, send(program, known="skip"))["skipped"] >= 1
    assert Contact.objects.get(phone=DANA).name == "D."
    assert ended(program, send(program))["updated"] >= 1
    assert Contact.objects.get(phone=DANA).name == "Dana Reyes"


@pytest.mark.parametrize("mapping", [{"Mobile": "phone", "Pet name": "company"}, ["phone", None, "company"]])
def test_a_mapping_is_taken_by_name_or_by_place(program, mapping):
    ended(program, send(program, mapping=json.dumps(mapping)))
    dana = Contact.objects.get(phone=DANA)
    assert (dana.name, dana.company, dana.fields) == ("", "Rex", {})


def test_numbers_belong_to_the_country_that_is_given(program):
    body = ended(program, send(program, "Phone\n01511 2345678\n", country="DE"))
    assert (body["country"], body["created"]) == ("DE", 1)
    assert Contact.objects.get().phone == "+4915112345678"


@pytest.mark.parametrize(
    ("options", "code", "param"),
    [
        ({"mapping": "x"}, "parameter_invalid", "mapping"),
        ({"mapping": "5"}, "parameter_invalid", "mapping"),
        ({"mapping": '{"Handy": "phone"}'}, "parameter_invalid", "mapping"),
        ({"mapping": '{"Mobile": 5}'}, "parameter_invalid", "mapping"),
        ({"mapping": "[" * 9999}, "parameter_invalid", "mapping"),
        ({"mapping": '{"Name": "name"}'}, "no_phone", "mapping"),
        ({"mapping": '["phone", "phone"]'}, "twice", "mapping"),
        ({"mapping": '["phone", "nickname"]'}, "unknown", "mapping"),
        ({"country": "XX"}, "parameter_invalid", "country"),
        ({"country": "us"}, "parameter_invalid", "country"),
        ({"known": "erase"}, "parameter_invalid", "known"),
        ({"liste": "x"}, "parameter_unknown", "liste"),
    ],
)
def test_what_is_wrong_with_the_wish_is_named_and_nothing_stays(program, options, code, param):
    assert error(send(program, **options)) == (400, INVALID, code, param)
    assert not Import.objects.exists()


def test_a_form_is_checked_as_well(program):
    assert error(send_form(program, country="us"))[3] == "country"
    assert error(send_form(program, known="erase"))[3] == "known"
    assert error(send_form(program, nickname="x"))[2:] == ("parameter_unknown", "nickname")
    assert error(program.upload("imports", {"country": "US"}, "multipart/form-data"))[2:] == (
        "parameter_missing",
        "file",
    )
    assert error(program.upload("imports", b"no form", "multipart/form-data; boundary=x"))[0] == 400


@pytest.mark.parametrize("content", [b"\n", b"Phone\n", b"\x00\x01\x02\xff" * 400, b"PK\x03\x04" + b"x" * 400])
def test_a_file_that_is_none_is_refused(program, content):
    status, kind, _code, param = error(send(program, content))
    assert (status, kind, param) == (400, INVALID, "file")
    assert not Import.objects.exists()


def test_a_file_may_be_larger_than_other_bodies_but_has_its_bound(program, settings):
    many = "Phone\n" + "".join(f"+1813{5_550_000 + n}\n" for n in range(30_000))
    assert len(many) > 300_000
    assert send(program, many).status_code == 201
    checked = program.upload("imports/check", many.encode(), "text/csv").json()
    assert (checked["rows"], checked["whole"], checked["created"]) == (20_000, False, 20_000)
    settings.THREADLINE_IMPORT_MEGABYTES = 0
    assert error(send(program, many)) == (413, INVALID, "too_large", "file")


@pytest.mark.parametrize("kind", ["application/json", "image/png", ""])
def test_a_body_that_is_no_file_is_refused(program, kind):
    assert error(send(program, content_type=kind)) == (400, INVALID, "not_a_file", "Content-Type")


def test_rejects_are_a_csv_with_reasons(program):
    body = ended(program, send(program))
    answer = program.get(f"imports/{body['id']}/rejects.csv")
    assert answer["Content-Type"].startswith("text/csv")
    lines = answer.getvalue().decode().splitlines()
    assert lines[0] == "\ufeffRow,Result,Reason,Mobile,Name,Pet name"
    assert [line.split(",")[:2] for line in lines[1:]] == [["3", "Merged"], ["4", "Invalid"]]


def test_a_file_is_checked_and_nothing_of_it_stays(program, tmp_path):
    make_contact(program.workspace, "+18135550143", name="Sam")
    answer = program.upload(f"imports/check?{urlencode({'known': 'skip'})}", PEOPLE.encode(), "text/csv")
    body = answer.json()
    assert (answer.status_code, body["object"], body["whole"], body["known"]) == (200, "import_check", True, "skip")
    counted = ("rows", "created", "updated", "merged", "skipped", "invalid")
    assert [body[name] for name in counted] == [4, 1, 0, 1, 1, 1]
    assert body["columns"][0] == {"name": "Mobile", "target": "phone"}
    assert body["invalid_rows"] == [
        {"row": 4, "reason": "This number is too short. Is the area code missing?", "cells": ["555", "Nobody", ""]}
    ]
    assert Contact.objects.count() == 1 and not Import.objects.exists()
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_a_check_makes_no_import_that_others_could_see_meanwhile(program, monkeypatch):
    rows = []
    check = importing.check

    def watched(row):
        rows.extend(program.get("imports").json()["data"])
        return check(row)

    monkeypatch.setattr(importing, "check", watched)
    assert program.upload("imports/check", PEOPLE.encode(), "text/csv").status_code == 200
    assert rows == []
    assert error(program.get("imports/check"))[:3] == (405, INVALID, "method_not_allowed")


def test_what_cannot_be_checked_is_told_as_at_an_import(program):
    refused = program.upload(f"imports/check?{urlencode({'mapping': '{}'})}", PEOPLE.encode(), "text/csv")
    assert error(refused) == (400, INVALID, "no_phone", "mapping")
    assert error(program.upload("imports/check", b"Phone\n", "text/csv"))[2:] == ("no_rows", "file")
    assert not Import.objects.exists()


def test_an_import_is_cancelled_once(program):
    answer = send(program).json()
    cancelled = program.post(f"imports/{answer['id']}/cancel", b"")
    assert (cancelled.status_code, cancelled.json()["state"]) == (200, "cancelled")
    assert program.post(f"imports/{answer['id']}/cancel", b"").json() == cancelled.json()
    finish(Import.objects.get())
    assert not Contact.objects.exists()


def test_an_import_that_is_being_undone_says_how_far_it_is(program, monkeypatch):
    monkeypatch.setattr(undoing, "BATCH", 1)
    body = ended(program, send(program, "Phone\n+18135550142\n+18135550143\n"))
    answer = program.post(f"imports/{body['id']}/undo", b"").json()
    assert (answer["state"], answer["progress"]) == ("undoing", 0.0)
    importing.step()
    assert program.get(f"imports/{body['id']}").json()["progress"] == 0.5
    finish(Import.objects.get())
    answer = program.get(f"imports/{body['id']}").json()
    assert (answer["state"], answer["progress"]) == ("undone", 1.0)


def test_a_repeat_with_its_key_imports_once(program, tmp_path):
    first, again = send(program, key="i1"), send(program, key="i1")
    assert (again.status_code, again.content, again["Idempotent-Replayed"]) == (201, first.content, "true")
    assert error(send(program, PEOPLE + "+18135550149,X,\n", key="i1"))[:2] == (409, "idempotency_error")
    assert error(send(program, key="i1", known="skip"))[0] == 409
    assert Import.objects.count() == 1
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1


def test_what_belongs_to_another_workspace_is_not_there(program):
    stranger = Program(make_workspace())
    theirs = send(stranger).json()["id"]
    for path in (f"imports/{theirs}", f"imports/{theirs}/rejects.csv", "imports/imp_nothing"):
        assert error(program.get(path))[0] == 404
    assert error(program.post(f"imports/{theirs}/cancel", b""))[0] == 404
    assert Import.objects.get().state == "queued"
    spring = make_list(stranger.workspace)
    assert error(send(program, list=spring.public_id)) == (404, INVALID, "resource_missing", "list")
    assert Import.objects.count() == 1
