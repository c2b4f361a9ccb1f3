from datetime import timedelta

import pytest
from django.db import transaction

from threadline.accounts.testing import make_member
from threadline.events import read
from threadline.events.publish import Happening, publish
from threadline.inbox import conversations, lines
from threadline.inbox.conversations import Wanted
from threadline.inbox.testing import add_text, make_conversation
from threadline.lib import clock
from threadline.messaging.models import Draft
from threadline.numbers.testing import make_number


@pytest.fixture
def wanted(maria):
    return Wanted(maria.workspace, maria)


def people(found):
    return [row.name or row.address for row in found]


def many(line, count):
    """Conversations with the latest first in number."""
    now = clock.now()
    made = []
    for place in range(count):
        conversation = make_conversation(line.workspace, f"+1813555{place:04d}")
        add_text(line, conversation, f"text {place}", now - timedelta(minutes=place))
        made.append(conversation)
    return made


@pytest.mark.requirement("000-16", "000-17", "001-1")
def test_rows_come_with_the_latest_activity_first(wanted, line):
    now = clock.now()

    def ago(minutes):
        return now - timedelta(minutes=minutes)

    for name, phone, minutes in (("Dana", "+18135550142", 5), ("Luis", "+18135550143", 1), ("", "+18135550144", 9)):
        add_text(
            line, make_conversation(line.workspace, phone, name), f"I am {phone}", now - timedelta(minutes=minutes)
        )
    found, more = conversations.page(wanted)
    assert people(found) == ["Luis", "Dana", "+18135550144"]
    assert found[0].preview == "I am +18135550143"
    assert found[0].at == now - timedelta(minutes=1)
    assert more is None


@pytest.mark.requirement("000-20")
def test_pages_follow_one_another_without_gap_or_repeat(wanted, line):
    made = many(line, 120)
    same_moment = clock.now() - timedelta(days=1)
    for conversation in made[40:60]:  # a page ends among conversations of one and the same moment
        add_text(line, conversation, "together", same_moment)
    seen, after = [], None
    for _page in range(3):
        found, after = conversations.page(wanted, after)
        seen += [row.id for row in found]
    assert after is None
    assert sorted(seen) == sorted(conversation.id for conversation in made)


def test_a_page_is_one_query_however_many_rows(wanted, line, django_assert_num_queries):
    for conversation in many(line, 60):
        Draft.objects.create(conversation=conversation, member=wanted.member, body="Half a sentence")
    with django_assert_num_queries(1):
        found, more = conversations.page(wanted)
    assert len(found) == 50
    assert more is not None
    assert {row.draft for row in found} == {"Half a sentence"}


def test_nobody_sees_a_colleagues_draft(wanted, line):
    ben = make_member(line.workspace, "member")
    Draft.objects.create(conversation=many(line, 1)[0], member=ben, body="Not yours")
    assert conversations.page(wanted)[0][0].draft is None


def test_other_workspaces_do_not_appear(wanted, line):
    many(make_number(), 3)
    assert conversations.page(wanted)[0] == []


@pytest.mark.requirement("000-9", "001-7")
def test_one_line_shows_its_own_conversations_order_and_unread(maria, line):
    other = make_number(line.connection, "+18135550101", label="Tampa PPC")
    now = clock.now()
    dana = make_conversation(line.workspace, "+18135550142", "Dana")
    luis = make_conversation(line.workspace, "+18135550143", "Luis")
    add_text(line, dana, at=now - timedelta(hours=2), unread=1)
    add_text(other, dana, at=now, unread=2)
    add_text(line, luis, at=now - timedelta(hours=1))
    intake, ppc = lines.of(line.workspace)
    found, _more = conversations.page(Wanted(line.workspace, maria, line=intake))
    assert [(row.name, row.unread) for row in found] == [("Luis", 0), ("Dana", 1)]
    found, _more = conversations.page(Wanted(line.workspace, maria, line=ppc))
    assert [(row.name, row.unread) for row in found] == [("Dana", 2)]


def test_open_unread_and_closed_are_told_apart(maria, line):
    now = clock.now()
    for place, (name, unread, closed) in enumerate([("Open", 0, None), ("Unread", 3, None), ("Closed", 0, now)]):
        conversation = make_conversation(line.workspace, f"+1813555014{place}", name)
        conversation.closed_at = closed
        add_text(line, conversation, at=now - timedelta(minutes=place), unread=unread)
    shown = {
        show: people(conversations.page(Wanted(line.workspace, maria, show=show))[0]) for show in conversations.SHOWS
    }
    assert shown == {"open": ["Open", "Unread"], "unread": ["Unread"], "closed": ["Closed"]}
    assert people(conversations.page(Wanted(line.workspace, maria, words="closed"))[0]) == ["Closed"]


def test_what_changed_since_an_event_is_read_afresh(wanted, line):
    dana, luis = many(line, 2)
    before = read.latest_id()
    luis.closed_at = clock.now()
    luis.save()
    with transaction.atomic():
        publish([happened(line.workspace, dana), happened(line.workspace, luis)])
    changes = conversations.changed(wanted, before)
    assert [row.public_id for row in changes.rows] == [dana.public_id]
    assert changes.gone == [luis.public_id]  # closed: no longer among the open ones
    assert changes.event == read.latest_id()
    assert conversations.changed(wanted, changes.event).rows == []


def test_after_very_many_events_the_page_is_read_afresh(wanted, line):
    (dana,) = many(line, 1)
    with transaction.atomic():
        publish([happened(line.workspace, dana)] * 500)
    assert conversations.changed(wanted, 0).too_many


def happened(workspace, conversation):
    return Happening(workspace.id, "conversation.changed", conversation.public_id, {"messages": [], "inbound": 0})
