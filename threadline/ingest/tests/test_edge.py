"""The carrier's door: what is accepted is on record before the answer, what is refused is on record too."""

import asyncio

import pytest
from asgiref.sync import sync_to_async
from django.db import OperationalError
from pytest_django.fixtures import Settings

from threadline.compliance.models import OptOut
from threadline.ingest import quarantine, writer
from threadline.ingest.models import Quarantined, RawRequest
from threadline.ingest.testing import BASE, inbound, post, running_edge, sid, status
from threadline.numbers.models import Connection, Number
from threadline.numbers.testing import TOKEN, make_connection, make_number
from threadline.twilio.signature import sign

pytestmark = pytest.mark.django_db(transaction=True)

FIXED = "/api/incoming-sms"


@pytest.fixture(autouse=True)
def public_url(settings: Settings) -> None:
    settings.THREADLINE_URL = BASE


@pytest.fixture
def number() -> Number:
    return make_number(make_connection(base_url=""), "+18335550100")


def _fields(number: Number, body: str = "Hello", **more: str) -> list[tuple[str, str]]:
    return list(inbound(number.account_sid, number.phone, body, **more))


@sync_to_async
def _raws() -> list[RawRequest]:
    return list(RawRequest.objects.order_by("id"))


@sync_to_async
def _refused() -> list[Quarantined]:
    return list(Quarantined.objects.order_by("id"))


@pytest.mark.requirement("000-12")
async def test_a_signed_text_is_stored_raw_and_answered_with_empty_twiml(number: Number) -> None:
    fields = _fields(number, "Grüße ✓ 🎉")
    async with running_edge() as edge:
        answer = await post(edge, FIXED, fields)
    assert (answer.status, answer.body) == (200, "<Response/>")
    assert answer.headers["content-type"].startswith("text/xml")
    (raw,) = await _raws()
    assert (raw.workspace_id, raw.connection_id) == (number.workspace_id, number.connection_id)
    assert (raw.kind, raw.address, raw.processed_at, raw.problem) == ("inbound", "+14155550123", None, "")
    assert "Gr%C3%BC%C3%9Fe" in raw.body


@pytest.mark.requirement("U8")
async def test_both_forms_of_the_address_work(number: Number) -> None:
    key = (await sync_to_async(Connection.objects.get)()).hook_key
    async with running_edge() as edge:
        for path in (FIXED, f"/hooks/{key}/incoming-sms", f"/hooks/{key}/incoming-sms/"):
            assert (await post(edge, path, _fields(number))).status == 200
    assert len(await _raws()) == 3


async def test_status_callbacks_carry_the_attempt_in_their_path(number: Number) -> None:
    key = (await sync_to_async(Connection.objects.get)()).hook_key
    message = sid()
    async with running_edge() as edge:
        for path in (f"/hooks/{key}/message-status/att_1", f"/hooks/{key}/message-status", "/api/message-status/att_2"):
            for word in ("sent", "delivered"):
                fields = status(number.account_sid, message if "att_1" in path else sid(), word, number.phone)
                answer = await post(edge, path, fields)
                assert (answer.status, answer.body) == (204, "")
    assert [raw.attempt for raw in await _raws()] == ["att_1", "att_1", "", "", "att_2", "att_2"]


async def test_a_repeated_webhook_is_a_no_op_with_the_same_answer(number: Number) -> None:
    fields = _fields(number)
    async with running_edge() as edge:
        answers = await asyncio.gather(*(post(edge, FIXED, fields) for _ in range(20)))
        again = await post(edge, FIXED, fields)
    assert {answer.status for answer in [*answers, again]} == {200}
    assert len(await _raws()) == 1


@pytest.mark.parametrize("token", ["", "wrong" * 6])
async def test_a_forged_or_unsigned_webhook_is_refused_and_kept(number: Number, token: str) -> None:
    async with running_edge() as edge:
        fields = _fields(number, "STOP")
        signature = sign(token, BASE + FIXED, fields) if token else ""
        answer = await post(edge, FIXED, fields, signature=signature)
    assert answer.status == 403
    assert await _raws() == []
    assert not await OptOut.objects.aexists()
    (refused,) = await _refused()
    assert refused.reason == ("bad_signature" if token else "unsigned")
    assert refused.connection_id == number.connection_id
    assert refused.diagnosis
    assert "STOP" in refused.body


async def test_a_changed_field_breaks_the_signature(number: Number) -> None:
    fields = _fields(number)
    good = sign(TOKEN, BASE + FIXED, fields)
    async with running_edge() as edge:
        answer = await post(edge, FIXED, [*fields, ("MediaUrl0", "https://evil.example")], signature=good)
    assert answer.status == 403


