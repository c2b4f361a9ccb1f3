import socket
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from threadline.twilio import answers
from threadline.twilio.flight import Flight, FlightFullError, Landing
from threadline.twilio.outcomes import Accepted, NotSent, Outcome, Refused, Throttled, Unknown
from threadline.twilio.tests.carrier import Carrier, carrier, created, http, until

TEXT = [("To", "+14155550100"), ("From", "+15005550006"), ("Body", "Hé ✓ & more")]


@pytest.fixture
def flight() -> Iterator[Flight]:
    flight = Flight(limit=20, connect_timeout=2, total_timeout=5)
    yield flight
    flight.close()


def land(flight: Flight, count: int, seconds: float = 10.0) -> list[Landing]:
    landings: list[Landing] = []
    limit = time.monotonic() + seconds
    while len(landings) < count:
        assert time.monotonic() < limit, landings
        landings += flight.poll(0.1)
    return landings


def post(flight: Flight, to: Carrier | str, key: object = 1) -> Outcome:
    url = to if isinstance(to, str) else to.url
    flight.submit(key, url, "AC1", "token", TEXT)
    (landing,) = land(flight, 1)
    assert landing.key == key
    return landing.outcome


def test_an_accepted_text_tells_its_sid_and_arrives_as_it_was_written(flight: Flight) -> None:
    with carrier(created) as twilio:
        outcome = post(flight, twilio)
    assert outcome == Accepted(sid="SM" + "0" * 31 + "1", status="queued", num_segments="1")
    assert parse_qsl(twilio.accepted[0].decode()) == TEXT
    head = twilio.heads[0].decode()
    assert head.startswith("POST /~api.twilio.com/2010-04-01/Accounts/AC1/Messages.json HTTP/1.1\r\n")
    assert "Authorization: Basic QUMxOnRva2Vu" in head
    assert "Expect" not in head


def test_a_carrier_that_accepts_on_a_kept_alive_connection_and_hangs_up_gets_the_text_once(flight: Flight) -> None:
    """libcurl by itself posts it again on a new connection (T1)."""

    def answer(connection: socket.socket, number: int) -> bool:
        return created(connection, number) if number == 1 else False

    with carrier(answer) as twilio:
        assert isinstance(post(flight, twilio), Accepted)
        assert isinstance(post(flight, twilio, 2), Unknown)
        assert len(twilio.accepted) == 2
        assert twilio.connections == 1
        time.sleep(0.3)
        assert flight.poll(0.1) == []
        assert len(twilio.accepted) == 2


def test_many_hang_ups_at_once_are_each_counted_once(flight: Flight) -> None:
    def answer(connection: socket.socket, number: int) -> bool:
        return created(connection, number) if number <= 10 else False

    with carrier(answer) as twilio:
        for first in (0, 10):
            for number in range(first, first + 10):
                flight.submit(number, twilio.url, "AC1", "token", [("Body", str(number))])
            outcomes = {landing.key: landing.outcome for landing in land(flight, 10)}
        assert all(isinstance(outcome, Unknown) for outcome in outcomes.values())
        assert sorted(twilio.accepted) == sorted(f"Body={number}".encode() for number in range(20))


def test_a_fresh_connection_that_dies_after_the_text_left_is_unknown(flight: Flight) -> None:
    with carrier(lambda connection, number: False) as twilio:
        assert isinstance(post(flight, twilio), Unknown)
        assert len(twilio.accepted) == 1


def test_half_an_answer_is_unknown(flight: Flight) -> None:
    def answer(connection: socket.socket, number: int) -> bool:
        connection.sendall(http(201, {"sid": "SM1"})[:-5])
        return False

    with carrier(answer) as twilio:
        assert isinstance(post(flight, twilio), Unknown)


def test_no_answer_in_time_is_unknown() -> None:
    flight = Flight(limit=2, total_timeout=0.3)
    done = threading.Event()

    def answer(connection: socket.socket, number: int) -> bool:
        done.wait(10)
        return False

    with carrier(answer) as twilio:
        assert isinstance(post(flight, twilio), Unknown)
        done.set()
        assert len(twilio.accepted) == 1
    flight.close()


def test_a_refused_port_is_not_sent(flight: Flight) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    outcome = post(flight, f"http://127.0.0.1:{port}")
    assert isinstance(outcome, NotSent)
    assert "token" not in outcome.reason


def test_a_handshake_that_never_ends_is_not_sent() -> None:
    """TLS is spoken to a server that accepts and is silent: no byte of the request can have left."""
    flight = Flight(limit=2, connect_timeout=0.3, total_timeout=2)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        assert isinstance(post(flight, f"https://127.0.0.1:{listener.getsockname()[1]}"), NotSent)
    flight.close()


def test_a_server_that_speaks_no_tls_is_not_sent(flight: Flight) -> None:
    with carrier(created) as twilio:
        assert isinstance(post(flight, f"https://127.0.0.1:{twilio.port}"), NotSent)
        assert twilio.accepted == []


def test_credentials_leave_for_no_other_host(flight: Flight) -> None:
    for url in ("http://192.0.2.1", "https://api.twilio.com.evil.example", "http://api.twilio.com", "ftp://127.0.0.1"):
        assert isinstance(post(flight, url), NotSent)


