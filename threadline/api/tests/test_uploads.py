"""/uploads: a file as it is or as a form, checked by what it is, and carried by steps and texts."""

from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile

from threadline.accounts.models import Role
from threadline.accounts.testing import make_member, make_workspace
from threadline.api.testing import Program, error
from threadline.campaigns.engine.advance import advance
from threadline.lib import clock
from threadline.messaging import file_kinds, media_urls
from threadline.messaging.models import Message, Upload
from threadline.messaging.testing import DANA, make_line, picture, png

pytestmark = pytest.mark.django_db
INVALID = "invalid_request_error"
FORM = "multipart/form-data"


@pytest.fixture
def program(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    line = make_line()
    make_member(line.workspace, Role.OWNER)
    return Program(line.workspace)


def send(program, content=None, content_type="image/png", key=None, **options):
    headers = {"Idempotency_Key": key} if key else {}
    content = png() if content is None else content
    return program.upload(f"uploads?{urlencode(options)}", content, content_type, **headers)


def send_form(program, file=None, **fields):
    return program.upload("uploads", {"file": file or picture("menu.png"), **fields}, FORM)


def stored(root):
    return [path for path in Path(root).rglob("*") if path.is_file()]


def test_a_file_comes_as_the_body_or_as_a_form(program):
    for answer in (send(program, filename="menu.jpeg"), send_form(program), send_form(program, filename="menu")):
        body = answer.json()
        assert answer.status_code == 201, body
        assert body.pop("created_at").endswith("Z")
        assert program.get(f"uploads/{body['id']}").json().items() >= body.items()
        assert body.pop("id").startswith("upl_")
        assert body == {"object": "upload", "name": "menu.png", "content_type": "image/png", "size": len(png())}
    assert {one.workspace_id for one in Upload.objects.all()} == {program.workspace.pk}


def test_a_body_has_no_name_unless_it_is_given(program):
    assert send(program).json()["name"] == "file.png"
    assert send(program, filename="../../\x00\u202e").json()["name"].endswith(".png")


@pytest.mark.parametrize(
    ("content", "code", "says"),
    [
        (b"", "empty", "“photo.jpg” is empty"),
        (b"<html><script>", "wrong_type", "web page"),
        (b"\x00\x00\x00\x18ftypheic", "wrong_type", "HEIC"),
        (b"MZ\x90\x00", "wrong_type", "cannot carry this kind"),
    ],
)
def test_what_no_text_can_carry_is_refused_by_name(program, tmp_path, content, code, says):
    answers = [send_form(program, SimpleUploadedFile("photo.jpg", content, "image/jpeg"))]
    if content:  # Django's client says nothing of the type of an empty body
        answers.append(send(program, content, filename="photo.jpg"))
    for answer in answers:
        assert error(answer) == (400, INVALID, code, "file")
        assert says in answer.json()["error"]["message"]
    assert not Upload.objects.exists()
    assert stored(tmp_path) == []


def test_a_file_has_its_bound_by_what_it_is(program):
    assert send(program, png(file_kinds.MOST_BYTES)).status_code == 201
    too_large = [png(file_kinds.MOST_BYTES + 1), b"%PDF-1.7".ljust(file_kinds.MOST_BYTES_OF_OTHERS + 1)]
    for content in too_large:
        for answer in (send(program, content), send_form(program, SimpleUploadedFile("x", content))):
            assert error(answer) == (413, INVALID, "too_large", "file")
            assert "at most 5" in answer.json()["error"]["message"]


def test_a_body_that_can_be_no_file_is_refused_unread(program):
    answer = send(program, b" " * (file_kinds.MOST_BYTES + 256 * 1024 + 1))
    assert error(answer) == (413, INVALID, "too_large", "file")


@pytest.mark.parametrize("kind", ["", "application/json", "application/x-www-form-urlencoded"])
def test_a_body_of_which_nobody_says_that_it_is_a_file_is_refused(program, kind):
    assert error(send(program, content_type=kind)) == (400, INVALID, "not_a_file", "Content-Type")


def test_what_is_wrong_with_the_form_is_named(program):
    assert error(send(program, nickname="x"))[2:] == ("parameter_unknown", "nickname")
    assert error(send_form(program, nickname="x"))[2:] == ("parameter_unknown", "nickname")
    assert error(send_form(program, filename="x" * 201))[2:] == ("parameter_invalid", "filename")
    for form in ({}, {"media": picture()}):
        assert error(program.upload("uploads", form, FORM))[2:] == ("parameter_missing", "file")
    answer = program.upload("uploads", {"file": "its words"}, FORM)
    assert error(answer)[2:] == ("parameter_invalid", "file")
    assert "file name" in answer.json()["error"]["message"]
    assert error(program.upload("uploads", {"file": [picture(), picture()]}, FORM))[2:] == ("parameter_invalid", "file")
    assert not Upload.objects.exists()


@pytest.mark.parametrize("path", ["uploads", "imports"])
@pytest.mark.parametrize("kind", [f"{FORM}; boundary=", f"{FORM}; boundary=\u00e9", FORM + "; boundary=" + "x" * 300])
def test_a_broken_form_is_told_so(program, path, kind):
    headers = {"Authorization": f"Bearer {program.secret}"}
    answer = program.client.post(f"/api/v1/{path}", b"--x\r\n", content_type=kind, headers=headers)
    assert error(answer) == (400, INVALID, "not_a_form", "Content-Type")
    assert len(answer.json()["error"]["message"]) < 250


@pytest.mark.parametrize("path", ["uploads", "imports"])
def test_a_form_with_too_much_in_it_is_told_so_in_our_words(program, path):
    many = {f"field{n}": "x" for n in range(1001)}
    for more in (many, {"file": [picture() for _n in range(101)]}, {"country": "x" * 2_700_000}):
        answer = program.upload(path, {"file": picture()} | more, FORM)
        assert error(answer) == (400, INVALID, "not_a_form", None)
        assert "settings" not in answer.json()["error"]["message"]


def test_a_repeat_with_its_key_is_kept_once(program, tmp_path):
    first, again = send(program, key="u1"), send(program, key="u1")
    assert (again.status_code, again.content, again["Idempotent-Replayed"]) == (201, first.content, "true")
    for other in (send(program, png(100), key="u1"), send(program, key="u1", filename="x.png")):
        assert error(other)[:2] == (409, "idempotency_error")
    assert Upload.objects.count() == len(stored(tmp_path)) == 1


def test_a_refused_file_keeps_no_key(program):
    assert send(program, b"", key="u1").status_code == 400
    assert send(program, key="u1").status_code == 201


def test_a_step_carries_an_upload(program):
    upload = send(program, filename="menu.png").json()["id"]
    wish = {"name": "Spring", "number": program.workspace.numbers.get().public_id, "acknowledged": True}
    campaign = program.post("campaigns", wish | {"steps": [{"body": "Menu", "media": [upload]}]}).json()
    assert campaign["steps"][0]["media"] == [upload]
    program.post(f"campaigns/{campaign['id']}/leads", {"people": [{"phone": DANA}]})
    for verb in ("launch", "arm"):
        assert program.post(f"campaigns/{campaign['id']}/{verb}", b"").status_code == 200
    advance(clock.now())
    (url,) = Message.objects.get().media_urls
    assert f"/{upload}/" in url and url.endswith("/menu.png")


def test_what_belongs_to_another_workspace_is_not_there(program):
    theirs = send(Program(make_workspace())).json()["id"]
    for one in (theirs, "upl_nothing", "upl_\x00", "msg_1"):
        assert error(program.get(f"uploads/{one}"))[::3] == (404, "id")
    wish = {"name": "Spring", "number": program.workspace.numbers.get().public_id, "acknowledged": True}
    for media in (theirs, "upl_nothing"):
        answer = program.post("campaigns", wish | {"steps": [{"body": "Hi"}, {"body": "Menu", "media": [media]}]})
        assert error(answer) == (400, INVALID, "parameter_invalid", "steps.1.media")


def test_a_text_carries_uploads_and_keeps_them(program):
    one, two = (send(program, filename=f"{name}.png").json()["id"] for name in ("menu", "wine"))
    elsewhere = "https://example.com/a.jpg"
    answer = program.post("messages", {"to": DANA, "media": [two, one], "media_urls": [elsewhere]})
    assert answer.status_code == 201, answer.content
    urls = answer.json()["media_urls"]
    assert [url.rpartition("/")[2] for url in urls] == ["wine.png", "menu.png", "a.jpg"]
    assert two in urls[0] and one in urls[1]
    assert not Upload.objects.filter(kept_at=None).exists()


def test_a_client_token_knows_its_files_on_another_day(program):
    upload = send(program).json()["id"]
    wish = {"to": DANA, "body": "Menu", "media": [upload], "client_token": "order-7"}
    first = program.post("messages", wish).json()
    with time_machine.travel(clock.now() + timedelta(days=2)):
        again = program.post("messages", wish)
        assert (again.status_code, again.json()["id"]) == (200, first["id"])
        other = program.post("messages", wish | {"media": [send(program).json()["id"]]})
        assert error(other)[2:] == ("client_token_reused", "client_token")


def test_a_text_carries_no_file_of_others_under_any_address(program):
    stranger = Program(make_workspace())
    theirs = send(stranger).json()["id"]
    address = media_urls.absolute(theirs, "file.png", clock.now())
    for name, value in (("media", theirs), ("media", "upl_\x00"), ("media_urls", address)):
        answer = program.post("messages", {"to": DANA, "body": "Hi", name: [value]})
        assert error(answer) == (400, INVALID, "bad_media", name)
        assert "no longer there" in answer.json()["error"]["message"]
    assert not Message.objects.exists()
    mine = send(program).json()["id"]
    address = media_urls.absolute(mine, "file.png", clock.now())
    assert program.post("messages", {"to": DANA, "media_urls": [address]}).status_code == 201


def test_too_many_or_too_large_files_are_refused_together(program):
    small = send(program).json()["id"]
    large = [send(program, png(3_000_000)).json()["id"] for _n in range(2)]
    for media, says in (([small] * 11, "at most 10"), (large, "together")):
        answer = program.post("messages", {"to": DANA, "media": media})
        assert error(answer) == (400, INVALID, "bad_media", "media")
        assert says in answer.json()["error"]["message"]


def test_our_own_addresses_count_with_the_other_files(program):
    one, two = (send(program, png(3_000_000)).json()["id"] for _n in range(2))
    address = media_urls.absolute(two, "file.png", clock.now())
    answer = program.post("messages", {"to": DANA, "media": [one], "media_urls": [address]})
    assert error(answer) == (400, INVALID, "bad_media", "media_urls")
    assert "together" in answer.json()["error"]["message"]
    assert not Message.objects.exists()
    assert not Upload.objects.exclude(kept_at=None).exists()
    assert program.post("messages", {"to": DANA, "media": [one]}).status_code == 201


def test_an_id_with_a_nul_is_no_id(program):
    upload = send(program).json()["id"]
    wish = {"name": "Spring", "number": program.workspace.numbers.get().public_id, "acknowledged": True}
    answer = program.post("campaigns", wish | {"steps": [{"body": "Menu", "media": [f"{upload}\x00"]}]})
    assert error(answer) == (400, INVALID, "parameter_invalid", "steps.0.media")
