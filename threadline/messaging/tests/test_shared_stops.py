"""STOP and START where several lines are in one Messaging Service: both count for all of them, as Twilio has it."""

from datetime import timedelta

import pytest

from sandbox.testing import RunningSandbox
from threadline.accounts.testing import make_member
from threadline.compliance import policy, recording
from threadline.compliance.models import OptOut
from threadline.compliance.optouts import in_force
from threadline.lib import clock
from threadline.messaging import history
from threadline.messaging.models import Message
from threadline.messaging.testing import DANA, arrive, make_line, text
from threadline.messaging.verdicts import Refuse, Send
from threadline.numbers.models import Number
from threadline.numbers.refresh import refresh
from threadline.numbers.testing import make_connection, make_number

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("U11")]
SERVICE, OTHER_SERVICE = "MG" + "0" * 32, "MG" + "1" * 32


@pytest.fixture
def line() -> Number:
    """In the service, and with nothing behind it: these tests need no carrier."""
    return make_line(service_sid=SERVICE)


@pytest.fixture
def twin(line: Number) -> Number:
    """Another line of the same service."""
    return make_number(line.connection, service_sid=SERVICE)


def goes(line: Number, automatic: bool = False) -> bool:
    """Whether a text to Dana may leave over this line."""
    verdict = text(line.workspace, body=f"{Message.objects.count()}", number_id=line.id, automatic=automatic).verdict
    assert isinstance(verdict, Send) or (isinstance(verdict, Refuse) and verdict.code == "opted_out")
    return isinstance(verdict, Send)


def stopped(line: Number) -> set[str]:
    """The lines on which Dana's opt-outs stand."""
    return {phone for _address, phone in in_force(line.workspace_id, [DANA])}


@pytest.mark.parametrize("narrow", [False, True])
def test_a_stop_to_one_blocks_all_of_them_whatever_the_setting(line: Number, twin: Number, narrow: bool) -> None:
    alone = make_number(line.connection)
    policy.change(line.workspace, None, narrow_stop=narrow)
    arrive(line, "STOP")
    assert (goes(twin), goes(twin, automatic=True)) == (False, False)
    assert (goes(alone), goes(alone, automatic=True)) == (True, narrow)
    assert stopped(line) == {line.phone}  # kept on the line it was said to, with its evidence


def test_a_start_to_another_of_them_lifts_it_for_all(line: Number, twin: Number) -> None:
    arrive(line, "STOP", at=clock.now() - timedelta(minutes=1))
    arrive(twin, "START", sid="SM" + "5" * 32)
    assert goes(line) and goes(twin, automatic=True)
    lifted = OptOut.objects.get()
    assert (lifted.line, lifted.lifted_by) == (line.phone, "SM" + "5" * 32)


def test_a_start_lifts_nothing_that_was_said_to_a_line_elsewhere(line: Number, twin: Number) -> None:
    alone, elsewhere = make_number(line.connection), make_number(line.connection, service_sid=OTHER_SERVICE)
    for told in (line, alone, elsewhere):
        arrive(told, "STOP", at=clock.now() - timedelta(minutes=1))
    arrive(twin, "START")
    assert stopped(line) == {alone.phone, elsewhere.phone}
    arrive(alone, "START")
    assert stopped(line) == {elsewhere.phone}


def test_a_start_from_before_the_stop_lifts_nothing(line: Number, twin: Number) -> None:
    arrive(line, "STOP")
    arrive(twin, "START", at=clock.now() - timedelta(minutes=1))
    assert stopped(line) == {line.phone}


def test_what_a_member_recorded_stays_and_blocks_all_of_them(line: Number, twin: Number) -> None:
    maria = make_member(workspace=line.workspace)
    recording.opt_out(line.workspace, maria, DANA, [line.phone], "Asked on the phone", clock.now())
    arrive(twin, "START")
    assert (goes(line), goes(twin)) == (False, False)


def test_the_text_itself_knows_better_than_what_was_read_last_which_service_it_came_through() -> None:
    line = make_line(service_sid=SERVICE)
    joined = make_number(line.connection)
    arrive(line, "STOP", at=clock.now() - timedelta(minutes=1))
    arrive(joined, "START", messaging_service_sid=SERVICE)
    assert stopped(line) == set()


def test_another_workspace_in_the_same_service_keeps_its_own(line: Number) -> None:
    theirs = make_line(service_sid=SERVICE)
    arrive(theirs, "STOP", at=clock.now() - timedelta(minutes=1))
    arrive(line, "START")
    assert stopped(theirs) == {theirs.phone}


@pytest.mark.django_db(transaction=True)
def test_from_the_carrier_and_back_no_webhook_needed(carrier: RunningSandbox) -> None:
    """The account's services are read, a STOP and a START are found in its history, and the carrier agrees."""
    carrier.reset(accounts=True)
    carrier.control("POST", "services", {"friendly_name": "Intake", "numbers": carrier.numbers[:2]})
    connection = make_connection(account_sid=carrier.account_sid, auth_token=carrier.auth_token, base_url=carrier.url)
    line, twin = (make_number(connection, phone) for phone in carrier.numbers[:2])
    assert refresh(connection) == ""
    carrier.text(DANA, line.phone, "STOP")
    history.sync(line.connection)
    assert (goes(line), goes(twin)) == (False, False)
    carrier.text(DANA, twin.phone, "START")
    history.sync(line.connection)
    assert (goes(line), goes(twin)) == (True, True)
    form = {"To": DANA, "From": line.phone, "Body": "Hi"}
    assert carrier.api("POST", "Messages.json", form)["status"] == "queued"