async def test_the_diagnosis_names_the_url_that_was_signed(number: Number) -> None:
    async with running_edge() as edge:
        await post(edge, FIXED, _fields(number), signed_url="http://texts.example.com" + FIXED)
        await post(
            edge,
            FIXED,
            _fields(number),
            signed_url="https://old.example.com" + FIXED,
            headers={"host": "old.example.com"},
        )
    scheme, host = await _refused()
    assert "http://texts.example.com" in scheme.diagnosis
    assert "https://old.example.com" in host.diagnosis


async def test_a_former_public_url_stays_valid(number: Number, settings: Settings) -> None:
    settings.THREADLINE_FORMER_URLS = ["https://old.example.com"]
    async with running_edge() as edge:
        answer = await post(edge, FIXED, _fields(number), signed_url="https://old.example.com" + FIXED)
    assert answer.status == 200


async def test_twilio_may_sign_with_or_without_the_port(number: Number) -> None:
    async with running_edge() as edge:
        answer = await post(edge, FIXED, _fields(number), signed_url="https://texts.example.com:443" + FIXED)
    assert answer.status == 200


async def test_the_local_address_is_for_sandbox_connections_alone(number: Number, settings: Settings) -> None:
    settings.THREADLINE_LOCAL_URL = "http://127.0.0.1:8000"
    toy = await sync_to_async(lambda: make_number(make_connection(), "+18335550111"))()
    async with running_edge() as edge:
        local = "http://127.0.0.1:8000" + FIXED
        assert (await post(edge, FIXED, _fields(toy), signed_url=local)).status == 200
        assert (await post(edge, FIXED, _fields(number), signed_url=local)).status == 403


@pytest.mark.parametrize(("peer", "expected"), [("10.1.2.3", 200), ("203.0.113.9", 403)])
async def test_forwarded_headers_count_only_from_a_trusted_proxy(
    number: Number, settings: Settings, peer: str, expected: int
) -> None:
    settings.THREADLINE_URL = ""
    settings.THREADLINE_TRUSTED_PROXIES = ["10.0.0.0/8"]
    headers = {"x-forwarded-proto": "https", "x-forwarded-host": "texts.example.com", "host": "inner:8000"}
    async with running_edge() as edge:
        answer = await post(edge, FIXED, _fields(number), headers=headers, peer=peer)
    assert answer.status == expected


async def test_a_query_is_part_of_what_was_signed(number: Number) -> None:
    async with running_edge() as edge:
        assert (await post(edge, FIXED, _fields(number), query="a=b%20c")).status == 200


async def test_a_new_token_saved_elsewhere_is_read_again_on_a_mismatch(number: Number) -> None:
    async with running_edge() as edge:
        assert (await post(edge, FIXED, _fields(number))).status == 200

        @sync_to_async
        def rotate() -> None:
            connection = Connection.objects.get()
            connection.auth_token = "f" * 32
            connection.save(update_fields=["auth_token_sealed"])

        await rotate()
        assert (await post(edge, FIXED, _fields(number), token="f" * 32)).status == 200
        assert (await post(edge, FIXED, _fields(number), token=TOKEN)).status == 403


async def test_an_unknown_account_or_address_is_kept_for_the_operator(number: Number) -> None:
    async with running_edge() as edge:
        assert (await post(edge, FIXED, inbound("AC" + "0" * 32, number.phone))).status == 403
        assert (await post(edge, "/hooks/nobody/incoming-sms", _fields(number))).status == 403
    assert [(row.reason, row.connection_id) for row in await _refused()] == [("unknown_account", None)] * 2


async def test_an_unclaimed_line_of_the_only_workspace_is_accepted(number: Number) -> None:
    async with running_edge() as edge:
        answer = await post(edge, FIXED, inbound(number.account_sid, "+18335550999"))
    assert answer.status == 200
    (raw,) = await _raws()
    assert raw.workspace_id == number.workspace_id


@pytest.mark.requirement("U8")
async def test_two_workspaces_on_one_account_each_get_their_own_lines(number: Number) -> None:
    @sync_to_async
    def other() -> Number:
        return make_number(make_connection(base_url="", account_sid=number.account_sid), "+18335550200")

    theirs = await other()
    async with running_edge() as edge:
        assert (await post(edge, FIXED, _fields(number))).status == 200
        assert (await post(edge, FIXED, _fields(theirs))).status == 200
        unclaimed = await post(edge, FIXED, inbound(number.account_sid, "+18335550999"))
        # By its own address a workspace gets even a line that nobody chose.
        key = (await sync_to_async(Connection.objects.get)(pk=theirs.connection_id)).hook_key
        pinned = await post(edge, f"/hooks/{key}/incoming-sms", inbound(number.account_sid, "+18335550999"))
    assert (unclaimed.status, pinned.status) == (403, 200)
    assert [raw.workspace_id for raw in await _raws()] == [
        number.workspace_id,
        theirs.workspace_id,
        theirs.workspace_id,
    ]
    refused = await _refused()
    assert {row.connection_id for row in refused} == {number.connection_id, theirs.connection_id}
    assert {row.reason for row in refused} == {"unknown_line"}


