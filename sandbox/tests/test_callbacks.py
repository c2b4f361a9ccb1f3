"""Status callbacks: parameters, order, signature, retries, faults."""

from collections.abc import Callable

from sandbox.signature import sign
from sandbox.testing import RunningSandbox, eventually

from .conftest import Heard, Listener

PERSON = "+12125550161"
Send = Callable[..., dict[str, object]]


def test_a_delivered_text_calls_back_twice_signed(sandbox: RunningSandbox, listener: Listener, send: Send) -> None:
    url = f"{listener.url}/status/att_1?x=%20y"
    message = send(PERSON, StatusCallback=url)
    sent, delivered = listener.wait(2)[:2]
    for heard in (sent, delivered):
        assert heard.form["MessageSid"] == heard.form["SmsSid"] == message["sid"]
        assert heard.form["MessageStatus"] == heard.form["SmsStatus"]
        assert heard.form["AccountSid"] == sandbox.account_sid
        assert (heard.form["From"], heard.form["To"]) == (sandbox.numbers[0], PERSON)
        assert heard.headers["X-Twilio-Signature"] == sign(sandbox.auth_token, url, heard.form.items())
        assert heard.headers["User-Agent"] == "TwilioProxy/1.1"
    assert (sent.form["MessageStatus"], delivered.form["MessageStatus"]) == ("sent", "delivered")
    assert "RawDlrDoneDate" in delivered.form and "RawDlrDoneDate" not in sent.form
    assert sent.headers["I-Twilio-Idempotency-Token"] != delivered.headers["I-Twilio-Idempotency-Token"]


def test_a_filtered_text_ends_undelivered_with_its_code(
    sandbox: RunningSandbox, listener: Listener, send: Send
) -> None:
    sandbox.faults({"kind": "filtered", "to": PERSON})
    message = send(PERSON, StatusCallback=listener.url)
    last = listener.wait(2)[1]
    assert (last.form["MessageStatus"], last.form["ErrorCode"]) == ("undelivered", "30007")
    shown = sandbox.api("GET", f"Messages/{message['sid']}.json")
    assert (shown["status"], shown["error_code"], shown["error_message"]) == ("undelivered", 30007, "Message filtered")
    assert sandbox.texts(PERSON) == []


def test_failed_comes_before_sent(sandbox: RunningSandbox, listener: Listener, send: Send) -> None:
    sandbox.faults({"kind": "async_error", "code": 30001, "status": "failed"})
    send(PERSON, StatusCallback=listener.url)
    sandbox.settled()
    assert listener.statuses() == ["failed"]


def test_callbacks_can_be_doubled_lost_and_disordered(sandbox: RunningSandbox, listener: Listener, send: Send) -> None:
    sandbox.faults({"kind": "duplicate_callback"})
    send(PERSON, StatusCallback=listener.url)
    sandbox.settled()
    assert listener.statuses() == ["sent", "sent", "delivered", "delivered"]
    listener.heard.clear()
    sandbox.faults({"kind": "reorder_callback"})
    send(PERSON, StatusCallback=listener.url)
    sandbox.settled()
    assert listener.statuses() == ["delivered", "sent"]
    listener.heard.clear()
    sandbox.faults({"kind": "lose_callback", "count": 1})
    send(PERSON, StatusCallback=listener.url)
    sandbox.settled()
    assert listener.statuses() == ["delivered"]


def test_an_error_answer_is_not_retried_unless_the_url_says_so(
    sandbox: RunningSandbox, listener: Listener, send: Send
) -> None:
    listener.answer = lambda heard: (500, "text/plain", "")
    sandbox.faults({"kind": "no_receipt"})
    send(PERSON, StatusCallback=listener.url)
    sandbox.settled()
    assert len(listener.heard) == 1
    send(PERSON, StatusCallback=f"{listener.url}/retry#rc=2&rp=5xx")
    sandbox.settled()
    retries = [heard for heard in listener.heard if heard.path == "/retry"]
    assert len(retries) == 3
    assert len({heard.headers["I-Twilio-Idempotency-Token"] for heard in retries}) == 1


def test_a_restart_forgets_nothing(sandbox: RunningSandbox, listener: Listener, send: Send) -> None:
    sandbox.faults({"kind": "slow", "ms": 1500})
    message = send(PERSON, StatusCallback=listener.url)
    eventually(lambda: "sent" in listener.statuses())
    sandbox.restart()
    eventually(lambda: "delivered" in listener.statuses())
    assert sandbox.api("GET", f"Messages/{message['sid']}.json")["status"] == "delivered"


def test_a_redirect_turns_into_get_without_the_form(sandbox: RunningSandbox, listener: Listener, send: Send) -> None:
    def answer(heard: Heard) -> tuple[int, str, str]:
        return (302, "text/plain", "/there") if heard.path == "/here" else (200, "text/plain", "")

    listener.answer = answer
    sandbox.faults({"kind": "no_receipt"})
    send(PERSON, StatusCallback=f"{listener.url}/here")
    sandbox.settled()
    assert [(heard.method, heard.path) for heard in listener.heard] == [("POST", "/here"), ("GET", "/there")]
