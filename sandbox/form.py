"""Request parameters: pairs in the order they came, with look-ups that never fail."""

from urllib.parse import parse_qsl


class Form:
    """The pairs of a query string or of a form body."""

    def __init__(self, encoded: str) -> None:
        self.pairs: list[tuple[str, str]] = parse_qsl(encoded, keep_blank_values=True, errors="replace")
        self.last = dict(self.pairs)

    def __contains__(self, name: str) -> bool:
        return name in self.last

    def get(self, name: str, default: str = "") -> str:
        """The last value of a name."""
        return self.last.get(name, default)

    def all(self, name: str) -> list[str]:
        """Every value of a name that is not blank, in order."""
        return [value for key, value in self.pairs if key == name and value.strip()]
