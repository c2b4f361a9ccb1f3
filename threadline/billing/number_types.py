"""Kinds of numbers that carriers bill and throttle apart, told by the number itself."""

import re
from functools import lru_cache
from typing import Final

from django.utils.translation import gettext_lazy as _

LOCAL: Final = "local"
TOLL_FREE: Final = "toll_free"
SHORT_CODE: Final = "short_code"

NAMES: Final = {LOCAL: _("Local"), TOLL_FREE: _("Toll-free"), SHORT_CODE: _("Short code")}

_TOLL_FREE = re.compile(r"\+1(?:800|833|844|855|866|877|888)\d{7}")
_SHORT_CODE = re.compile(r"\d{3,8}")


@lru_cache(maxsize=4096)
def of(phone: str) -> str:
    """The kind of one of our numbers, E.164 or a short code."""
    if _TOLL_FREE.fullmatch(phone):
        return TOLL_FREE
    return SHORT_CODE if _SHORT_CODE.fullmatch(phone) else LOCAL
