"""Files of inbound texts: fetched with credentials from the carrier alone, kept, and honest about failing."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.files.storage import default_storage

from sandbox.testing import RunningSandbox
from threadline.events.models import Event
from threadline.lib import clock
from threadline.messaging import history, media
from threadline.messaging.models import Media
from threadline.messaging.testing import DANA, arrive
from threadline.numbers.models import Connection, Number
from threadline.numbers.testing import make_connection, make_number
from threadline.twilio import payloads

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: LazySettings) -> None:
    settings.MEDIA_ROOT = tmp_path


def test_a_picture_is_fetched_and_kept(carrier: RunningSandbox, line: Number) -> None:
    carrier.text(DANA, line.phone, "Look", media=[{"content_type": "image/png", "data": "iVBORw0KGgo="}])
    history.sync(line.connection)
    # The number was on another account before: nothing is fetched from there.
    make_number(make_connection(line.workspace), phone=line.phone, gone_at=clock.now(), is_default=False)
    assert media.fetch_due()
    kept = Media.objects.get()
    assert (kept.content_type, kept.try_after, kept.problem) == ("image/png", None, "")
    with default_storage.open(kept.file) as file:
        assert file.read() == b"\x89PNG\r\n\x1a\n"
    assert Event.objects.latest("id").data == {"messages": [kept.message_id]}
    assert not media.fetch_due()


def test_an_address_elsewhere_is_never_opened(carrier: RunningSandbox, line: Number) -> None:
    arrive(line, "", media=(payloads.Media("http://127.0.0.1:9/secret.png", "image/png"),))
    media.fetch_due()
    kept = Media.objects.get()
    assert (kept.file, kept.try_after) == ("", None)
    assert "credentials were not sent" in kept.problem


def test_what_one_worker_fetches_no_other_one_fetches(
    carrier: RunningSandbox, line: Number, monkeypatch: pytest.MonkeyPatch
) -> None:
    carrier.text(DANA, line.phone, "Look", media=[{"content_type": "image/png", "data": "iVBORw0KGgo="}])
    history.sync(line.connection)
    fetch = media._fetch

    def fetching(due: Media, connection: Connection) -> None:
        assert not media.fetch_due()  # the other worker
        fetch(due, connection)

    monkeypatch.setattr(media, "_fetch", fetching)
    assert media.fetch_due()
    assert Media.objects.get().tries == 1


def test_a_failure_is_tried_again_with_growing_waits(carrier: RunningSandbox, line: Number) -> None:
    sid, file = "MM" + "1" * 32, "ME" + "2" * 32
    address = f"https://api.twilio.com/2010-04-01/Accounts/{carrier.account_sid}/Messages/{sid}/Media/{file}"
    arrive(line, "", sid=sid, media=(payloads.Media(address, "image/png"),))
    waits = []
    for _try in range(media.MOST_TRIES):
        Media.objects.update(try_after=clock.now() - timedelta(seconds=1))
        assert media.fetch_due()
        kept = Media.objects.get()
        waits.append(kept.try_after)
    assert kept.problem and waits[0] and waits[1] and waits[1] > waits[0]
    assert waits[-1] is None
    media.retry(kept)
    assert Media.objects.get().try_after is not None
