import pytest

from threadline.events import read
from threadline.inbox import lines, reading
from threadline.inbox.testing import add_text, make_conversation
from threadline.messaging.testing import arrive


@pytest.fixture
def dana(line):
    conversation = make_conversation(line.workspace, "+18135550142", "Dana")
    add_text(line, conversation, unread=2)
    return conversation


def unread(conversation):
    conversation.refresh_from_db()
    all_lines = lines.of(conversation.workspace)
    lines.count_unread(all_lines)
    return conversation.unread, [line.unread for line in all_lines]


@pytest.mark.requirement("000-18")
def test_every_arriving_text_counts_until_somebody_reads_it(line, dana):
    arrive(line, "One more", from_=dana.address)
    assert unread(dana) == (3, [3])
    assert reading.mark_read(dana)
    assert unread(dana) == (0, [0])


def test_reading_what_is_read_writes_nothing(dana, django_assert_num_queries):
    reading.mark_read(dana)
    with django_assert_num_queries(0):
        assert not reading.mark_read(dana)


def test_unread_again_counts_one_text_on_the_line_last_used(dana):
    reading.mark_read(dana)
    reading.mark_unread(dana)
    assert unread(dana) == (1, [1])
    reading.mark_unread(dana)
    assert unread(dana) == (1, [1])


def test_closing_reads_and_the_next_text_reopens(maria, line, dana):
    reading.close(dana, maria)
    assert unread(dana) == (0, [0])
    assert dana.closed_at
    assert dana.closed_by == maria
    arrive(line, "Still there?", from_=dana.address)
    assert unread(dana) == (1, [1])
    assert dana.closed_at is None


def test_each_verb_tells_the_other_browsers(maria, dana):
    before = read.latest_id()
    reading.mark_read(dana)
    reading.mark_unread(dana)
    reading.close(dana, maria)
    reading.reopen(dana)
    told = read.since(dana.workspace_id, dana.public_id, before, 10)
    assert [event.type for event in told] == ["conversation.changed"] * 4
