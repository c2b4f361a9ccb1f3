"""Results, the leads behind each number, and why a lead stands where it does, as people read them."""

from datetime import timedelta
from typing import Any

import pytest

from threadline.accounts.models import Role
from threadline.accounts.testing import make_member, signed_in
from threadline.campaigns.models import Campaign, Recipient
from threadline.campaigns.results import figures
from threadline.campaigns.running import lifecycle
from threadline.campaigns.testing import (
    PEOPLE,
    catch_up,
    come_to,
    make_campaign,
    make_leads,
    make_sending,
    owner_of,
    run_engine,
)
from threadline.ingest import heartbeat
from threadline.lib import clock
from threadline.messaging.models import Message, Receipt
from threadline.messaging.testing import arrive, send_all
from threadline.numbers.models import Number

pytestmark = pytest.mark.django_db


def see(campaign: Campaign, path: str = "") -> str:
    answer = signed_in(owner_of(campaign)).get(f"/campaigns/{campaign.public_id}/{path}")
    assert answer.status_code == 200
    return str(answer.content.decode())


def names(page: str) -> list[str]:
    return [part.split('class="lead-link">')[1].split("<")[0] for part in page.split('id="lead-link-')[1:]]


def about(campaign: Campaign, place: int = 0) -> str:
    """The page of a lead up to what was sent to it."""
    lead = campaign.recipients.order_by("id")[place]
    return see(campaign, f"leads/{lead.contact.public_id}/").split("SMS activity")[0]


@pytest.fixture
def sent(line: Number) -> Campaign:
    """Three people: delivered and answered, filtered, and one who texted STOP."""
    campaign = make_sending(line, PEOPLE, steps=["One {{ first_name }}", "Two"], wait_hours=24)
    run_engine()
    send_all()
    texts = {message.address: message for message in Message.objects.filter(direction="outbound")}
    come_to(texts[PEOPLE[0]], "delivered")
    come_to(texts[PEOPLE[1]], "undelivered", 30007)
    come_to(texts[PEOPLE[2]], "delivered")
    arrive(line, "Yes please", from_=PEOPLE[0])
    arrive(line, "STOP", from_=PEOPLE[2])
    catch_up()
    return campaign


@pytest.mark.requirement("003-11", "003-12")
def test_each_message_stands_under_its_deliverability_oldest_first(sent: Campaign) -> None:
    page = see(sent)
    timeline = page.split("Message Timeline")[1]
    first, second = timeline.split('class="timeline-entry"')[1:3]
    assert first.index("Deliverability Results") < first.index("One {{ first_name }}")
    assert "Two" in second
    assert "24 hours after Step 1" in second
    assert "<details>" in first  # collapsed
    assert "2 of 3 delivered" in first
    assert "1 failed" in first
    assert 'role="tooltip"' in first
    assert "Twilio 30007" in first
    assert "1 replied" in first
    assert "1 opted out" in first


@pytest.mark.requirement("003-12")
def test_every_number_of_a_breakdown_leads_to_those_people(sent: Campaign) -> None:
    for query, found in {
        "?step=1&text=delivered": ["Lead0", "Lead2"],
        "?step=1&text=failed": ["Lead1"],
        "?step=1&text=failed&code=30007": ["Lead1"],
        "?step=1&text=failed&code=30003": [],
        "?step=1&text=only-undelivered": ["Lead1"],
        "?step=2&text=delivered": [],
        "?text=waiting": [],
    }.items():
        assert names(see(sent, f"leads/{query}")) == found
    results_page = see(sent)
    for query in ("?step=1&amp;text=only-delivered", "?step=1&amp;text=failed&amp;code=30007"):
        assert query in results_page
    assert "Step 1: Failed (Twilio 30007)" in see(sent, "leads/?step=1&text=failed&code=30007")


@pytest.mark.requirement("000-43")
def test_leads_of_a_status_are_told_apart_by_how_and_why(sent: Campaign) -> None:
    assert names(see(sent, "leads/?status=completed&how=replied")) == ["Lead0"]
    assert names(see(sent, "leads/?status=completed&how=finished")) == []
    Recipient.objects.filter(address=PEOPLE[2]).update(status="failed", reason="This is a landline.")
    page = see(sent, "leads/?status=failed")
    assert "This is a landline." in page.split("<table")[0]
    assert names(see(sent, "leads/?status=failed&reason=This+is+a+landline.")) == ["Lead2"]
    assert names(see(sent, "leads/?status=odd&how=odd&text=odd&step=x&code=-1&reason=%00")) == [
        "Lead0",
        "Lead1",
        "Lead2",
    ]


def test_cost_is_what_the_carrier_says_and_an_estimate_until_then(sent: Campaign) -> None:
    page = see(sent)
    assert "$0.02" in page
    assert "estimated; Twilio rates it later" in page
    Message.objects.filter(address=PEOPLE[0], direction="outbound").update(price=7_900)
    found = figures.of(sent)
    assert (found.cost.settled, found.cost.expected) == (7_900, 16_600)
    assert "$0.0079 settled, $0.02 estimated" in see(sent)


