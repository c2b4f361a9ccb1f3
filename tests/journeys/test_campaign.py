"""The main job of a campaign manager, in a real browser on the whole product: from a file to a finished campaign."""

import re
import secrets

import pytest
from playwright.sync_api import expect

from tests import axe
from tests.browser import DESKTOP, PHONE
from tests.journeys.steps import SOON, bodies, create, got, launch, no_wider_than_the_screen, state, tab
from tests.live import eventually, new_phones, pretty


def lead(page, name):
    return page.locator(".lead-row").filter(has=page.get_by_role("link", name=name, exact=True))


def switch(page, on):
    """Press Auto SMS; it says what it did."""
    page.get_by_role("switch", name="Auto SMS").click()
    expect(page.get_by_role("switch", name="Auto SMS")).to_have_attribute("aria-checked", "true" if on else "false")


def import_leads(page, people):
    """A file with the people, one of them twice, and a number that is none."""
    tab(page, "Leads")
    page.locator("#leads-open").click()
    page.get_by_role("link", name="Import CSV").click()
    lines = ["Phone,Name", *(f"{pretty(phone)},{name}" for name, phone in people)]
    lines += [f"{people[0][1]},{people[0][0]}", "555-01,Nobody"]
    file = {"name": "leads.csv", "mimeType": "text/csv", "buffer": "\n".join(lines).encode()}
    page.get_by_label("Choose a CSV file").set_input_files(file)
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Check").click()
    page.get_by_role("button", name=f"Import {len(people)} people").click()
    expect(page.get_by_role("heading", name="Done")).to_be_visible(timeout=SOON)


@pytest.mark.postgres_journey
@pytest.mark.requirement(
    *("000-24", "000-27", "000-29", "000-31", "000-33", "000-39", "000-40", "000-43", "000-44", "000-46", "000-51")
)
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["wide", "narrow"])
def test_a_file_of_leads_texts_itself_once_each_and_stops_when_it_should(pages, live_app, size):
    page = pages.open(size)
    name = f"March follow-up {secrets.token_hex(3)}"
    people = list(zip(("Ada", "Ben", "Chloe", "Dan", "Eve"), new_phones(5), strict=True))
    ada, ben, chloe, _dan, eve = (phone for _name, phone in people)

    page.goto("/campaigns/")
    create(page, name)
    assert axe.violations(page) == []
    import_leads(page, people)
    page.get_by_role("link", name=re.compile("Back to the campaign|Continue|Go on|Back")).first.click()
    expect(page.locator(".lead-row")).to_have_count(5, timeout=SOON)
    no_wider_than_the_screen(page)

    tab(page, "Settings")
    page.get_by_label("Message of step 1").fill("Hi {{ first_name }}, thanks for connecting.")
    page.get_by_role("button", name="Add step").click()
    page.get_by_label("Message of step 2").press_sequentially("Still there, ")
    page.get_by_role("button", name="{{ first_name }}").click()
    page.get_by_label("Message of step 2").press_sequentially("?")
    expect(page.locator("#preview")).to_contain_text("Still there, Ada?")
    expect(page.get_by_label("Wait (hours)").locator("visible=true")).to_have_count(1)
    page.get_by_label("SMS per batch").fill("3")
    page.get_by_label("Minutes between batches").fill("1440")
    assert axe.violations(page) == []
    no_wider_than_the_screen(page)
    page.get_by_role("button", name="Save SMS campaign settings").click()
    expect(page.get_by_text("The settings are saved.")).to_be_visible()

    expect(page.get_by_role("switch", name="Auto SMS")).to_be_disabled()
    page.get_by_role("link", name="Start", exact=True).click()
    expect(page.locator(".launch-number")).to_have_text("5 people")
    assert axe.violations(page) == []
    no_wider_than_the_screen(page)
    page.get_by_role("button", name="Start", exact=True).click()
    state(page, "Active")
    expect(page.locator("#campaign-stall")).to_contain_text("Auto SMS is off")
    assert bodies(live_app, ada) == []
    switch(page, on=True)

    tab(page, "Results")
    expect(page.locator("#results-tiles")).to_contain_text(re.compile(r"Sent\s*3\s*Delivered\s*3"), timeout=SOON)
    expect(page.locator("#campaign-stall")).to_contain_text("after the pause between batches")
    assert axe.violations(page) == []
    no_wider_than_the_screen(page)

    tab(page, "Leads")
    expect(lead(page, "Chloe")).to_contain_text("in progress")
    live_app.person_texts(ada, "Yes please, call me")
    expect(lead(page, "Ada")).to_contain_text("completed (replied)", timeout=SOON)
    live_app.person_texts(ben, "STOP")
    expect(lead(page, "Ben")).to_contain_text("opted out", timeout=SOON)
    lead(page, "Ada").get_by_role("link").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Hi Ada, thanks for connecting.")
    expect(dialog.get_by_role("link", name="Open in Messages")).to_be_visible()
    assert axe.violations(page) == []
    page.keyboard.press("Escape")

    page.get_by_role("button", name="Pause").click()
    state(page, "Paused")
    tab(page, "Settings")
    page.get_by_label("Wait (hours)").first.fill("0")
    page.get_by_label("SMS per batch").fill("100")
    page.get_by_label("Minutes between batches").fill("0")
    page.get_by_role("button", name="Save SMS campaign settings").click()
    expect(page.get_by_text("The settings are saved.")).to_be_visible()
    page.wait_for_timeout(1500)
    assert bodies(live_app, eve) == []  # nothing leaves while it is paused
    tab(page, "Leads")
    page.get_by_role("button", name="Resume").click()
    state(page, "Active")
    for who in ("Chloe", "Dan", "Eve"):
        expect(lead(page, who)).to_contain_text("completed (finished)", timeout=SOON)
    expect(page.locator("#campaign-stall")).to_contain_text("Every lead is done")

    switch(page, on=False)
    state(page, "Completed")
    expect(page.get_by_role("button", name="Archive")).to_be_visible()
    no_wider_than_the_screen(page)
    assert bodies(live_app, ada) == ["Hi Ada, thanks for connecting."]
    assert bodies(live_app, ben)[0] == "Hi Ben, thanks for connecting."
    assert not any("Still there" in body for body in bodies(live_app, ben))
    assert got(live_app, chloe, 2) == ["Hi Chloe, thanks for connecting.", "Still there, Chloe?"]
    assert got(live_app, eve, 2) == ["Hi Eve, thanks for connecting.", "Still there, Eve?"]


