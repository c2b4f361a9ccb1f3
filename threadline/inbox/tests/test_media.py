import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import reverse

from threadline.inbox.testing import add_text, make_conversation
from threadline.messaging.models import Media
from threadline.numbers.testing import make_number


@pytest.fixture
def media(line):
    def make(content_type="image/png", number=line, **fields):
        conversation = make_conversation(number.workspace, "+18135550142")
        message = add_text(number, conversation, num_media=1)
        fields.setdefault("file", default_storage.save("test/a.bin", ContentFile(b"bytes")))
        return Media.objects.create(message=message, content_type=content_type, url="https://example.com", **fields)

    return make


def get(client, media):
    return client.get(reverse("inbox:media", args=[media.public_id]))


@pytest.mark.requirement("001-3")
def test_pictures_open_in_place_and_are_never_guessed_at(client, media):
    answer = get(client, media())
    assert answer["Content-Type"] == "image/png"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"].startswith("inline")
    assert b"".join(answer.streaming_content) == b"bytes"


@pytest.mark.parametrize("content_type", ["text/html", "image/svg+xml", "application/pdf", ""])
def test_anything_a_browser_could_run_is_a_download(client, media, content_type):
    answer = get(client, media(content_type))
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment")


def test_files_of_others_and_files_not_yet_here_are_not_found(client, media):
    assert get(client, media(number=make_number())).status_code == 404
    assert get(client, media(file="")).status_code == 404
    assert get(client, media(file="gone/away.png")).status_code == 404


def test_a_file_that_could_not_be_had_is_tried_again_when_asked(client, media):
    missing = media(file="", problem="Twilio answered 404.", tries=5)
    assert "could not be fetched" in page_of(client, missing)
    client.post(reverse("inbox:media_retry", args=[missing.public_id]))
    missing.refresh_from_db()
    assert missing.try_after
    assert missing.tries == 0
    assert "Fetching the file" in page_of(client, missing)


def page_of(client, media):
    conversation = media.message.conversation
    return client.get(reverse("inbox:conversation", args=[conversation.public_id])).content.decode()
