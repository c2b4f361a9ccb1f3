"""The edge's form reader agrees with the standard library's, on any bytes."""

from urllib.parse import parse_qsl, urlencode

from hypothesis import given
from hypothesis import strategies as st

from threadline.ingest.form import fields


@given(st.lists(st.tuples(st.text(min_size=1, max_size=20), st.text(max_size=60)), max_size=25))
def test_what_was_encoded_comes_back(pairs: list[tuple[str, str]]) -> None:
    clean = [
        (name.encode("utf-8", "replace").decode(), value.encode("utf-8", "replace").decode()) for name, value in pairs
    ]
    assert fields(urlencode(clean).encode()) == clean


@given(st.text(alphabet="ab=&+%2F0é;", max_size=60))
def test_it_reads_odd_forms_as_the_standard_library_does(text: str) -> None:
    assert fields(text.encode()) == parse_qsl(text, keep_blank_values=True)


def test_bytes_that_are_no_utf_8_do_not_stop_it() -> None:
    assert fields(b"Body=\xff%ff&To=1") == [("Body", "\ufffd\ufffd"), ("To", "1")]