@pytest.mark.parametrize(
    ("status", "body", "outcome"),
    [
        (400, {"code": 21610, "message": "stopped", "status": 400}, Refused(21610, "stopped", 400)),
        (401, b"", Refused(20003, "HTTP 401", 401)),
        (404, b"<html>", Refused(0, "HTTP 404", 404)),
        (408, b"", Unknown("HTTP 408")),
        (500, {"code": 20500, "message": "oops"}, Unknown("HTTP 500")),
        (503, b"", Unknown("HTTP 503")),
        (302, b"", Unknown("HTTP 302")),
        (201, b"not json", Unknown("HTTP 201 without a sid")),
        (201, [1], Unknown("HTTP 201 without a sid")),
        (200, {"sid": "SM1", "status": "accepted", "num_segments": 0}, Accepted("SM1", "accepted", "0")),
    ],
)
def test_answers_are_read_truthfully(flight: Flight, status: int, body: object, outcome: Outcome) -> None:
    def answer(connection: socket.socket, number: int) -> bool:
        connection.sendall(http(status, body))
        return True

    with carrier(answer) as twilio:
        assert post(flight, twilio) == outcome


@pytest.mark.parametrize(("headers", "pause"), [((), 1.0), (("Retry-After: 7",), 7.0), (("Retry-After: 9999",), 60.0)])
def test_a_429_was_not_executed_and_says_how_long_to_wait(
    flight: Flight, headers: tuple[str, ...], pause: float
) -> None:
    def answer(connection: socket.socket, number: int) -> bool:
        connection.sendall(http(429, {"code": 20429}, *headers))
        return True

    with carrier(answer) as twilio:
        assert post(flight, twilio) == Throttled(pause)


def test_connections_are_kept_alive_and_handles_used_again(flight: Flight) -> None:
    with carrier(created) as twilio:
        for number in range(30):
            assert isinstance(post(flight, twilio, number), Accepted)
        assert twilio.connections == 1


def test_a_new_token_is_used_at_once(flight: Flight) -> None:
    with carrier(created) as twilio:
        for token in ("one", "two"):
            flight.submit(token, twilio.url, "AC1", token, TEXT)
            land(flight, 1)
        assert b"QUMxOm9uZQ==" in twilio.heads[0]
        assert b"QUMxOnR3bw==" in twilio.heads[1]


def test_no_more_than_the_limit_is_in_the_air() -> None:
    flight = Flight(limit=3)
    open_ = threading.Event()

    def answer(connection: socket.socket, number: int) -> bool:
        open_.wait(10)
        return created(connection, number)

    with carrier(answer) as twilio:
        for number in range(3):
            flight.submit(number, twilio.url, "AC1", "token", TEXT)
        assert flight.free == 0
        with pytest.raises(FlightFullError):
            flight.submit(4, twilio.url, "AC1", "token", TEXT)
        open_.set()
        assert {landing.key for landing in land(flight, 3)} == {0, 1, 2}
        assert flight.free == 3
    flight.close()


def test_another_thread_can_wake_a_waiting_flight(flight: Flight) -> None:
    started = time.monotonic()
    threading.Timer(0.05, flight.wake).start()
    assert flight.poll(60) == []
    assert time.monotonic() - started < 30
    for _ in range(100_000):
        flight.wake()
    flight.poll(0)


def test_an_unfinished_flight_can_be_closed() -> None:
    flight = Flight(limit=3)
    hold = threading.Event()

    def answer(connection: socket.socket, number: int) -> bool:
        hold.wait(5)
        return False

    with carrier(answer) as twilio:
        flight.submit(1, twilio.url, "AC1", "token", TEXT)
        until(lambda: bool(flight.poll(0.01) or twilio.accepted))
        flight.close()
        hold.set()
    flight.wake()


def test_the_error_numbers_are_those_of_a_request_that_had_not_begun() -> None:
    assert 65 not in answers.NO_BYTE_LEFT  # the seek that we refuse
    assert 52 not in answers.NO_BYTE_LEFT  # an empty answer


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A self-signed certificate for 127.0.0.1, with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "carrier")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    secret = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path = tmp_path_factory.mktemp("tls") / "carrier.pem"
    path.write_bytes(made.public_bytes(pem) + secret)
    return path


def test_over_tls_too_a_text_is_accepted_once(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def answer(connection: socket.socket, number: int) -> bool:
        return created(connection, number) if number == 1 else False

    monkeypatch.setattr("threadline.twilio.flight._certificates", lambda: str(certificate))
    flight = Flight(limit=2)
    with carrier(answer, certificate) as twilio:
        assert isinstance(post(flight, twilio), Accepted)
        assert isinstance(post(flight, twilio, 2), Unknown)
        time.sleep(0.2)
        assert len(twilio.accepted) == 2
    flight.close()


def test_a_certificate_that_nobody_vouches_for_gets_nothing(flight: Flight, certificate: Path) -> None:
    with carrier(created, certificate) as twilio:
        assert isinstance(post(flight, twilio), NotSent)
        assert twilio.accepted == []
