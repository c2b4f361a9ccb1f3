"""What people type, in the types it stands for: numbers with either decimal sign, texts that can be stored."""

from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _


def storable(text: str) -> str:
    """As messages keep it: NUL and half a surrogate pair cannot be stored, pictures stand for them."""
    text = text.replace("\x00", "␀").replace("\r\n", "\n")
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def decimal(value: Decimal | int | float | str) -> Decimal | None:
    """None for what is not a finite number."""
    try:
        number = Decimal(str(value).strip().replace(",", ".")) if len(str(value)) <= 20 else None
    except InvalidOperation:
        return None
    return number if number is not None and number.is_finite() else None


def whole(name: str, value: int | str, least: int, most: int, errors: dict[str, str]) -> int:
    """A whole number between two others; `least` and an error under `name` for anything else."""
    number = decimal(value)
    # The range first: int() of 1e999999 writes out a million digits.
    if number is None or not least <= number <= most or number != int(number):
        sentence = _("Give a whole number from %(least)s to %(most)s.")
        errors[name] = sentence % {"least": f"{least:,}", "most": f"{most:,}"}
        return least
    return int(number)
