"""A person's page: what passed, what they agreed to, where they are in campaigns, and the next 14 days."""

from datetime import timedelta

import pytest
from django.db import transaction

from threadline.accounts.testing import make_workspace
from threadline.campaigns.models import Recipient
from threadline.campaigns.testing import make_campaign, make_leads, make_sending, run_engine
from threadline.compliance import optouts
from threadline.contacts import merging
from threadline.contacts.testing import make_contact, make_list, make_tag
from threadline.inbox.person import timeline
from threadline.inbox.person.facts import Fact
from threadline.inbox.testing import add_text, make_conversation
from threadline.lib import clock
from threadline.numbers.testing import make_number

DANA, OTHER = "+18135550142", "+18135550143"


@pytest.fixture
def dana(maria):
    return make_contact(maria.workspace, DANA, name="Dana Reyes")


def page_of(client, person):
    return client.get(f"/people/{person.public_id}/").content.decode()


def stop(line, address=DANA, word="STOP"):
    with transaction.atomic():
        optouts.record([optouts.NewOptOut(line.workspace_id, line.phone, address, clock.now(), word)])


def test_the_timeline_tells_of_texts_campaigns_lists_and_tags(client, line, dana):
    thread = make_conversation(line.workspace, DANA)
    add_text(line, thread, "Is it still leaking?", direction="outbound")
    add_text(line, thread, "Yes, come quickly")
    make_list(line.workspace, "VIPs", [dana])
    make_tag(line.workspace, "Roofer", [dana])
    make_leads(make_campaign(line, name="March texts"), [DANA])
    page = page_of(client, dana)
    for words in (
        "Is it still leaking?",
        "Yes, come quickly",
        "Put on the list",
        "Tagged",
        "Became a lead of",
        "Added",
    ):
        assert words in page
    assert page.index("Yes, come quickly") < page.index("Is it still leaking?")


def test_the_timeline_goes_on_where_the_page_ends_and_tells_everything_once(client, line, dana, monkeypatch):
    monkeypatch.setattr(timeline, "PAGE", 3)
    thread, now = make_conversation(line.workspace, DANA), clock.now()
    for minute in range(7):
        add_text(line, thread, f"Text number {minute}", now - timedelta(minutes=10 - minute))
    person, seen, before = dana, [], None
    while True:
        page = timeline.page(person, timeline.numbers_of(person), before)
        seen += [entry.sentence if isinstance(entry, Fact) else entry.text.body for entry in page.entries]
        before = page.before
        if before is None:
            break
    assert seen == ["Added", *(f"Text number {minute}" for minute in reversed(range(7)))]
    path = f"/people/{dana.public_id}/timeline/?before={timeline.page(person, [DANA]).before}"
    assert "Text number 3" in client.get(path, headers={"HX-Request": "true"}).content.decode()
    assert "Text number 3" in client.get(path).content.decode()


def test_somebody_merged_brings_their_texts_along(client, line, dana):
    other = make_contact(line.workspace, OTHER, name="D. Reyes")
    add_text(line, make_conversation(line.workspace, OTHER), "From my other phone")
    done = merging.merge(dana, other, (), None, clock.now())
    page = page_of(client, dana)
    assert "From my other phone" in page and "Merged with D. Reyes" in page
    merging.undo(done, None, clock.now())
    assert "From my other phone" not in page_of(client, dana)


@pytest.mark.requirement("003-16")
def test_consent_is_told_per_line_with_its_evidence(client, line, dana):
    assert "Not Defined" in page_of(client, dana)
    stop(line)
    page = page_of(client, dana)
    assert "Opted out" in page and "They texted STOP" in page and "Opted out of Main Intake" in page
    thread = make_conversation(line.workspace, DANA)
    head = client.get(f"/messages/{thread.public_id}/").content.decode()
    assert "thread-stopped" in head


@pytest.mark.requirement("U11")
def test_consent_names_the_line_of_a_shared_stop(client, line, dana):
    type(line).objects.filter(pk=line.pk).update(service_sid="MG" + "0" * 32)
    make_number(line.connection, label="Sales", service_sid="MG" + "0" * 32)
    stop(line)
    assert "They texted STOP to Main Intake, which shares opt-outs with this number" in page_of(client, dana)


def test_campaigns_say_how_the_person_stands_and_why(client, line, dana):
    campaign = make_campaign(line, name="March texts")
    make_leads(campaign, [DANA])
    Recipient.objects.update(status="completed", how="replied", ended_at=clock.now())
    page = page_of(client, dana)
    assert f"/campaigns/{campaign.public_id}/leads/{dana.public_id}/" in page
    assert "completed (replied)" in page and "Completed (replied):" in page


def test_the_next_14_days_hold_what_campaigns_are_to_send_and_what_is_queued(client, line, dana):
    campaign = make_sending(
        line, [DANA], name="March texts", steps=("Hi {{ first_name }}", "Still leaking?", "Bye"), wait_hours=200
    )
    page = page_of(client, dana)
    assert "Next 14 days" in page and "Hi Lead0" in page and "Step 2" in page and "Step 3" not in page
    run_engine()
    page = page_of(client, dana)
    assert "Written already, waits in the queue." in page and "Hi Lead0" in page
    assert f"/campaigns/{campaign.public_id}/" in page


def test_a_person_without_anything_to_come_has_no_such_part(client, line, dana):
    assert "Next 14 days" not in page_of(client, dana)


def test_the_page_is_styled_whatever_stands_on_it(client, line, dana):
    assert "inbox/person" in page_of(client, dana)


def test_the_timeline_of_a_stranger_is_not_there(client, line):
    stranger = make_contact(make_workspace("Another firm"))
    assert client.get(f"/people/{stranger.public_id}/timeline/").status_code == 404
