from datetime import timedelta
from unittest.mock import patch
from urllib.parse import urlsplit

import pytest
from django.test import Client

from threadline.accounts.testing import make_member, make_workspace, signed_in
from threadline.lib import clock
from threadline.messaging import media_urls, uploads
from threadline.messaging.testing import picture, png
from threadline.numbers.testing import make_connection

pytestmark = pytest.mark.django_db


@pytest.fixture
def upload():
    return uploads.store(make_workspace(), None, picture("Ein Bild (1) ü.png"), clock.now())


def url_of(upload):
    return uploads.urls(upload.workspace_id, [upload.public_id])[0]


def fetch(url, **headers):
    return Client().get(urlsplit(url).path, headers=headers)


def test_whoever_has_the_address_gets_the_file_and_its_true_type(upload):
    answer = fetch(url_of(upload))
    assert b"".join(answer.streaming_content) == png()
    assert answer["Content-Type"] == "image/png"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"].startswith("inline")
    assert Client().head(urlsplit(url_of(upload)).path)["Content-Length"] == str(len(png()))


def test_another_signature_another_file_or_a_later_day_finds_nothing(upload):
    base, public_id, signature, name = url_of(upload).rsplit("/", 3)
    other = uploads.store(make_workspace(), None, picture(), clock.now())
    wrong = [
        f"{base}/{other.public_id}/{signature}/{name}",
        f"{base}/{public_id}/{signature[:-1]}x/{name}",
        f"{base}/{public_id}/9{signature}/{name}",
        f"{base}/{public_id}/-/{name}",
        f"{base}/%00/{signature}/{name}",
    ]
    assert [fetch(url).status_code for url in wrong] == [404] * len(wrong)
    assert fetch(f"{base}/{public_id}/{signature}/other.png").status_code == 200


def test_an_address_lives_for_a_week(upload):
    made = clock.now()
    signature = media_urls.signature(upload.public_id, made)
    assert media_urls.is_good(upload.public_id, signature, made + timedelta(days=7))
    assert not media_urls.is_good(upload.public_id, signature, made + timedelta(days=8))
    with patch.object(clock, "now", lambda: made + timedelta(days=8, hours=1)):
        assert fetch(f"/media/out/{upload.public_id}/{signature}/x.png").status_code == 404


def test_players_may_ask_for_a_part(upload):
    whole = png()
    part = fetch(url_of(upload), range="bytes=2-5")
    assert part.status_code == 206
    assert b"".join(part.streaming_content) == whole[2:6]
    assert part["Content-Range"] == f"bytes 2-5/{len(whole)}"
    rest = fetch(url_of(upload), range="bytes=10-")
    assert b"".join(rest.streaming_content) == whole[10:]
    for nonsense in ("bytes=900-", "bytes=5-2", "bytes=-", "lines=1-2"):
        assert fetch(url_of(upload), range=nonsense).status_code == 200


def test_a_text_that_waited_is_signed_anew_for_the_carrier_it_goes_to(upload, settings):
    settings.THREADLINE_URL, settings.THREADLINE_LOCAL_URL = "https://texts.example.com", "http://127.0.0.1:8000"
    settings.THREADLINE_FORMER_URLS = ["https://old.example.com"]
    old = media_urls.absolute(
        upload.public_id, upload.name, clock.now() - timedelta(days=30), "https://old.example.com"
    )
    real, sandbox = make_connection(upload.workspace, base_url=""), make_connection(upload.workspace)
    (fresh,) = media_urls.for_carrier([old], real)
    assert fresh.startswith(f"https://texts.example.com/media/out/{upload.public_id}/")
    assert fresh.endswith("/Ein%20Bild%20%281%29%20%C3%BC.png")
    assert fetch(old).status_code == 404
    assert fetch(fresh).status_code == 200
    assert media_urls.for_carrier([old], sandbox)[0].startswith("http://127.0.0.1:8000/media/out/")
    theirs = f"https://elsewhere.example/media/out/{upload.public_id}/1.x/a.png"
    assert media_urls.for_carrier([theirs, "https://example.com/a.png"], real) == [theirs, "https://example.com/a.png"]


def test_a_member_uploads_looks_and_takes_back():
    client = signed_in(make_member())
    answer = client.post("/uploads/", {"file": picture()})
    assert answer.status_code == 201
    made = answer.json()
    assert made["name"] == "leak.png"
    assert made["type"] == "image/png"
    assert made["thumbnail"] == f"/uploads/{made['id']}/"
    assert client.get(made["thumbnail"])["Content-Type"] == "image/png"
    assert client.post(f"/uploads/{made['id']}/delete/").status_code == 204
    assert client.get(made["thumbnail"]).status_code == 404


def test_a_page_gets_the_line_of_the_file_with_the_field_it_named():
    client = signed_in(make_member())
    answer = client.post("/uploads/", {"file": picture(), "field": "steps.0.media"}, headers={"HX-Request": "true"})
    assert 'name="steps.0.media"' in answer.content.decode()
    answer = client.post("/uploads/", {"file": picture(), "field": '"><script>'}, headers={"HX-Request": "true"})
    assert 'name="media"' in answer.content.decode()


def test_a_refused_file_answers_with_the_sentence():
    client = signed_in(make_member())
    assert client.post("/uploads/").json()["error"]["message"] == "Choose a file first."
    answer = client.post("/uploads/", {"file": picture(size=6_000_000)}, headers={"HX-Request": "true"})
    assert answer.status_code == 422
    assert "at most 5 MB" in answer.content.decode()


def test_readers_may_not_upload_and_strangers_see_nothing():
    member = make_member()
    made = signed_in(member).post("/uploads/", {"file": picture()}).json()
    assert signed_in(make_member(member.workspace, "viewer")).post("/uploads/", {"file": picture()}).status_code == 403
    stranger = signed_in(make_member())
    assert stranger.get(made["url"]).status_code == 404
    assert stranger.post(f"{made['url']}delete/").status_code == 404
    assert Client().get(made["url"]).status_code == 302
