"""Settings → Twilio Credentials and the Numbers page, for every role and a stranger."""

from typing import Any

import pytest

from sandbox.testing import RunningSandbox
from threadline.accounts.models import Member, Role
from threadline.accounts.testing import make_member, make_workspace, signed_in
from threadline.lib import clock
from threadline.numbers.models import Connection, Number
from threadline.numbers.testing import NOWHERE, TOKEN, make_connection, make_number

pytestmark = pytest.mark.django_db


@pytest.fixture
def practice(sandbox: RunningSandbox, settings: Any, here: str) -> RunningSandbox:
    settings.THREADLINE_SANDBOX_URL = sandbox.url
    return sandbox


def typed(sandbox: RunningSandbox, **changed: str) -> dict[str, str]:
    return {
        "account_sid": sandbox.account_sid,
        "auth_token": sandbox.auth_token,
        "phone": sandbox.numbers[0],
        "place": sandbox.url,
    } | changed


@pytest.mark.requirement("000-1", "000-3", "000-4", "000-5")
def test_the_form_has_the_guide_s_labels_and_its_tip() -> None:
    page = _get(make_member(), "/settings/twilio/")
    for label in ("Twilio Credentials", "Account SID", "Auth Token", "Twilio Phone Number", ">Save<"):
        assert label in page
    assert "buy a number with SMS" in page


@pytest.mark.requirement("000-5", "U8")
def test_saving_connects_and_goes_on_to_choosing_numbers(practice: RunningSandbox) -> None:
    owner = make_member()
    answer = signed_in(owner).post("/settings/twilio/connect/", typed(practice), follow=True)
    page = answer.content.decode()
    assert "Twilio is connected" in page
    assert "Choose numbers" in page
    connection = Connection.objects.get()
    everything = list(connection.numbers.values_list("public_id", flat=True))
    answer = signed_in(owner).post(f"/settings/twilio/{connection.public_id}/numbers/", {"number": everything})
    assert answer["Location"] == "/numbers/"
    assert connection.numbers.claimed().count() == len(practice.numbers)


def test_an_account_with_one_number_goes_straight_back_to_where_one_came_from(practice: RunningSandbox) -> None:
    account = practice.open_account(numbers=["+14155550177"])
    data = typed(
        practice,
        account_sid=account["account_sid"],
        auth_token=account["auth_token"],
        phone="+14155550177",
        next="/messages/",
    )
    assert signed_in(make_member()).post("/settings/twilio/connect/", data)["Location"] == "/messages/"
    data["next"] = "https://evil.example.com/"
    assert (
        signed_in(make_member(Connection.objects.get().workspace)).post("/settings/twilio/connect/", data)["Location"]
        == "/numbers/"
    )


@pytest.mark.requirement("000-10")
def test_after_a_mistake_everything_is_kept_but_the_token(practice: RunningSandbox) -> None:
    answer = signed_in(make_member()).post("/settings/twilio/connect/", typed(practice, auth_token="not the right one"))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "does not accept this token" in page
    assert practice.account_sid in page
    assert practice.numbers[0] in page
    assert "not the right one" not in page


@pytest.mark.requirement("000-10")
def test_the_token_is_never_shown_again() -> None:
    owner = make_member()
    make_number(make_connection(owner.workspace))
    assert TOKEN not in _get(owner, "/settings/twilio/")
    assert TOKEN not in _get(owner, "/numbers/")


def test_without_a_sandbox_beside_us_only_twilio_is_offered(sandbox: RunningSandbox, settings: Any) -> None:
    settings.THREADLINE_SANDBOX_URL = ""
    page = _get(make_member(), "/settings/twilio/")
    assert "sandbox" not in page
    form = {"place": "http://10.0.0.1"} | {"account_sid": "AC" + "0" * 32, "auth_token": "x", "phone": "+14155550100"}
    settings.THREADLINE_SANDBOX_URL = sandbox.url
    answer = signed_in(make_member()).post("/settings/twilio/connect/", form)
    assert answer.status_code == 422
    assert not Connection.objects.exists()


@pytest.mark.requirement("000-7")
def test_credentials_are_replaced_on_the_page(practice: RunningSandbox) -> None:
    owner = make_member()
    old = make_connection(owner.workspace)
    line = make_number(old)
    answer = signed_in(owner).post("/settings/twilio/connect/", typed(practice, replaces=old.public_id), follow=True)
    assert "Twilio is connected" in answer.content.decode()
    line.refresh_from_db()
    assert line.gone_at
    assert "Gone" in _get(owner, "/numbers/")