def test_progress_over_time_is_a_chart_and_a_table(sent: Campaign) -> None:
    page = see(sent)
    assert 'role="img" aria-labelledby="chart-title chart-desc"' in page
    table = page.split("Show as table")[1].split("</table>")[0]
    assert "<td" in table
    assert ">3<" in table
    assert "over-time" not in see(make_campaign(sent.number)).split('class="campaign-tab"')[1].split("campaign-live")[0]


def test_a_changed_text_says_who_got_which_version(sent: Campaign) -> None:
    sent.steps.filter(position=1).update(body="One again", version=2)
    assert "Version 2: 0, version 1: 3" in see(sent)
    assert "version 1" not in about(sent)


@pytest.mark.parametrize(
    ("place", "sentence"),
    [
        (0, "They replied, and Complete lead on any reply is on"),
        (1, "Their text did not arrive."),
        (2, "They opted out: no campaign texts them any more."),
    ],
)
def test_a_lead_says_why_it_ended(sent: Campaign, place: int, sentence: str) -> None:
    assert sentence in about(sent, place)


def test_a_lead_says_until_when_it_waits_and_what_their_clock_shows(line: Number) -> None:
    campaign = make_sending(line, ["+13035550101"], steps=["One", "Two"], wait_hours=24)
    run_engine()
    assert "Their text is on its way." in about(campaign)
    send_all()
    run_engine()
    page = about(campaign)
    assert "Step 2 waits until it is due." in page
    assert "in Denver (area code 303)" in page
    assert "in 24 h" in page or "in 23 h 59 min" in page


def test_a_lead_that_sleeps_says_which_rule_asked_for_it(line: Number) -> None:
    campaign = make_sending(line, PEOPLE[:1])
    until = clock.now() + timedelta(hours=3)
    campaign.recipients.update(deferred_until=until, deferred_code="quiet_hours", reason="It is night where they are.")
    page = about(campaign)
    assert "Step 1 waits: It is night where they are." in page
    assert "in 3 h" in page


def test_what_the_gate_said_before_there_was_a_text_is_shown(line: Number) -> None:
    campaign = make_sending(line, PEOPLE[:1])
    arrive(line, "STOP", from_=PEOPLE[0])
    run_engine()
    assert Receipt.objects.filter(message=None).count() <= 1
    Receipt.objects.create(
        workspace=campaign.workspace,
        source=campaign.source,
        address=PEOPLE[0],
        phase="send",
        verdict="refuse",
        code="duplicate",
        reason="The same text went to this person.",
        facts={"line": None, "automatic": True},
        at=clock.now(),
    )
    page = about(campaign)
    assert "Refused" in page
    assert "The same text went to this person." in page
    assert "There was no number to send from." in page  # what a rule saw


def test_nothing_moves_says_for_how_long(line: Number) -> None:
    campaign = make_sending(line, PEOPLE[:1], steps=["One", "Two"], wait_hours=24)
    run_engine()
    send_all()
    run_engine()
    heartbeat.beat("a worker")
    stall = see(campaign).split('id="campaign-stall"')[1].split("</div>")[0]
    assert "Nothing is moving:" in stall
    assert "in 24 h" in stall or "in 23 h 59 min" in stall, stall


@pytest.mark.requirement("003-10", "003-14")
def test_the_table_has_view_campaign_details_and_a_menu_of_what_can_be_done() -> None:
    campaign = make_campaign()
    make_leads(campaign)

    def row() -> str:
        return str(signed_in(owner_of(campaign)).get("/campaigns/").content.decode())

    assert "View Campaign Details" not in row()
    lifecycle.start(campaign, owner_of(campaign), clock.now())
    page = row()
    assert f'href="/campaigns/{campaign.public_id}/" aria-label="View Campaign Details' in page
    assert page.index("View Campaign Details") < page.index(f'id="menu-{campaign.public_id}"')
    assert "Stop Campaign" in page
    assert "Restart Campaign" not in page
    lifecycle.stop(campaign, owner_of(campaign), clock.now())
    page = row()
    assert "View Campaign Details" in page
    assert "Restart Campaign" in page
    viewer = signed_in(make_member(campaign.workspace, Role.VIEWER))
    assert "menu-cmp_" not in viewer.get("/campaigns/").content.decode()


@pytest.mark.requirement("003-15")
def test_restart_leads_to_the_details_tab() -> None:
    campaign = make_campaign()
    make_leads(campaign)
    for verb in (lifecycle.start, lifecycle.stop):
        verb(campaign, owner_of(campaign), clock.now())
    answer: Any = signed_in(owner_of(campaign)).post(f"/campaigns/{campaign.public_id}/restart/")
    assert answer["Location"] == f"/campaigns/{campaign.public_id}/details/"
    campaign.refresh_from_db()
    assert campaign.state == "draft"
