"""A person texts a number: the webhook, the fallback, the TwiML answer."""

import base64
from urllib.request import Request, urlopen

from sandbox.signature import sign
from sandbox.testing import RunningSandbox

from .conftest import Heard, Listener

PERSON = "+12125550161"


def test_an_empty_sms_url_is_logged_and_nothing_called(sandbox: RunningSandbox) -> None:
    sandbox.text(PERSON, sandbox.numbers[0], "anybody there?")
    sandbox.settled()
    assert len(sandbox.api("GET", "Messages.json")["messages"]) == 1
    assert sandbox.webhooks() == []


def test_the_webhook_carries_twilios_parameters_signed(sandbox: RunningSandbox, listener: Listener) -> None:
    main, url = sandbox.numbers[0], f"{listener.url}/api/incoming-sms"
    sandbox.set_webhook(main, f"{url}#rc=3&rp=all")
    message = sandbox.text(PERSON, main, "Hé ✓ & =")
    form = listener.wait(1)[0].form
    assert form["MessageSid"] == form["SmsSid"] == form["SmsMessageSid"] == message["sid"]
    assert (form["From"], form["To"], form["Body"]) == (PERSON, main, "Hé ✓ & =")
    assert (form["NumMedia"], form["NumSegments"], form["SmsStatus"]) == ("0", "1", "received")
    assert (form["FromCity"], form["FromState"], form["ToCity"]) == ("NEW YORK", "NY", "SAN FRANCISCO")
    assert listener.heard[0].headers["X-Twilio-Signature"] == sign(sandbox.auth_token, url, form.items())


def test_get_webhooks_carry_the_form_in_the_query(sandbox: RunningSandbox, listener: Listener) -> None:
    main = sandbox.numbers[0]
    sandbox.set_webhook(main, f"{listener.url}/in?k=1", SmsMethod="GET")
    sandbox.text(PERSON, main, "hi")
    heard = listener.wait(1)[0]
    assert heard.method == "GET" and heard.form["k"] == "1" and heard.form["Body"] == "hi"
    assert heard.headers["X-Twilio-Signature"] == sign(sandbox.auth_token, listener.url + heard.path)


def test_media_are_offered_and_need_the_password(sandbox: RunningSandbox, listener: Listener) -> None:
    main, data = sandbox.numbers[0], b"\x89PNG not really"
    sandbox.set_webhook(main, listener.url)
    picture = {"content_type": "image/png", "data": base64.b64encode(data).decode()}
    message = sandbox.text(PERSON, main, "", [picture, {"content_type": "image/jpeg"}])
    form = listener.wait(1)[0].form
    assert str(message["sid"]).startswith("MM") and form["NumMedia"] == "2"
    assert (form["MediaContentType0"], form["MediaContentType1"]) == ("image/png", "image/jpeg")
    basic = base64.b64encode(f"{sandbox.account_sid}:{sandbox.auth_token}".encode()).decode()
    with urlopen(Request(form["MediaUrl0"], headers={"Authorization": f"Basic {basic}"})) as answer:
        assert answer.read() == data and answer.headers["Content-Type"] == "image/png"


def test_a_failing_webhook_goes_to_the_fallback(sandbox: RunningSandbox, listener: Listener) -> None:
    main = sandbox.numbers[0]

    def answer(heard: Heard) -> tuple[int, str, str]:
        return (200, "text/xml", "<Response/>") if heard.path == "/fallback" else (500, "text/plain", "")

    listener.answer = answer
    sandbox.set_webhook(main, f"{listener.url}/main", SmsFallbackUrl=f"{listener.url}/fallback")
    sandbox.text(PERSON, main, "hi")
    first, second = listener.wait(2)[:2]
    assert (first.path, second.path) == ("/main", "/fallback")
    assert (second.form["ErrorCode"], second.form["ErrorUrl"]) == ("11200", f"{listener.url}/main")
    assert first.headers["I-Twilio-Idempotency-Token"] == second.headers["I-Twilio-Idempotency-Token"]


def test_twiml_replies_are_sent(sandbox: RunningSandbox, listener: Listener) -> None:
    main = sandbox.numbers[0]
    listener.answer = lambda heard: (
        200,
        "text/xml",
        "<Response><Message>Thanks &amp; bye</Message><Message><Body>More</Body></Message></Response>",
    )
    sandbox.set_webhook(main, listener.url)
    sandbox.text(PERSON, main, "hi")
    listener.wait(1)
    sandbox.settled()
    replies = [message for message in sandbox.api("GET", "Messages.json")["messages"] if message["from"] == main]
    assert {message["direction"] for message in replies} == {"outbound-reply"}
    assert sorted(text["body"] for text in sandbox.texts(PERSON)) == ["More", "Thanks & bye", "hi"]


def test_a_lost_webhook_leaves_the_text_in_the_list(sandbox: RunningSandbox, listener: Listener) -> None:
    main = sandbox.numbers[0]
    sandbox.set_webhook(main, listener.url)
    sandbox.faults({"kind": "lose_inbound", "count": 1})
    sandbox.text(PERSON, main, "one")
    sandbox.text(PERSON, main, "two")
    sandbox.settled()
    assert [heard.form["Body"] for heard in listener.heard] == ["two"]
    assert len(sandbox.api("GET", "Messages.json")["messages"]) == 2


def test_short_codes_and_names_can_text(sandbox: RunningSandbox) -> None:
    assert sandbox.text("73283", sandbox.numbers[0], "code 1234")["from"] == "73283"
    assert sandbox.text("ACME Inc", sandbox.numbers[0], "hello")["from"] == "ACME Inc"


def test_a_text_between_two_of_our_numbers_arrives(sandbox: RunningSandbox) -> None:
    main, other = sandbox.numbers[:2]
    sandbox.api("POST", "Messages.json", {"To": other, "From": main, "Body": "inside"})
    sandbox.settled()
    listed = sandbox.api("GET", f"Messages.json?To=%2B{other[1:]}")["messages"]
    assert sorted(message["direction"] for message in listed) == ["inbound", "outbound-api"]


def test_odd_characters_arrive_as_they_are(sandbox: RunningSandbox, listener: Listener) -> None:
    main = sandbox.numbers[0]
    sandbox.set_webhook(main, listener.url)
    for words in ("nul\x00byte", "مرحبا 😀", "a\r\nb", "lone \ud800 surrogate"):
        sandbox.text(PERSON, main, words)
    sandbox.settled()
    heard = sorted(entry.form["Body"] for entry in listener.heard)
    assert heard == sorted(["nul\x00byte", "مرحبا 😀", "a\r\nb", "lone ? surrogate"])
