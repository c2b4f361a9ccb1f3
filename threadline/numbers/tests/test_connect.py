"""Connecting Twilio: what is typed is tested at the carrier before anything is saved."""

import pytest

from sandbox.testing import RunningSandbox
from threadline.accounts.models import AuditEntry
from threadline.accounts.testing import make_member, make_workspace
from threadline.events.models import Event
from threadline.numbers import carrier, claims, connect
from threadline.numbers.connect import Credentials
from threadline.numbers.models import Connection
from threadline.numbers.problems import ProblemError
from threadline.numbers.testing import NOWHERE

pytestmark = pytest.mark.django_db


def of(sandbox: RunningSandbox, **changed: str) -> Credentials:
    given = {"account_sid": sandbox.account_sid, "auth_token": sandbox.auth_token, "base_url": sandbox.url}
    return Credentials(**given | changed)


@pytest.mark.requirement("000-3", "000-4", "000-5", "000-30", "001-9")
def test_good_credentials_are_saved_with_the_numbers_of_the_account(sandbox: RunningSandbox) -> None:
    owner = make_member()
    phone = sandbox.numbers[1]
    connection = connect.connect(owner.workspace, owner, of(sandbox), phone)
    assert (connection.account_type, connection.problem) == ("Full", "")
    assert connection.checked_at and connection.sync_wanted_at
    assert set(connection.numbers.values_list("phone", flat=True)) == set(sandbox.numbers)
    assert [number.phone for number in connection.numbers.claimed()] == [phone]
    assert owner.workspace.numbers.get(is_default=True).phone == phone
    assert Event.objects.get().subject == connection.public_id


@pytest.mark.requirement("000-10")
def test_the_token_is_sealed_and_in_no_audit_entry(sandbox: RunningSandbox) -> None:
    owner = make_member()
    connection = connect.connect(owner.workspace, owner, of(sandbox), sandbox.numbers[0])
    assert sandbox.auth_token not in connection.auth_token_sealed
    assert Connection.objects.get().auth_token == sandbox.auth_token
    assert sandbox.auth_token not in str(AuditEntry.objects.get(action="connection.saved").facts)
    assert sandbox.auth_token not in repr(of(sandbox))


