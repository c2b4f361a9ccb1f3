"""What stands around a launch: a copy, a template and what is begun from it, and the approval of a second person."""

import re
from contextlib import contextmanager

import pytest
from playwright.sync_api import expect

from config.demo import seed
from tests import axe
from tests.browser import sign_in
from tests.journeys import steps
from tests.live import new_phones

COLLEAGUE = ("grace@example.com", "a colleague's password")


def looks_well(page):
    assert axe.violations(page) == []
    steps.no_wider_than_the_screen(page)


def menu(page, name):
    """Open the three dots of a campaign in the table."""
    page.goto(f"/campaigns/?q={name}")
    page.get_by_role("button", name=f"Actions for {name}", exact=True).click()


def texts(page):
    expect(page.get_by_label("Message of step 1")).to_be_visible()
    return [area.input_value() for area in page.locator("[name=step_body]").all()]


@contextmanager
def approval_from(page, people):
    """Settings, Campaigns: a second person is asked from so many people, and afterwards nobody again."""

    def save(typed):
        page.goto("/settings/campaigns/")
        page.get_by_label("Ask a second person from").fill(typed)
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.get_by_label("Ask a second person from")).to_have_value(typed)

    save(people)
    try:
        yield
    finally:
        save("")


@pytest.fixture
def colleague(pages, live_app):
    """Another admin of the demo workspace, on a screen of their own."""
    email, password = COLLEAGUE
    words = ["--workspace", seed.NAME, "--role", "admin", "--name", "Grace", "--password", password]
    live_app.command("createuser", email, *words)
    page = pages.open(signed_in=False)
    sign_in(page, email, password)
    return page


@pytest.fixture
def written(live_app):
    """The name of a draft with two messages to Ada and Ben, and the phone of Ada."""
    ada, ben = new_phones(2)
    people = steps.a_list_of(live_app, {ada: "Ada", ben: "Ben"})
    name = steps.unlike("March")
    steps.a_campaign(
        live_app, name, people, [{"body": "Hi {{ first_name }}", "wait_hours": 48}, {"body": "Still there?"}]
    )
    return name, ada


@pytest.mark.postgres_journey
def test_a_copy_has_the_texts_and_the_people_and_asks_for_the_opt_in_again(page, live_app, written):
    name, ada = written
    menu(page, name)
    page.get_by_role("button", name="Duplicate").click()
    expect(page.get_by_role("heading", name=f"{name} (copy)")).to_be_visible()
    expect(page.get_by_text("This is a copy, and a draft: nothing goes out before you start it.")).to_be_visible()
    steps.state(page, "Draft")
    assert texts(page) == ["Hi {{ first_name }}", "Still there?"]
    expect(page.locator("#tab-leads")).to_have_text("2")
    page.get_by_role("link", name="Start", exact=True).first.click()
    expect(page.get_by_text("Opt-In Acknowledgment")).to_be_visible()
    looks_well(page)
    page.get_by_label("I understand that I am required").check()
    page.get_by_role("button", name="Start", exact=True).click()
    steps.state(page, "Active")
    assert steps.bodies(live_app, ada) == []


def test_what_was_written_once_begins_other_campaigns(page, live_app, written):
    name, _ada = written
    menu(page, name)
    page.get_by_role("link", name="Save as template").click()
    kept = steps.unlike("Follow-up")
    page.get_by_label("Name of the template").fill(kept)
    looks_well(page)
    page.get_by_role("button", name="Save template").click()
    expect(page.get_by_text(f"The template “{kept}” is saved.")).to_be_visible()
    mine = page.locator(".template-row").filter(has_text=kept)
    expect(mine).to_contain_text("2 messages")
    expect(mine).to_contain_text("Hi {{ first_name }}")
    looks_well(page)
    mine.get_by_role("link", name="Start a campaign").click()
    expect(page.get_by_label("Start from a template").locator("option:checked")).to_contain_text(kept)
    page.get_by_label("Campaign Name").fill(begun := steps.unlike("April"))
    page.get_by_label("Contact List").select_option(label="New list: I'll add leads next")
    page.get_by_label("I understand that I am required").check()
    page.get_by_role("button", name="Save Campaign").click()
    expect(page.get_by_role("heading", name=begun)).to_be_visible()
    assert texts(page) == ["Hi {{ first_name }}", "Still there?"]
    expect(page.get_by_label("Wait (hours)").locator("visible=true").first).to_have_value("48")
    expect(page.locator("#tab-leads")).to_have_text("")  # its people are not kept


@pytest.mark.postgres_journey
def test_a_second_person_sends_it_back_and_then_approves_it(desktop, live_app, colleague, written):
    name, ada = written
    with approval_from(desktop, "2"):
        looks_well(desktop)
        desktop.goto(f"/campaigns/?q={name}")
        desktop.get_by_role("link", name=name, exact=True).click()
        campaign = desktop.url
        desktop.get_by_role("link", name="Start", exact=True).first.click()
        expect(desktop.get_by_role("button", name="Start", exact=True)).to_be_disabled()
        expect(desktop.get_by_text("The approval comes first.")).to_be_visible()
        looks_well(desktop)
        ask(desktop)

        colleague.goto(campaign)
        expect(colleague.get_by_text(re.compile("asks for your approval, to text 2 people"))).to_be_visible()
        looks_well(colleague)
        colleague.get_by_label("What has to change").fill("Say who we are.")
        colleague.get_by_role("button", name="Send back with a note").click()
        expect(desktop.get_by_text("Grace sent it back:")).to_be_visible(timeout=steps.SOON)  # by itself
        expect(desktop.get_by_text("Say who we are.")).to_be_visible()

        steps.tab(desktop, "Messages")
        desktop.get_by_label("Message of step 1").fill("Hi {{ first_name }}, Ada's Roofing here")
        desktop.get_by_role("button", name="Save messages").click()
        expect(desktop.get_by_text("The messages are saved.")).to_be_visible()
        desktop.get_by_role("link", name="Start", exact=True).first.click()
        ask(desktop)
        colleague.get_by_role("button", name="Approve", exact=True).click()
        expect(desktop.get_by_text("Grace approved it for 2 people.")).to_be_visible(timeout=steps.SOON)
        steps.launch(desktop, "Start")
        steps.state(desktop, "Active")
        desktop.get_by_role("switch", name="Auto SMS").click()
        assert steps.got(live_app, ada) == ["Hi Ada, Ada's Roofing here"]
        desktop.get_by_role("switch", name="Auto SMS").click()
        expect(desktop.get_by_role("switch", name="Auto SMS")).to_have_attribute("aria-checked", "false")


def ask(page):
    """On the page before the launch; it leads back to the campaign, which waits."""
    page.get_by_role("button", name="Ask for approval").click()
    expect(page.get_by_text("Approval is asked for.")).to_be_visible()
    page.get_by_role("link", name="Not yet").click()
    expect(page.get_by_text("It waits for the approval of another owner or admin.")).to_be_visible()
