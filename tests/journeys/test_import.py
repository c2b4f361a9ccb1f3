"""A file of people becomes people: from the page to the report, its rejects and the conversation's name."""

import csv
import secrets

import pytest
from playwright.sync_api import expect

from tests import axe
from tests.journeys.steps import no_wider_than_the_screen
from tests.live import new_phones, pretty


def file_of(lines, name):
    return {"name": f"{name}.csv", "mimeType": "text/csv", "buffer": ("\n".join(lines) + "\n").encode()}


def counts(page):
    """{"Created": 2, …} as the report says it."""
    boxes = page.locator(".tally > div")
    return {box.locator("dt").inner_text(): int(box.locator("dd").inner_text()) for box in boxes.all()}


@pytest.mark.postgres_journey
@pytest.mark.requirement("000-27", "000-28")
def test_a_file_is_imported_from_the_page_to_the_report(page, live_app):
    dana, luis = new_phones(2)
    name = f"leads {secrets.token_hex(3)}"
    lines = [
        "Mobile;First name;Last name;Pet name",
        f"{pretty(dana)};Dana;Whitfield;Rex",
        f"{luis};Luis;Ortega;",
        f"{dana};Daniela;;",
        "555-014;Priya;Raman;",
    ]
    live_app.person_texts(dana, "Do you import?")
    page.goto("/people/")
    page.get_by_role("link", name="Import", exact=True).click()
    page.get_by_label("Choose a CSV file").set_input_files(file_of(lines, name))
    expect(page.locator("[data-title]")).to_contain_text(f"{name}.csv")
    no_wider_than_the_screen(page)
    page.get_by_role("button", name="Continue").click()

    expect(page.get_by_label("Mobile")).to_have_value("phone")
    expect(page.get_by_label("First name", exact=True)).to_have_value("first_name")
    expect(page.get_by_label("Pet name", exact=True)).to_have_value("field:pet_name")
    expect(page.get_by_label("Name of the new list")).to_have_value(name)
    no_wider_than_the_screen(page)
    assert axe.violations(page) == []
    page.get_by_role("button", name="Check").click()

    expect(page.get_by_role("heading", name="Nothing is imported yet")).to_be_visible()
    expect(page.locator(".steps [aria-current]")).to_have_text("Check")
    said = counts(page)
    expect(page.get_by_text("This number is too short")).to_be_visible()
    no_wider_than_the_screen(page)
    assert axe.violations(page) == []
    page.get_by_role("link", name="Back to columns").click()
    expect(page.get_by_label("Name of the new list")).to_have_value(name)
    page.get_by_role("button", name="Check").click()
    page.get_by_role("button", name="Import 2 people").click()

    expect(page.get_by_role("heading", name="Done")).to_be_visible(timeout=20_000)  # the page hears it by itself
    assert counts(page) == said == {"Created": 2, "Updated": 0, "Merged": 1, "Skipped": 0, "Invalid": 1}
    expect(page.get_by_text("This number is too short")).to_be_visible()
    no_wider_than_the_screen(page)
    assert axe.violations(page) == []
    with page.expect_download() as rejects:
        page.get_by_role("link", name="Download the 2 rows").click()
    rows = list(csv.reader(rejects.value.path().read_text().splitlines()))
    assert [(row[0], row[1]) for row in rows[1:]] == [("3", "Merged"), ("4", "Invalid")]

    page.get_by_role("link", name=name).click()
    expect(page.locator(".people-row")).to_have_count(2)
    page.get_by_role("link", name="Dana Whitfield").click()
    expect(page.locator(".person-facts")).to_contain_text("Rex")
    page.get_by_role("link", name="Conversation", exact=True).click()
    expect(page.locator("#thread h2")).to_have_text("Dana Whitfield")


def test_a_file_can_be_dropped_and_a_bad_one_is_told(desktop):
    desktop.goto("/people/imports/new/")
    drop = """text => {
        const carried = new DataTransfer();
        carried.items.add(new File([text], "dropped.csv", {type: "text/csv"}));
        const event = new DragEvent("drop", {dataTransfer: carried, bubbles: true, cancelable: true});
        document.querySelector("file-drop .drop").dispatchEvent(event);
    }"""
    desktop.evaluate(drop, "Phone,Name\n")
    expect(desktop.locator("[data-title]")).to_have_text("dropped.csv, 11 B")
    desktop.get_by_role("button", name="Continue").click()
    expect(desktop.get_by_role("alert")).to_contain_text("no rows below it")
    assert axe.violations(desktop) == []