@pytest.mark.parametrize(
    ("changed", "field", "words"),
    [
        ({"account_sid": "AC123"}, "account_sid", "34 characters"),
        ({"account_sid": "SK" + "0" * 32}, "account_sid", "API key"),
        ({"account_sid": "AC" + "0" * 32}, "auth_token", "does not accept"),
        ({"auth_token": "wrong"}, "auth_token", "does not accept"),
        ({"auth_token": ""}, "auth_token", "missing"),
        ({"base_url": NOWHERE}, "", "api.twilio.com"),
        ({"base_url": "http://10.0.0.1:8000"}, "base_url", "127.0.0.1"),
        ({"base_url": "https://evil.example.com"}, "base_url", "127.0.0.1"),
        ({"base_url": "http://localhost@evil.example.com"}, "base_url", "127.0.0.1"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    sandbox: RunningSandbox, changed: dict[str, str], field: str, words: str
) -> None:
    with pytest.raises(ProblemError, match=words) as wrong:
        connect.connect(make_workspace(), None, of(sandbox, **changed), sandbox.numbers[0])
    assert wrong.value.field == field
    assert not Connection.objects.exists()


def test_test_credentials_are_recognised(sandbox: RunningSandbox) -> None:
    given = of(sandbox, account_sid=sandbox.test_account_sid, auth_token=sandbox.test_auth_token)
    with pytest.raises(ProblemError) as wrong:
        connect.connect(make_workspace(), None, given, sandbox.numbers[0])
    assert wrong.value.field == "account_sid"
    assert "test credentials" in wrong.value.sentence


def test_a_server_error_saves_nothing(sandbox: RunningSandbox) -> None:
    sandbox.faults({"kind": "http", "operation": "any", "status": 500})
    with pytest.raises(ProblemError) as wrong:
        connect.connect(make_workspace(), None, of(sandbox), sandbox.numbers[0])
    assert wrong.value.field == ""
    assert not Connection.objects.exists()


@pytest.mark.parametrize(
    ("phone", "words"),
    [
        ("+12025550199", "is not on this Twilio account. It has"),
        ("hello", "with country code"),
        ("", "with country code"),
    ],
)
@pytest.mark.requirement("000-30", "001-10")
def test_a_number_that_is_not_on_the_account_is_refused(sandbox: RunningSandbox, phone: str, words: str) -> None:
    with pytest.raises(ProblemError, match=words) as wrong:
        connect.connect(make_workspace(), None, of(sandbox), phone)
    assert wrong.value.field == "phone"
    assert not Connection.objects.exists()


def test_an_account_without_numbers_says_to_buy_one(sandbox: RunningSandbox) -> None:
    account = sandbox.open_account(numbers=[])
    given = of(sandbox, account_sid=account["account_sid"], auth_token=account["auth_token"])
    with pytest.raises(ProblemError, match="Buy one"):
        connect.connect(make_workspace(), None, given, "+14155550100")


@pytest.mark.requirement("000-3")
def test_a_number_that_cannot_text_is_refused_as_default(
    sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    deaf = carrier.Number("PN1", "+14155550100", "", False, False, True, "", "")
    monkeypatch.setattr(carrier, "numbers", lambda *_: [deaf])
    with pytest.raises(ProblemError, match="cannot send texts|cannot text") as wrong:
        connect.connect(make_workspace(), None, of(sandbox), "+14155550100")
    assert wrong.value.field == "phone"


def test_numbers_may_be_typed_as_people_write_them(sandbox: RunningSandbox) -> None:
    typed = f"({sandbox.numbers[0][2:5]}) {sandbox.numbers[0][5:8]}-{sandbox.numbers[0][8:]}"
    connect.connect(make_workspace(), None, of(sandbox), typed)


def test_a_trial_account_is_recognised(sandbox: RunningSandbox) -> None:
    account = sandbox.open_account("Trial", numbers=["+14155550177"])
    given = of(sandbox, account_sid=account["account_sid"], auth_token=account["auth_token"])
    assert connect.connect(make_workspace(), None, given, "+14155550177").is_trial


@pytest.mark.requirement("000-7")
def test_the_same_sid_again_replaces_the_token_and_nothing_else(sandbox: RunningSandbox) -> None:
    workspace = make_workspace()
    first = connect.connect(workspace, None, of(sandbox), sandbox.numbers[0], "Front desk")
    first.auth_token = "an old one"
    first.save(update_fields=["auth_token_sealed"])
    again = connect.connect(workspace, None, of(sandbox), sandbox.numbers[0])
    assert (again.pk, again.hook_key, again.name) == (first.pk, first.hook_key, "Front desk")
    assert again.auth_token == sandbox.auth_token
    assert workspace.numbers.count() == len(sandbox.numbers)


@pytest.mark.requirement("000-7")
def test_another_sid_keeps_history_and_marks_numbers_that_are_not_there(sandbox: RunningSandbox) -> None:
    workspace = make_workspace()
    old = connect.connect(workspace, None, of(sandbox), sandbox.numbers[0])
    line = old.numbers.get(phone=sandbox.numbers[0])
    account = sandbox.open_account(numbers=["+14155550177"])
    given = of(sandbox, account_sid=account["account_sid"], auth_token=account["auth_token"])
    new = connect.connect(workspace, None, given, "+14155550177", replaces=old)
    old.refresh_from_db()
    line.refresh_from_db()
    assert new.pk != old.pk
    assert old.removed_at
    assert (line.gone_at is not None, line.claimed_at, line.is_default) == (True, None, False)
    assert workspace.numbers.get(is_default=True).phone == "+14155550177"
    assert list(workspace.numbers.textable().values_list("phone", flat=True)) == ["+14155550177"]


def test_a_number_that_moved_between_the_accounts_keeps_its_row(
    sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = make_workspace()
    old = connect.connect(workspace, None, of(sandbox), sandbox.numbers[0])
    claims.choose(old, None, set(old.numbers.values_list("public_id", flat=True)))
    moved = old.numbers.get(phone=sandbox.numbers[1])
    account = sandbox.open_account(numbers=["+14155550177"])
    given = of(sandbox, account_sid=account["account_sid"], auth_token=account["auth_token"])
    listed = carrier.numbers(given.account_sid, given.auth_token, given.base_url)
    also = carrier.Number("PN" + "7" * 32, moved.phone, "", True, True, True, "", "")
    monkeypatch.setattr(carrier, "numbers", lambda *_: [*listed, also])
    new = connect.connect(workspace, None, given, "+14155550177", replaces=old)
    moved.refresh_from_db()
    assert (moved.connection, moved.account_sid, moved.gone_at) == (new, new.account_sid, None)
    assert moved.claimed_at


def test_a_removed_connection_loses_its_token_and_frees_its_numbers(sandbox: RunningSandbox) -> None:
    workspace = make_workspace()
    connection = connect.connect(workspace, None, of(sandbox), sandbox.numbers[0])
    connect.remove(connection, None)
    connection.refresh_from_db()
    assert (connection.auth_token_sealed, connection.removed_at is None) == ("", False)
    assert not workspace.numbers.claimed().exists()
    assert workspace.numbers.count() == len(sandbox.numbers)
    connect.connect(make_workspace(), None, of(sandbox), sandbox.numbers[0])


def test_a_connection_that_comes_back_is_the_same_one(sandbox: RunningSandbox) -> None:
    workspace = make_workspace()
    first = connect.connect(workspace, None, of(sandbox), sandbox.numbers[0])
    connect.remove(first, None)
    again = connect.connect(workspace, None, of(sandbox), sandbox.numbers[0])
    assert (again.pk, again.removed_at) == (first.pk, None)
    assert again.numbers.textable().count() == 1