def test_numbers_in_use_stand_above_those_that_are_gone() -> None:
    owner = make_member()
    connection = make_connection(owner.workspace)
    make_number(connection, label="Alpha", gone_at=clock.now())
    make_number(connection, label="Omega", is_default=False)
    page = _get(owner, "/numbers/")
    assert page.index("Omega") < page.index("Alpha")


@pytest.mark.requirement("U19", "000-6")
@pytest.mark.parametrize("role", [Role.MEMBER, Role.VIEWER])
def test_a_member_sees_whom_to_ask_instead_of_the_form(role: str) -> None:
    workspace = make_workspace()
    owner = make_member(workspace)
    page = _get(make_member(workspace, role), "/settings/twilio/")
    assert f"Ask {owner.user} to connect Twilio" in page
    assert "Auth Token" not in page


@pytest.mark.requirement("U19")
@pytest.mark.parametrize(("role", "may"), [("owner", True), ("admin", True), ("member", False), ("viewer", False)])
def test_only_owners_and_admins_change_credentials_and_numbers(role: str, may: bool, here: str) -> None:
    owner = make_member()
    number = make_number(make_connection(owner.workspace))
    other = make_number(number.connection)
    client = signed_in(make_member(owner.workspace, role))
    for path, data in _changes(number, other):
        assert (client.post(path, data).status_code != 403) is may, path
    for path in ("/settings/twilio/", "/numbers/", f"/numbers/{number.public_id}/", "/numbers/public-url/"):
        assert client.get(path).status_code == 200, path
    assert client.get(f"/settings/twilio/{number.connection.public_id}/numbers/").status_code == (404 if may else 403)


@pytest.mark.requirement("U19")
def test_a_stranger_finds_nothing() -> None:
    number = make_number()
    client = signed_in(make_member())
    for path, data in _changes(number, number):
        assert client.post(path, data).status_code in (404, 422, 302), path
    for path, data in _changes(number, number)[:-2]:
        assert client.post(path, data).status_code == 404, path
    assert client.get(f"/numbers/{number.public_id}/").status_code == 404
    assert number.phone not in client.get("/numbers/").content.decode()
    number.refresh_from_db()
    assert (number.label, number.connection.removed_at) == ("", None)


@pytest.mark.requirement("001-8", "U5")
def test_a_label_names_the_number_everywhere() -> None:
    owner = make_member()
    number = make_number(make_connection(owner.workspace))
    client = signed_in(owner)
    client.post(f"/numbers/{number.public_id}/label/", {"label": "Tampa PPC"})
    assert "Tampa PPC" in _get(owner, "/numbers/")
    page = client.post(f"/numbers/{number.public_id}/label/", {"label": "x" * 81}, follow=True)
    assert "at most 80 characters" in page.content.decode()
    number.refresh_from_db()
    assert number.label == "Tampa PPC"


@pytest.mark.requirement("000-3", "001-9")
def test_a_number_that_cannot_text_cannot_be_made_the_default() -> None:
    owner = make_member()
    connection = make_connection(owner.workspace)
    default, deaf, other = make_number(connection), make_number(connection, sms=False), make_number(connection)
    client = signed_in(owner)
    page = client.post(f"/numbers/{deaf.public_id}/default/", follow=True).content.decode()
    assert "cannot text" in page
    client.post(f"/numbers/{other.public_id}/default/")
    assert Number.objects.get(is_default=True) == other
    assert default.is_default


@pytest.mark.requirement("000-11", "000-12", "000-13")
def test_the_page_shows_the_recipe_by_hand(settings: Any) -> None:
    settings.THREADLINE_URL = "https://texts.example.com"
    owner = make_member()
    number = make_number(make_connection(owner.workspace, base_url=""))
    page = _get(owner, f"/numbers/{number.public_id}/")
    assert "https://texts.example.com/api/incoming-sms" in page
    for words in ("Phone Numbers → Manage → Active numbers", "Messaging configuration", "A message comes in", "POST"):
        assert words in page
    assert "text this number from your mobile phone, open Messages and refresh" in page


def test_replacing_a_webhook_is_asked_and_can_be_undone(practice: RunningSandbox) -> None:
    owner = make_member()
    client = signed_in(owner)
    client.post("/settings/twilio/connect/", typed(practice))
    number = Number.objects.get(is_default=True)
    zapier = "https://hooks.zapier.com/hooks/catch/1/abc/"
    practice.set_webhook(number.phone, zapier)
    asked = client.post(f"/numbers/{number.public_id}/webhook/set/")
    assert asked.status_code == 409
    assert "Replace Zapier" in asked.content.decode()
    page = client.post(f"/numbers/{number.public_id}/webhook/set/", {"agreed": zapier}, follow=True).content.decode()
    assert "now arrive here" in page
    assert "Put back Zapier" in page
    page = client.post(f"/numbers/{number.public_id}/webhook/restore/", follow=True).content.decode()
    assert "go to Zapier again" in page