def test_a_person_is_added_found_changed_and_put_on_a_list(page):
    (phone,) = new_phones(1)
    name = f"Priya {secrets.token_hex(3)}"
    page.goto("/people/new/")
    page.get_by_label("Phone number").fill("12")
    page.get_by_label("Name", exact=False).first.fill(name)
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_text("This number is too short")).to_be_visible()
    page.get_by_label("Phone number").fill(phone)
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("heading", name=name)).to_be_visible()
    page.goto("/people/lists/")
    page.get_by_label("Name of the new list").fill(f"List of {name}")
    page.get_by_role("button", name="Make a list").click()
    expect(page.get_by_text("Nobody is on this list yet")).to_be_visible()
    page.goto("/people/")
    page.get_by_label("Search people").fill(phone[-7:])
    expect(page.locator(".people-row")).to_have_count(1)
    page.get_by_label(f"Tick {name}").check()
    page.get_by_role("button", name="Lists", exact=True).click()
    page.locator("#bulk-list").get_by_label("List").select_option(f"List of {name}")
    page.get_by_role("button", name="Put on it").click()
    expect(page.get_by_text(f"1 person is now on List of {name}.")).to_be_visible()
    expect(page.locator(".people-row")).to_have_count(1)  # the search is still there
    no_wider_than_the_screen(page)


def test_many_people_load_as_one_scrolls(desktop, live_app):
    lines = ["Phone,Name", *(f"+1813557{n:04d},Scroller {n:03d}" for n in range(120))]
    desktop.goto("/people/imports/new/")
    desktop.get_by_label("Choose a CSV file").set_input_files(file_of(lines, f"many {secrets.token_hex(3)}"))
    desktop.get_by_role("button", name="Continue").click()
    desktop.get_by_role("button", name="Check").click()
    desktop.get_by_role("button", name="Import 120 people").click()
    expect(desktop.get_by_role("heading", name="Done")).to_be_visible(timeout=20_000)
    desktop.goto("/people/?q=Scroller")
    expect(desktop.locator(".people-row")).to_have_count(50)
    for count in (100, 120):
        desktop.locator("#people-more").scroll_into_view_if_needed()
        expect(desktop.locator(".people-row")).to_have_count(count)


def test_importing_works_without_scripts(pages, live_app):
    (phone,) = new_phones(1)
    page = pages.open(java_script_enabled=False, path="/people/imports/new/")
    page.locator("#file").set_input_files(file_of(["Phone,Name", f"{phone},Kwame"], f"plain {secrets.token_hex(3)}"))
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Check").click()
    page.get_by_role("button", name="Import 1 person").click()
    # The page renews itself until the import is over.
    expect(page.get_by_role("heading", name="Done")).to_be_visible(timeout=20_000)
    assert counts(page)["Created"] == 1


@pytest.mark.postgres_journey
def test_an_import_is_undone_and_leaves_everybody_as_they_were(page, live_app):
    known, new = new_phones(2)
    live_app.api("POST", "/api/v1/contacts", {"phone": known, "first_name": "Priya", "company": "Raman Tiles"})
    name = f"mistake {secrets.token_hex(3)}"
    page.goto("/people/imports/new/")
    lines = ["Phone,Name,Company", f"{known},Priya,Wrong Tiles", f"{new},Kwame,"]
    page.get_by_label("Choose a CSV file").set_input_files(file_of(lines, name))
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Check").click()
    page.get_by_role("button", name="Import 2 people").click()
    expect(page.get_by_role("heading", name="Done")).to_be_visible(timeout=20_000)
    assert counts(page) == {"Created": 1, "Updated": 1, "Merged": 0, "Skipped": 0, "Invalid": 0}

    page.get_by_text("Undo this import").click()
    expect(page.get_by_text("1 person who came in with it is deleted again.")).to_be_visible()
    assert axe.violations(page) == []
    no_wider_than_the_screen(page)
    page.get_by_role("button", name="Undo it").click()
    expect(page.get_by_text("1 person deleted again, 1 as before")).to_be_visible(timeout=20_000)
    expect(page.get_by_role("button", name="Undo it")).to_have_count(0)
    assert axe.violations(page) == []
    page.goto(f"/people/?q={new[-7:]}")
    expect(page.get_by_text("Nobody found")).to_be_visible()
    page.goto(f"/people/?q={known[-7:]}")
    expect(page.locator(".people-row")).to_contain_text("Raman Tiles")