async def test_looking_at_the_address_says_what_it_is_for(number: Number) -> None:
    async with running_edge() as edge:
        looked = await post(edge, FIXED, [], method="GET", signature="")
        assert await _refused() == []
        query = "MessageSid=SM1&AccountSid=" + number.account_sid + "&To=%2B18335550100&Body=hi"
        misconfigured = await post(edge, FIXED, [], method="GET", query=query)
    assert (looked.status, misconfigured.status) == (405, 405)
    assert "POST" in looked.body
    assert looked.headers["allow"] == "POST"
    (row,) = await _refused()
    assert (row.reason, row.connection_id) == ("wrong_method", number.connection_id)


async def test_a_body_beyond_64_kb_is_refused_and_cut(number: Number) -> None:
    async with running_edge() as edge:
        answer = await post(edge, FIXED, [("Body", "x" * 200_000)])
    assert answer.status == 413
    (row,) = await _refused()
    assert (row.reason, len(row.body)) == ("too_large", 64 * 1024)


async def test_a_stop_is_on_record_before_the_answer_and_only_once(number: Number) -> None:
    fields = _fields(number, " Stop ")
    async with running_edge() as edge:
        assert (await post(edge, FIXED, fields)).status == 200
        opt_out = await OptOut.objects.aget()
        assert (opt_out.line, opt_out.address, opt_out.word) == (number.phone, "+14155550123", "STOP")
        assert (opt_out.evidence, opt_out.reference) == ("inbound", dict(fields)["MessageSid"])
        # Lifted by a START meanwhile: the carrier's repeat of the old STOP must not bring it back.
        await OptOut.objects.aupdate(lifted_at=opt_out.at)
        assert (await post(edge, FIXED, fields)).status == 200
    assert not await OptOut.objects.filter(lifted_at=None).aexists()


async def test_twilios_opt_out_type_stops_whatever_the_words(number: Number) -> None:
    async with running_edge() as edge:
        await post(edge, FIXED, _fields(number, "ARRET", OptOutType="STOP"))
        await post(edge, FIXED, _fields(number, "please stop"))
    assert await OptOut.objects.acount() == 1


@pytest.mark.parametrize("from_", ["72345", "ACME", "whatsapp:+14155550123", "US.13491208655302741918", "+1\x00415"])
async def test_any_sender_is_taken_as_it_is(number: Number, from_: str) -> None:
    async with running_edge() as edge:
        assert (await post(edge, FIXED, inbound(number.account_sid, number.phone, from_=from_))).status == 200
    (raw,) = await _raws()
    assert raw.address == from_.replace("\x00", "\u2400")


@pytest.mark.parametrize(
    "body",
    [
        "",
        "a\x00b",
        "🎉" * 1600,
        "مرحبا بالعالم",
        "x" * 1600,
        "a&b=c+d%20e;f",
        "line\r\nline",
        "\ufffd\ud83c".encode("utf-8", "replace").decode(),
    ],
)
async def test_any_text_is_taken_as_it_is(number: Number, body: str) -> None:
    async with running_edge() as edge:
        assert (await post(edge, FIXED, _fields(number, body))).status == 200
    assert len(await _raws()) == 1


async def test_when_the_disk_says_no_the_answer_is_500_and_the_next_one_works(
    number: Number, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit = writer._commit
    async with running_edge() as edge:

        def broken(turn: list[writer.Raw]) -> None:
            raise OperationalError("disk full")

        monkeypatch.setattr(writer, "_commit", broken)
        assert (await post(edge, FIXED, _fields(number))).status == 500
        monkeypatch.setattr(writer, "_commit", commit)
        assert (await post(edge, FIXED, _fields(number))).status == 200
    assert len(await _raws()) == 1


async def test_one_row_that_cannot_be_stored_does_not_take_the_others_with_it(number: Number) -> None:
    async with running_edge() as edge:
        await post(edge, FIXED, _fields(number))  # now the directory knows the connection …
        gone = await sync_to_async(make_number)(await sync_to_async(make_connection)(base_url=""))
        assert (await post(edge, FIXED, _fields(gone))).status == 200
        await sync_to_async(gone.connection.delete)()  # … also this one, which is deleted
        answers = await asyncio.gather(*(post(edge, FIXED, _fields(each)) for each in [gone, number, number]))
    assert sorted(answer.status for answer in answers) == [200, 200, 500]


async def test_refused_requests_are_capped_per_hour(number: Number, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quarantine, "MOST_PER_HOUR", 3)
    async with running_edge() as edge:
        for _ in range(6):
            assert (await post(edge, FIXED, _fields(number), signature="forged")).status == 403
    async with running_edge() as edge:  # another process counts what is in the table
        await post(edge, FIXED, _fields(number), signature="forged")
    assert len(await _refused()) == 3