@pytest.mark.requirement("000-41", "000-42", "U4")
def test_two_people_press_start_and_auto_sms_at_once(pages, live_app):
    name = f"At once {secrets.token_hex(3)}"
    maria, ben = pages.open(), pages.open()
    create(maria, name)
    tab(maria, "Settings")
    maria.get_by_label("Message of step 1").fill("Hi")
    maria.get_by_role("button", name="Save SMS campaign settings").click()
    expect(maria.get_by_text("The settings are saved.")).to_be_visible()
    ben.goto(maria.url)
    ben.route("**/live*", lambda route: route.abort())  # he does not hear of it
    ben.reload()
    ben.get_by_role("link", name="Start", exact=True).click()
    launch(maria)
    state(maria, "Active")
    ben.get_by_role("button", name="Start", exact=True).click()
    state(ben, "Active")
    switch(maria, on=True)
    ben.get_by_role("switch", name="Auto SMS").click()
    expect(ben.get_by_role("switch", name="Auto SMS")).to_have_attribute("aria-checked", "true")
    switch(maria, on=False)


@pytest.mark.requirement("000-32", "U21")
def test_without_scripts_a_campaign_is_created_written_and_started(pages, live_app):
    page = pages.open(java_script_enabled=False)
    name = f"Plain {secrets.token_hex(3)}"
    create(page, name)
    tab(page, "Settings")
    page.get_by_label("Message of step 1").fill("Hi {{ first_name }}")
    page.get_by_role("button", name="Add step").click()
    expect(page.get_by_label("Message of step 1")).to_have_value("Hi {{ first_name }}")
    page.get_by_label("Message of step 2").fill("Hi {{ frist_name }}")
    page.get_by_role("button", name="Save SMS campaign settings").click()
    expect(page.get_by_text("Did you mean {{ first_name }}?").first).to_be_visible()
    page.get_by_label("Message of step 2").fill("Still there?")
    page.get_by_role("button", name="Save SMS campaign settings").click()
    tab(page, "Leads")
    page.locator("#leads-open").click()
    (phone,) = new_phones(1)
    page.get_by_label("Phone number").fill(phone)
    page.get_by_label("Name (optional)").fill("Ada Lovelace")
    page.get_by_role("button", name="Add lead", exact=True).click()
    page.get_by_role("link", name="Ada Lovelace").click()
    page.get_by_role("button", name="Mark complete").click()
    expect(page.locator("#lead-body")).to_contain_text("completed (by hand)")
    page.go_back()
    page.get_by_role("link", name=name).click()
    launch(page)
    assert eventually(lambda: "Active" in page.locator("#campaign-state").inner_text())


@pytest.mark.requirement("000-26")
def test_a_newcomer_is_asked_to_connect_before_the_first_campaign(newcomer):
    page = newcomer()
    page.goto("/campaigns/")
    expect(page.get_by_text("Turn on Auto SMS")).to_be_visible()
    assert axe.violations(page) == []
    page.get_by_role("link", name="Create New Campaign").click()
    expect(page.get_by_label("Account SID")).to_be_visible()
    assert axe.violations(page) == []
