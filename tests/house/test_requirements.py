"""What docs/requirements.csv calls done is tested, and its labels stand on its pages letter for letter."""

import html
import re

import pytest

from tests.house import requirements, world

DONE = [row for row in requirements.table() if row.done]


def test_every_row_of_the_requirements_stands_in_the_table_once():
    wanted = [f"{source}{number}" for source, rows in requirements.SOURCES.items() for number in range(1, rows + 1)]
    assert [row.row for row in requirements.table()] == wanted


def test_every_row_is_done_or_planned_and_has_a_page():
    assert [row.row for row in requirements.table() if row.status not in ("done", "planned") or not row.pages] == []


@pytest.mark.slow
def test_every_row_that_is_done_has_a_test_that_names_it():
    proofs = requirements.proofs()
    unproved = [row.row for row in DONE if not any(row.test in proof for proof in proofs.get(row.row, []))]
    assert unproved == [], "no collected test is tagged with these rows in the file that the table names"
    assert [row.row for row in DONE if not row.test] == []


@pytest.mark.slow
def test_every_tag_is_a_row():
    assert set(requirements.proofs()) <= {row.row for row in requirements.table()}


@pytest.mark.django_db
@pytest.mark.parametrize("row", DONE, ids=lambda row: row.row)
def test_the_labels_of_a_row_that_is_done_stand_on_its_pages(row, client):
    seen = ""
    for page in row.pages:
        answer = world.open_page(client, page)
        assert answer.status_code == 200, f"{page} answers {answer.status_code}"
        seen += _words(answer.content.decode())
    assert [label for label in row.labels if label not in seen] == []


def _words(page: str) -> str:
    """Attributes stay (labels may stand in aria-label or placeholder), white space is one blank."""
    return (
        re.sub(r"\s+", " ", html.unescape(page))
        + " "
        + re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]*>", "", page)))
    )
