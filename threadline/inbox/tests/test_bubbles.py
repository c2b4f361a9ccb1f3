from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from threadline.accounts.testing import make_member, make_user
from threadline.inbox import bubbles, thread
from threadline.inbox.bubbles import Bubble, Day, Viewer
from threadline.inbox.testing import add_text, make_conversation
from threadline.messaging import states, statuses
from threadline.messaging.models import Media

NEW_YORK = ZoneInfo("America/New_York")
NOON = datetime(2026, 11, 22, 17, 0, tzinfo=UTC)  # 12:00 in New York


@pytest.fixture
def dana(line):
    return make_conversation(line.workspace, "+18135550142", "Dana")


@pytest.fixture
def shown(maria, dana):
    """What Maria sees of Dana's thread."""

    def look(lines=None):
        viewer = Viewer(maria.id, NEW_YORK, NOON.astimezone(NEW_YORK).date(), lines or {})
        page = thread.page(dana)
        return bubbles.feed(page.texts, thread.media_of(page.texts), viewer)

    return look


def only(items, kind):
    return [item for item in items if isinstance(item, kind)]


def test_days_are_the_viewers(shown, line, dana):
    late = datetime(2026, 11, 22, 4, 30, tzinfo=UTC)  # still the 21st in New York
    for at in (late - timedelta(days=9), late, late + timedelta(hours=1), NOON):
        add_text(line, dana, at=at)
    days = only(shown(), Day)
    assert [day.label for day in days] == ["Thursday, 12 November", "Yesterday", "Today"]
    assert [day.id for day in days] == ["day-2026-11-12", "day-2026-11-21", "day-2026-11-22"]
    orders = [item.order for item in shown()]
    assert orders == sorted(orders)


def test_a_run_ends_where_somebody_else_goes_on_or_time_has_passed(shown, maria, line, dana):
    add_text(line, dana, "a", NOON)
    add_text(line, dana, "b", NOON + timedelta(minutes=1))
    add_text(line, dana, "c", NOON + timedelta(minutes=2), direction="outbound", member=maria)
    add_text(line, dana, "d", NOON + timedelta(minutes=3), direction="outbound", source="api")
    add_text(line, dana, "e", NOON + timedelta(minutes=4), direction="outbound", source="api")
    add_text(line, dana, "f", NOON + timedelta(minutes=40), direction="outbound", source="api")
    ends = {bubble.text.body: bubble.ends_run for bubble in only(shown(), Bubble)}
    assert ends == {"a": False, "b": True, "c": True, "d": False, "e": True, "f": True}


@pytest.mark.requirement("000-15")
def test_who_sent_it_is_named_unless_it_was_the_viewer(shown, maria, line, dana):
    ben = make_member(maria.workspace, "member", make_user(name="Ben Okafor"))
    for minute, fields in enumerate(
        [{"member": maria}, {"member": ben}, {"source": "api"}, {"source": "history"}, {"source": "campaign:12"}]
    ):
        add_text(line, dana, at=NOON + timedelta(minutes=minute), direction="outbound", **fields)
    assert [bubble.author for bubble in only(shown(), Bubble)] == [
        "", "Ben Okafor", "Sent by API", "Sent by another tool", "Campaign"
    ]  # fmt: skip


@pytest.mark.parametrize("status", sorted(set(statuses.RANKS) - {"received", "receiving"}))
def test_every_status_has_an_icon_and_a_word(status):
    state = states.of(status)
    assert state.icon
    assert state.word


def test_a_status_that_twilio_invents_is_shown_as_sending():
    assert states.of("teleported").word == "Sending"


def test_files_are_shown_in_place_fetched_or_explained(shown, line, dana):
    message = add_text(line, dana, num_media=4)
    files: list[dict[str, Any]] = [
        {"content_type": "image/png", "file": "a.png"},
        {"content_type": "image/svg+xml", "file": "b.svg"},  # could carry a script
        {"content_type": "audio/ogg", "try_after": NOON},
        {"content_type": "video/mp4", "problem": "Twilio answered 404."},
    ]
    for place, fields in enumerate(files):
        Media.objects.create(message=message, position=place, url="https://example.com", **fields)
    (bubble,) = only(shown(), Bubble)
    assert [file.kind for file in bubble.attachments] == ["image", "file", "waiting", "missing"]
    assert bubble.attachments[3].problem == "Twilio answered 404."


def test_words_are_escaped_and_links_open_elsewhere(shown, line, dana):
    add_text(line, dana, "<script>alert(1)</script> see https://example.com/a?b=1&c=2")
    (bubble,) = only(shown(), Bubble)
    assert "<script>" not in bubble.html
    assert '<a target="_blank" href="https://example.com/a?b=1&amp;c=2" rel="nofollow">' in bubble.html
