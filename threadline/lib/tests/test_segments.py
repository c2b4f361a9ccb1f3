import pytest
from hypothesis import given
from hypothesis import strategies as st

from threadline.lib.segments import TRIAL_PREFIX, Offender, measure, plain, replaceable, simplified

TICK, GRIN = "✓", "😀"


@pytest.mark.parametrize(
    ("text", "encoding", "segments"),
    [
        ("", "GSM-7", 1),
        ("a" * 160, "GSM-7", 1),
        ("a" * 161, "GSM-7", 2),
        ("a" * 306, "GSM-7", 2),
        ("a" * 307, "GSM-7", 3),
        ("a" * 158 + "€", "GSM-7", 1),
        ("a" * 159 + "€", "GSM-7", 2),
        ("a" * 152 + "€" + "a" * 152, "GSM-7", 3),
        (TICK * 70, "UCS-2", 1),
        (TICK * 71, "UCS-2", 2),
        (TICK * 134, "UCS-2", 2),
        (TICK * 135, "UCS-2", 3),
        (GRIN * 35, "UCS-2", 1),
        (GRIN * 36, "UCS-2", 2),
        (GRIN * 67, "UCS-2", 3),
        (TICK * 66 + GRIN + TICK * 66, "UCS-2", 3),
        ("’" + "a" * 159, "UCS-2", 3),
        ("[]", "GSM-7", 1),
    ],
)
def test_texts_are_packed_as_the_carrier_packs_them(text: str, encoding: str, segments: int) -> None:
    measured = measure(text)
    assert (measured.encoding, measured.segments) == (encoding, segments)


def test_brackets_cost_two_units_in_gsm_and_one_in_ucs2() -> None:
    """Counters known to be wrong charge two for pipes and braces in UCS-2 as well."""
    assert measure("[]").units == 4
    assert measure("[]|{}" + TICK).units == 6
    assert measure("|" * 69 + TICK).segments == 1


def test_smart_encoding_brings_a_curly_quote_back_to_one_segment() -> None:
    measured = measure("’" + "a" * 159, smart=True)
    assert (measured.encoding, measured.segments, measured.offending) == ("GSM-7", 1, ())


def test_the_offending_characters_are_named_with_their_places() -> None:
    assert measure("a ç “b” 😀").offending == (Offender(2, "ç"), Offender(4, "“"), Offender(6, "”"), Offender(8, "😀"))
    assert measure("a ç “b” 😀", smart=True).offending == (Offender(2, "ç"), Offender(8, "😀"))
    assert measure("plain").offending == ()


@pytest.mark.parametrize("letter", list("çêâîôûëïáíóú`\t"))
def test_look_alikes_of_gsm_letters_are_not_in_it(letter: str) -> None:
    assert measure(letter).encoding == "UCS-2"


def test_the_one_click_fix_leaves_letters_alone() -> None:
    assert simplified("“Hé” – ½ … ✓") == '"Hé" - 1/2 ... ✓'
    assert simplified("ＡＢＣ１２３") == "ABC123"
    assert simplified("a\u00a0b\u200b") == "a b"


def test_remaining_says_what_still_fits() -> None:
    assert measure("").remaining == 160
    assert measure("a" * 160).remaining == 0
    assert measure("a" * 161).remaining == 145
    assert (measure(TICK).remaining, measure(TICK).per_segment) == (69, 70)


def test_the_trial_prefix_is_38_units() -> None:
    assert measure(TRIAL_PREFIX).units == 38


def naive(text: str) -> int:
    """The standard, said slowly: cut characters into parts, never through one."""
    gsm = measure(text).encoding == "GSM-7"
    alone, each = (160, 153) if gsm else (70, 67)

    def width(char: str) -> int:
        return (2 if char in "^{}\\[]~|€\f" else 1) if gsm else len(char.encode("utf-16-le")) // 2

    if sum(map(width, text)) <= alone:
        return 1
    parts = [0]
    for char in text:
        if parts[-1] + width(char) > each:
            parts.append(0)
        parts[-1] += width(char)
    return len(parts)


@given(st.text(alphabet=st.sampled_from("ab€[|✓😀’é\n"), max_size=500))
def test_packing_agrees_with_the_slow_way(text: str) -> None:
    assert measure(text).segments == naive(text)


@given(st.text(max_size=300))
def test_any_text_can_be_measured_and_what_remains_fits(text: str) -> None:
    measured = measure(text)
    assert 0 <= measured.remaining <= measured.per_segment
    filler = "a" if measured.encoding == "GSM-7" else TICK
    assert measure(text + filler * measured.remaining).segments == measured.segments
    assert measure(text, smart=True).segments >= 1


@pytest.mark.parametrize(
    ("text", "replaced"),
    [
        ("“Ça va” — naïve façon… ½", '"Ça va" - naive facon... 1/2'),
        ("Łukasz, Zażółć, née, straße", "Lukasz, Zazolc, née, straße"),
        ("e\u0301te\u0301", "été"),
        ("a\u200bb → ™", "ab -> TM"),
        ("Привет 🎉", "Привет 🎉"),
    ],
)
def test_what_gsm_has_no_letter_for_is_replaced_by_the_nearest_it_has(text: str, replaced: str) -> None:
    assert plain(text) == replaced


@given(st.text())
def test_a_plain_text_is_plain_already_and_what_is_left_has_no_equal(text: str) -> None:
    once = plain(text)
    assert plain(once) == once
    assert all(replaceable(one.character) is None for one in measure(once).offending)
    assert measure(once).encoding == "GSM-7" or measure(text).encoding == "UCS-2"
