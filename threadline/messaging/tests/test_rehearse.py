"""rehearse(): what it says is what send() then does, and it leaves no trace."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from threadline.billing.models import Wallet
from threadline.compliance import optouts
from threadline.compliance.models import Policy
from threadline.contacts.models import Contact
from threadline.lib import clock
from threadline.messaging.models import Message
from threadline.messaging.outgoing import Outgoing
from threadline.messaging.rehearse import rehearse
from threadline.messaging.send import send
from threadline.messaging.testing import DANA, make_line, text
from threadline.messaging.verdicts import Defer, Hold, Refuse, Send
from threadline.numbers.models import Number
from threadline.numbers.testing import make_number

pytestmark = pytest.mark.django_db

LUIS, AMIR, ROSA = "+18135550143", "+18135550144", "+18135550145"


def to_many(*people: str, body: str = "We open at nine", **more: object) -> list[Outgoing]:
    return [Outgoing(to=one, body=body, source="bulk:1", automatic=True, **more) for one in people]  # type: ignore[arg-type]


def stopped(line: Number, person: str) -> None:
    optouts.record([optouts.NewOptOut(line.workspace_id, line.phone, person, clock.now(), "STOP")])


def night_for(line: Number, person: str) -> None:
    now = clock.now()
    quiet = {"quiet_from": (now - timedelta(hours=1)).time(), "quiet_to": (now + timedelta(hours=8)).time()}
    Policy.objects.create(workspace=line.workspace, quiet_hours=True, **quiet)
    Contact.objects.create(workspace=line.workspace, phone=person, timezone="UTC")


def rows() -> dict[str, int]:
    return {model.__name__: model._default_manager.count() for model in apps.get_models()}


@pytest.mark.requirement("U12")
def test_it_says_what_send_does_and_writes_nothing() -> None:
    line = make_line()
    other = make_number(line.connection)
    text(line.workspace, DANA, "We open at nine")
    stopped(other, LUIS)  # of another number: to many, it counts all the same
    night_for(line, AMIR)
    asked = to_many(DANA, LUIS, AMIR, ROSA, "12")
    before, now = rows(), clock.now()
    with CaptureQueriesContext(connection) as queries:
        told = rehearse(line.workspace, asked, now)
    assert rows() == before
    assert {query["sql"].lstrip().split()[0] for query in queries} <= {"SELECT", "WITH"}
    assert [one.verdict for one in told] == [one.verdict for one in send(line.workspace, asked, now)]
    codes = [getattr(one.verdict, "code", "") for one in told]
    assert codes[:3] == ["duplicate", "opted_out", "quiet_hours"] and codes[4] == "invalid_to"
    assert isinstance(told[2].verdict, Defer)
    assert [one.segments for one in told[:3]] == [0, 0, 1]
    assert told[2].cost > 0 and told[1].cost == 0


def test_texts_of_one_rehearsal_count_each_other() -> None:
    line = make_line()
    Wallet.objects.create(workspace=line.workspace, monthly_budget=20_000)
    told = rehearse(line.workspace, to_many(DANA, LUIS, AMIR))
    assert [type(one.verdict) for one in told] == [Send, Send, Hold]
    assert sum(one.cost for one in told[:2]) == 16_600
    stopped(line, DANA)
    assert isinstance(rehearse(line.workspace, to_many(DANA))[0].verdict, Refuse)


def test_what_the_same_form_has_sent_is_told() -> None:
    line = make_line()
    send(line.workspace, to_many(DANA, client_token="one"))
    told = rehearse(line.workspace, [*to_many(DANA, client_token="one"), *to_many(LUIS, client_token="two")])
    assert told[0].earlier is not None and told[0].earlier.id == Message.objects.get().id
    assert told[1].earlier is None
