import pytest

from threadline.accounts.models import AuditEntry
from threadline.accounts.testing import make_member, make_workspace, signed_in
from threadline.billing import ledger, rates, spend
from threadline.billing.models import Rate, Wallet
from threadline.lib import clock

PAGE = "/settings/billing/"
GERMANY = {"prefix": "+49", "number_type": "", "sms": "0.10", "mms": "0.2"}

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner():
    return make_member()


@pytest.fixture
def client(owner):
    return signed_in(owner)


def shown(client):
    return client.get(PAGE).content.decode()


@pytest.mark.requirement("001-15")
def test_the_page_shows_the_live_rates(client, owner):
    page = shown(client)
    for words in ("Per segment", "North America", "United Kingdom", "Everywhere else", "$0.0083", "List price"):
        assert words in page
    Rate.objects.create(workspace=owner.workspace, prefix="+44", number_type="", sms=12_345, mms=99_000)
    assert "$0.012345" in shown(client)


def test_a_rate_is_added_replaced_and_reset(client, owner):
    assert client.post(f"{PAGE}rates/", GERMANY).status_code == 302
    assert rates.of(owner.workspace_id).estimate("+4915112345678", 2, 0) == 200_000
    client.post(f"{PAGE}rates/", GERMANY | {"sms": "$0.09"})
    assert Rate.objects.get().sms == 90_000
    page = shown(client)
    assert "Reset to list price" in page
    assert "Yours" in page
    client.post(f"{PAGE}rates/reset/", {"prefix": "+49", "number_type": ""})
    assert rates.of(owner.workspace_id).estimate("+4915112345678", 1, 0) == 110_000
    assert list(AuditEntry.objects.order_by("id").values_list("action", flat=True)) == [
        "billing.rate",
        "billing.rate",
        "billing.rate_reset",
    ]


@pytest.mark.parametrize(
    ("field", "given", "says"),
    [
        ("prefix", "Germany", "Enter the beginning of a phone number"),
        ("prefix", "+999", "No country has this country code"),
        ("prefix", "+123456789", "Enter the beginning of a phone number"),
        ("sms", "", "required"),
        ("sms", "cheap", "Enter an amount in US dollars"),
        ("sms", "-1", "cannot be negative"),
        ("sms", "NaN", "Enter an amount in US dollars"),
        ("sms", "0.00000001", "at most six decimals"),
        ("mms", "8300", "Is the point in the right place?"),
        ("number_type", "golden", "not one of the available choices"),
    ],
)
def test_a_wrong_rate_names_the_field_and_keeps_what_was_typed(client, field, given, says):
    answer = client.post(f"{PAGE}rates/", GERMANY | {field: given})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert says in page
    assert 'value="0.2"' in page or field == "mms"
    assert not Rate.objects.exists()


@pytest.mark.parametrize("given", ["+49", "49", "0049", " +4 9 "])
def test_a_country_code_is_read_however_it_is_written(client, given):
    client.post(f"{PAGE}rates/", GERMANY | {"prefix": given})
    assert Rate.objects.get().prefix == "+49"


def test_a_line_is_opened_for_changing_with_its_prices(client):
    page = client.get(PAGE, {"prefix": "+44", "number_type": ""}).content.decode()
    assert 'value="+44"' in page
    assert 'value="0.053"' in page


def test_a_budget_is_set_shown_and_taken_away(client, owner):
    ledger.reserve(owner.workspace_id, {1: 2_500_000}, clock.now())
    client.post(f"{PAGE}budget/", {"monthly_budget": "$1,000"})
    assert spend.this_month(owner.workspace_id, clock.now()).left == 997_500_000
    assert "of $1,000.00" in shown(client)
    client.post(f"{PAGE}budget/", {"monthly_budget": ""})
    assert Wallet.objects.get().monthly_budget is None
    assert client.post(f"{PAGE}budget/", {"monthly_budget": "lots"}).status_code == 422


def test_a_workspace_that_prepays_sees_its_balance_and_who_adds_funds(client, owner):
    ledger.credit(owner.workspace_id, 12_340_000, "start", clock.now())
    Wallet.objects.update(enabled=True)
    page = shown(client)
    assert "$12.34" in page
    assert "Whoever runs this installation adds funds" in page
    assert "Monthly budget" not in page
    assert "Money in" in page


def test_members_see_costs_and_change_nothing(owner):
    client = signed_in(make_member(owner.workspace, "member"))
    page = shown(client)
    assert "North America" in page
    assert "Save rate" not in page
    for path, fields in (("rates/", GERMANY), ("rates/reset/", GERMANY), ("budget/", {"monthly_budget": "5"})):
        assert client.post(PAGE + path, fields).status_code == 403
    assert not Rate.objects.exists()


def test_movements_are_those_of_the_workspace(client, owner):
    ledger.reserve(make_workspace().pk, {1: 770_000}, clock.now())
    assert "Nothing spent yet" in shown(client)
    ledger.reserve(owner.workspace_id, {2: 8_300}, clock.now())
    assert "Set aside for a text" in shown(client)
    assert "0.77" not in shown(client)
