from hypothesis import given
from hypothesis import strategies as st

from threadline.twilio.payloads import InboundText, Media, StatusUpdate

SID = "SM" + "0" * 32


def test_an_inbound_text_is_read() -> None:
    text = InboundText.parse(
        [
            ("ToCountry", "US"),
            ("MessageSid", SID),
            ("SmsSid", SID),
            ("AccountSid", "AC1"),
            ("From", "+14155550100"),
            ("To", "+15005550006"),
            ("Body", "Hé ✓"),
            ("NumMedia", "2"),
            ("NumSegments", "2"),
            ("MediaUrl0", "https://api.twilio.com/a"),
            ("MediaContentType0", "image/png"),
            ("MediaUrl1", "https://api.twilio.com/b"),
            ("OptOutType", "STOP"),
            ("SomethingNew", "x"),
        ]
    )
    assert (text.sid, text.from_, text.to, text.body) == (SID, "+14155550100", "+15005550006", "Hé ✓")
    assert text.media == (Media("https://api.twilio.com/a", "image/png"), Media("https://api.twilio.com/b", ""))
    assert (text.num_segments, text.opt_out_type) == (2, "STOP")


def test_missing_fields_are_empty_and_repeated_ones_count_once() -> None:
    text = InboundText.parse([("SmsSid", SID), ("Body", "one"), ("Body", "two"), ("NumMedia", "many")])
    assert (text.sid, text.body, text.media, text.num_segments, text.to) == (SID, "one", (), 1, "")
    assert InboundText.parse([]).sid == ""


def test_nul_is_made_visible_since_postgresql_stores_none() -> None:
    assert InboundText.parse([("Body", "a\x00b")]).body == "a\u2400b"


def test_no_more_than_ten_media_are_believed() -> None:
    params = [("NumMedia", "9999")] + [(f"MediaUrl{n}", f"https://x/{n}") for n in range(50)]
    assert len(InboundText.parse(params).media) == 10


def test_a_status_callback_is_read() -> None:
    update = StatusUpdate.parse(
        [("MessageSid", SID), ("MessageStatus", "undelivered"), ("ErrorCode", "30007"), ("AccountSid", "AC1")]
    )
    assert (update.sid, update.status, update.error_code) == (SID, "undelivered", 30007)
    assert StatusUpdate.parse([("SmsSid", SID), ("SmsStatus", "Sent")]).status == "sent"
    assert StatusUpdate.parse([("MessageSid", SID), ("MessageStatus", "sent")]).error_code is None


def test_a_read_receipt_is_a_status() -> None:
    assert StatusUpdate.parse([("MessageSid", SID), ("EventType", "READ")]).status == "read"


@given(
    st.lists(st.tuples(st.sampled_from(["MessageSid", "NumMedia", "ErrorCode", "Body", "From"]), st.text(max_size=9)))
)
def test_no_form_breaks_the_readers(params: list[tuple[str, str]]) -> None:
    assert "\x00" not in InboundText.parse(params).body
    StatusUpdate.parse(params)
