"""Money as whole micro-USD (8300 is $0.0083): exact, and as fine as a carrier's price list."""

from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation

MICROS = 1_000_000


def dollars(micros: int, places: int | None = None) -> str:
    """Show an amount: "$12.34", "-$0.0083". At least two decimals, more only where they are not zero.

    With `places` exactly so many, rounded half to even.
    """
    amount = Decimal(abs(micros)) / MICROS
    if places is None:
        text = f"{amount:,.6f}".rstrip("0")
        whole, _, cents = text.partition(".")
        text = f"{whole}.{cents:0<2}"
    else:
        text = f"{amount.quantize(Decimal(1).scaleb(-places), ROUND_HALF_EVEN):,}"
    return f"-${text}" if micros < 0 and text.strip("0.,") else f"${text}"


def to_the_cent(micros: int) -> str:
    """Show an amount to the cent; less than a cent in full."""
    return dollars(micros, 2 if not micros or abs(micros) >= MICROS // 100 else None)


def micros(text: str | Decimal | None) -> int | None:
    """Read a carrier's amount in dollars ("-0.00830") as micro-USD, rounded half to even; None if it is no number."""
    if text is None:
        return None
    try:
        amount = Decimal(text)
    except InvalidOperation:
        return None
    if not amount.is_finite():
        return None
    return int((amount * MICROS).to_integral_value(ROUND_HALF_EVEN))
