"""What an import says about consent, in the ledger and to the gate."""

import pytest

from threadline.accounts.testing import make_workspace
from threadline.compliance.models import Consent
from threadline.contacts.importing import run as running
from threadline.contacts.importing.testing import run

pytestmark = pytest.mark.django_db

DANA, EVE, FINN = "+18135550142", "+18135550143", "+18135550144"


@pytest.mark.parametrize("batch", [1, 3_000])
@pytest.mark.parametrize(
    ("cells", "given", "source"),
    [
        (["yes", "no"], False, "“no” in row 2 of “people.csv”"),
        (["no", "yes"], False, "“no” in row 1 of “people.csv”"),
        (["Web form 3 May", "yes"], True, "Web form 3 May"),
        (["n/a", "Web form 3 May", "yes"], True, "Web form 3 May"),
        (["", "opted_out", "stop"], False, "“opted_out” in row 2 of “people.csv”"),
    ],
)
def test_of_several_rows_of_a_number_a_no_counts_and_else_the_first(monkeypatch, batch, cells, given, source):
    monkeypatch.setattr(running, "BATCH", batch)
    rows = "".join(f"{DANA},{cell}\n" for cell in cells)
    run(make_workspace(), f"Phone,Opt in\n{rows}")
    last = Consent.objects.latest("id")
    assert (last.given, last.source) == (given, source)


def test_what_nobody_knows_is_no_consent():
    run(make_workspace(), f"Phone,Opt in\n{DANA},N/A\n{EVE},pending\n{FINN},-\n")
    assert not Consent.objects.exists()
