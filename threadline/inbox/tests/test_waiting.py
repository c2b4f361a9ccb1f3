"""A text that waits for the morning: its bubble says when it goes, and an answer may go at once."""

from datetime import timedelta

import pytest
from django.urls import reverse

from threadline.accounts.models import Role
from threadline.accounts.testing import make_member, signed_in
from threadline.compliance import policy
from threadline.compliance.models import Policy
from threadline.contacts.models import Contact
from threadline.lib import clock
from threadline.messaging import receipts
from threadline.messaging.models import Conversation, Message, OutboxEntry
from threadline.messaging.testing import DANA, arrive, text


@pytest.fixture
def night(line):
    """It is night for Dana; the morning begins in eight hours."""
    now = clock.now()
    Policy.objects.create(
        workspace=line.workspace,
        quiet_hours=True,
        quiet_from=(now - timedelta(hours=1)).time().replace(second=0, microsecond=0),
        quiet_to=(now + timedelta(hours=8)).time().replace(second=0, microsecond=0),
    )
    Contact.objects.create(workspace=line.workspace, phone=DANA, timezone="UTC")
    return (now + timedelta(hours=8)).strftime("%H:%M")


def typed(line, member):
    """The waiting text that a member typed."""
    text(line.workspace, body="Are you in?", member_id=member.id)
    return Message.objects.get(body="Are you in?")


def page(client, conversation):
    return client.get(reverse("inbox:conversation", args=[conversation.public_id])).content.decode()


def send_now(client, message, **headers):
    return client.post(reverse("inbox:send_now", args=[message.conversation.public_id, message.public_id]), **headers)


def test_the_bubble_says_when_it_goes(client, maria, line, night):
    message = typed(line, maria)
    html = page(client, message.conversation)
    assert message.status == "scheduled"
    assert (
        f"<strong>Goes at {night} their time.</strong> They are in UTC (set for this person), where it is quiet" in html
    )
    assert "Send now" not in html


def test_what_has_become_an_answer_may_go_at_once(client, maria, line, night):
    message = typed(line, maria)
    assert send_now(client, message).status_code == 302
    assert OutboxEntry.objects.get().run_after > clock.now() + timedelta(hours=7)
    arrive(line, "Still there?")
    assert "Send now" in page(client, message.conversation)
    assert send_now(client, message, headers={"hx-request": "true"}).status_code == 204
    message.refresh_from_db()
    assert (message.status, message.error) == ("queued", "")
    assert OutboxEntry.objects.get().run_after <= clock.now()
    assert send_now(client, message).status_code == 302  # once more changes nothing


def test_after_a_day_it_is_no_answer_any_more(client, maria, line, night):
    message = typed(line, maria)
    arrive(line, "Still there?")
    Conversation.objects.update(last_inbound_at=clock.now() - timedelta(hours=25))
    assert "Send now" not in page(client, message.conversation)
    send_now(client, message)
    message.refresh_from_db()
    assert message.status == "scheduled"


def test_what_a_program_sent_waits(client, line, night):
    text(line.workspace, body="Are you in?", source="api", automatic=True)
    arrive(line, "Still there?")
    assert "Send now" not in page(client, Conversation.objects.get())


def test_only_members_who_may_send_and_only_their_own(client, maria, line, night):
    message = typed(line, maria)
    arrive(line, "Still there?")
    viewer = signed_in(make_member(line.workspace, role=Role.VIEWER))
    assert "Send now" not in page(viewer, message.conversation)
    assert send_now(viewer, message).status_code == 403
    assert send_now(signed_in(), message).status_code == 404


def test_when_quiet_hours_end_for_good_what_waits_for_them_goes(maria, line, night):
    typed(line, maria)
    policy.change(line.workspace, maria, quiet_hours=False)
    assert OutboxEntry.objects.get().run_after <= clock.now()


def test_why_tells_what_each_rule_saw(client, maria, line, night):
    message = typed(line, maria)
    html = client.get(reverse("inbox:why", args=[message.conversation.public_id, message.public_id])).content.decode()
    assert "Put off: It is " in html
    assert "in UTC (set for this person). Quiet hours are from" in html
    assert "Nothing on record says that they agreed (Not Defined)" in html


def test_the_last_decision_without_a_text_can_be_looked_up(line, night):
    found = None
    for source in ("campaign:3", "campaign:4"):
        assert found is None or found.source == "campaign:3"
        text(line.workspace, body=source, automatic=True, source=source, waits_outside=True)
        found = receipts.latest(line.workspace_id, "campaign:3", DANA)
    assert found is not None and (found.verdict, found.code) == ("defer", "quiet_hours")
    assert receipts.latest(line.workspace_id, "campaign:5", DANA) is None
