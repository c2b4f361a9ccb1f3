"""A fast judge of plainly written phone numbers, made of the phonenumbers library's own metadata.

It answers only where the library's answer is certain: digits with blanks, dots, dashes and brackets between them,
behind "+" or in a region whose prefixes hide nothing. Of everything else it says that it does not know.
"""

import re
from functools import cache
from typing import Final

from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneMetadata, PhoneNumberDesc

_LONGEST: Final = 40  # characters
_SEPARATORS: Final = {ord(character): None for character in " .-()\u00a0"}
_NORTH_AMERICAN: Final = re.compile(r"(?:\+?1)?[2-9]\d{9}", re.ASCII)
_TYPES: Final = ("fixed_line", "mobile", "toll_free", "voip")
_OTHER_TYPES: Final = ("premium_rate", "shared_cost", "personal_number", "pager", "uan", "voicemail")
_NEVER: Final = re.compile(r"(?!)")


def judge(text: str, region: str) -> str | None:
    """The number in E.164; "" for what has ten digits in North America and is not in use; None: ask the library."""
    if len(text) > _LONGEST:
        return None
    digits = text.translate(_SEPARATORS)
    if digits[:1] == "+":
        code = _code_of(digits)
        match = _abroad(code).fullmatch(digits)
    else:
        code, pattern = _at_home(region)
        match = pattern.fullmatch(digits)
    if match is not None:
        return f"+{code}{match['rest']}"
    return "" if code == 1 and _NORTH_AMERICAN.fullmatch(digits) else None


def _code_of(digits: str) -> int:
    """The country code behind the plus sign, 0 when there is no such country."""
    for end in (2, 3, 4):
        code = digits[1:end]
        if code.isdecimal() and code.isascii() and int(code) in COUNTRY_CODE_TO_REGION_CODE:
            return int(code)
    return 0


@cache
def _abroad(code: int) -> re.Pattern[str]:
    """Matches "+", the country code and a number in use, the group "rest"."""
    main = COUNTRY_CODE_TO_REGION_CODE.get(code, ("001",))[0]
    metadata = PhoneMetadata.metadata_for_region(main, None) if main != "001" else None
    if metadata is None:
        return _NEVER
    return re.compile(rf"\+{code}(?P<rest>{_unless(metadata.national_prefix_for_parsing)}{_in_use(code)})", re.ASCII)


@cache
def _at_home(region: str) -> tuple[int, re.Pattern[str]]:
    """(country code, pattern of a number as it is dialled inside the region; group "rest" follows the prefix)."""
    metadata = PhoneMetadata.metadata_for_region(region, None) if region.isascii() and region.isupper() else None
    if metadata is None:
        return 0, _NEVER
    code, prefix, parsed = metadata.country_code or 0, metadata.national_prefix, metadata.national_prefix_for_parsing
    main = PhoneMetadata.metadata_for_region(COUNTRY_CODE_TO_REGION_CODE[code][0], None)
    same_plan = main is not None and _covers(metadata.general_desc, main.general_desc)
    plain = parsed is None or (prefix in parsed.split("|") and metadata.national_prefix_transform_rule is None)
    if not (same_plan and plain):
        return 0, _NEVER
    # What begins like an international prefix, or like the country's own code, may be just that.
    other_meanings = [metadata.international_prefix, None if prefix == str(code) else str(code)]
    optional = f"(?:{prefix})?" if parsed is not None else ""
    guards = "".join(map(_unless, other_meanings))
    return code, re.compile(f"{guards}{optional}(?P<rest>{_unless(parsed)}{_in_use(code)})", re.ASCII)


def _covers(mine: PhoneNumberDesc | None, main: PhoneNumberDesc | None) -> bool:
    """Whether a region takes everything for a number that the main region of its country code does."""
    if mine is None or main is None:
        return False
    same_digits = mine.national_number_pattern == main.national_number_pattern
    return same_digits and set(main.possible_length) <= set(mine.possible_length)


def _unless(pattern: str | None) -> str:
    return f"(?!{pattern})" if pattern else ""


@cache
def _in_use(code: int) -> str:
    """A pattern of national numbers that the library calls valid: in the first region that claims them.

    Of all of them in North America, whose other numbers are certainly not in use; elsewhere of those people have.
    """
    types = (*_TYPES, *_OTHER_TYPES) if code == 1 else _TYPES
    regions = [PhoneMetadata.metadata_for_region(name, None) for name in COUNTRY_CODE_TO_REGION_CODE[code]]
    choices: list[str] = []
    claimed = ""
    for metadata in filter(None, regions):
        leading = metadata.leading_digits if len(regions) > 1 else None
        general = _described(metadata.general_desc)
        kinds = list(dict.fromkeys(filter(None, (_described(getattr(metadata, name)) for name in types))))
        if general and kinds:
            here = f"(?={leading})" if leading else ""
            choices.append(f"{claimed}{here}(?={general}$)(?:{'|'.join(kinds)})(?!.)")
        if leading:
            claimed += _unless(leading)
    return f"(?:{'|'.join(choices)})"


def _described(kind: PhoneNumberDesc | None) -> str:
    """A pattern of the numbers of one kind, "" when there are none."""
    if kind is None or not kind.national_number_pattern or -1 in kind.possible_length:
        return ""
    lengths = "|".join(rf"\d{{{length}}}" for length in kind.possible_length)
    return (rf"(?=(?:{lengths})$)" if lengths else "") + f"(?:{kind.national_number_pattern})"