def test_a_carrier_that_fails_is_said_on_the_page(here: str) -> None:
    owner = make_member()
    number = make_number(make_connection(owner.workspace))
    client = signed_in(owner)
    answer = client.post(f"/numbers/{number.public_id}/webhook/set/")
    assert answer.status_code == 422
    assert "could not be reached" in answer.content.decode()
    assert "could not be reached" in client.post("/numbers/check/", follow=True).content.decode()


def test_checking_now_reads_the_numbers_again(practice: RunningSandbox) -> None:
    owner = make_member()
    client = signed_in(owner)
    client.post("/settings/twilio/connect/", typed(practice))
    assert "as Twilio has them now" in client.post("/numbers/check/", follow=True).content.decode()


def test_a_trial_account_is_explained() -> None:
    owner = make_member()
    make_connection(owner.workspace, account_type="Trial")
    page = _get(owner, "/settings/twilio/")
    assert "This is a Twilio trial account" in page
    assert "50 texts a day" in page


def test_removing_a_connection_on_the_page() -> None:
    owner = make_member()
    connection = make_connection(owner.workspace)
    page = signed_in(owner).post(f"/settings/twilio/{connection.public_id}/remove/", follow=True).content.decode()
    assert "is removed" in page
    assert "Connect Twilio" in page


def test_practice_mode_is_said_on_every_page() -> None:
    owner = make_member()
    make_connection(owner.workspace)
    page = _get(owner, "/settings/workspace/")
    assert "Practice mode" in page
    assert "Nothing leaves this machine" in page
    assert f'href="{NOWHERE}/"' in page


def test_no_public_url_is_said_with_the_way_to_get_one(settings: Any) -> None:
    settings.THREADLINE_URL = ""
    owner = make_member()
    make_connection(owner.workspace, base_url="")
    page = _get(owner, "/settings/workspace/")
    assert "No public URL" in page
    assert "/numbers/public-url/" in page
    assert "THREADLINE_URL=" in _get(owner, "/numbers/public-url/")
    settings.THREADLINE_URL = "https://texts.example.com"
    assert "No public URL" not in _get(owner, "/settings/workspace/")


@pytest.mark.requirement("U11")
def test_lines_of_one_messaging_service_are_named_to_each_other() -> None:
    owner = make_member()
    connection = make_connection(owner.workspace)
    service = {"service_sid": "MG" + "0" * 32}
    intake = make_number(connection, label="Main Intake", **service)
    assert "Shares opt-outs" not in _get(owner, "/numbers/") + _get(owner, f"/numbers/{intake.public_id}/")
    sales = make_number(connection, label="Sales", **service)
    make_number(connection, label="Tampa PPC")
    make_number(connection, label="Let go of", claimed_at=None, **service)
    make_number(make_connection(), label="Another firm's", **service)
    page = _get(owner, "/numbers/")
    assert "Shares opt-outs with Sales" in page and "Shares opt-outs with Main Intake" in page
    assert page.count("Shares opt-outs") == 2
    assert "Shares opt-outs with Main Intake" in _get(owner, f"/numbers/{sales.public_id}/")


def test_credentials_that_fail_are_said_on_every_page() -> None:
    owner = make_member()
    make_connection(owner.workspace, problem="Twilio does not accept the token.")
    assert "Twilio does not accept the token." in _get(owner, "/settings/workspace/")


def _get(member: Member, path: str) -> str:
    answer = signed_in(member).get(path)
    assert answer.status_code == 200
    text: str = answer.content.decode()
    return text


def _changes(number: Number, other: Number) -> list[tuple[str, dict[str, str]]]:
    connection = number.connection.public_id
    return [
        (f"/numbers/{number.public_id}/label/", {"label": "x"}),
        (f"/numbers/{other.public_id}/default/", {}),
        (f"/numbers/{number.public_id}/webhook/set/", {}),
        (f"/numbers/{number.public_id}/webhook/restore/", {}),
        (f"/settings/twilio/{connection}/numbers/", {"number": other.public_id}),
        (f"/settings/twilio/{connection}/remove/", {}),
        ("/settings/twilio/connect/", {}),
        ("/numbers/check/", {}),
    ]
