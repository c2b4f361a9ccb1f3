"""What the people with the fake phones do by themselves: answer so many texts with given words, after a while."""

import zlib
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from . import clock, inbound
from .store import Store

if TYPE_CHECKING:
    from .network import Network

MOST, LONGEST = 20_000, 1600
SPENT = (
    "INSERT INTO answered (habit, phone, times) VALUES (?, ?, 1)"
    " ON CONFLICT (habit, phone) DO UPDATE SET times = times + 1"
)


@dataclass(frozen=True)
class Habit:
    """A phone (E.164, or a prefix ending in `*`), its words, the wait, how many texts each phone answers with them.

    `share` of the phones that fit have the habit: always the same ones.
    """

    phone: str
    body: str
    after_ms: int = 0
    times: int = 1
    share: float = 1.0


class Habits:
    """The habits in force; they and what was about to be answered survive a restart."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._sort(store.recall("habits", []))

    def replace(self, document: Any) -> None:
        """Put a list of habits in force; everybody starts anew. Raises ValueError, TypeError."""
        if not isinstance(document, list) or len(document) > MOST:
            raise ValueError(f"replies: a list of at most {MOST}")
        self._sort(document)
        self.store.remember("habits", document)
        self.store.write("DELETE FROM answered")
        self.store.write("DELETE FROM intended")

    def document(self) -> list[dict[str, Any]]:
        """The habits as JSON."""
        return [asdict(habit) for habit in self.habits]

    def note(self, network: "Network", rows: list[dict[str, Any]], moment: float) -> None:
        """Texts have arrived on phones of people: those with a habit mean to answer."""
        if not self.habits:
            return
        for row in rows:
            position = self._next(row["recipient"])
            if position is None or row["recipient"] in network.numbers.by_phone:
                continue
            habit = self.habits[position]
            self.store.write(SPENT, (position, row["recipient"]))
            self.store.write(
                "INSERT INTO intended (phone, number, body, due_at) VALUES (?, ?, ?, ?)",
                (row["recipient"], row["sender"], habit.body, moment + habit.after_ms / 1000),
            )

    def speak(self, network: "Network", limit: int = 250) -> int:
        """Send what is due; returns how many."""
        rows = self.store.rows(
            "SELECT * FROM intended WHERE due_at <= ? ORDER BY due_at, id LIMIT ?", (clock.now(), limit)
        )
        for row in rows:
            self.store.write("DELETE FROM intended WHERE id = ?", (row["id"],))
            if number := network.numbers.by_phone.get(row["number"]):
                inbound.receive(network, row["phone"], number, row["body"])
        return len(rows)

    def _sort(self, document: list[Any]) -> None:
        self.habits = [_read(entry) for entry in document]
        self.exact: dict[str, list[int]] = {}
        self.prefixes: list[int] = []
        for position, habit in enumerate(self.habits):
            if habit.phone.endswith("*"):
                self.prefixes.append(position)
            else:
                self.exact.setdefault(habit.phone, []).append(position)

    def _next(self, phone: str) -> int | None:
        fitting: list[int] = [*self.exact.get(phone, []), *self.prefixes]
        for position in sorted(fitting):
            habit = self.habits[position]
            if not (habit.phone == phone or phone.startswith(habit.phone[:-1])):
                continue
            if habit.share < 1 and zlib.crc32(f"{position} {phone}".encode()) / 2**32 >= habit.share:
                continue
            spent = self.store.row("SELECT times FROM answered WHERE habit = ? AND phone = ?", (position, phone))
            if spent is None or spent["times"] < habit.times:
                return position
        return None


def _read(entry: Any) -> Habit:
    if not isinstance(entry, dict) or entry.keys() - Habit.__dataclass_fields__.keys():
        raise ValueError("a reply has phone, body, after_ms, times, share")
    habit = Habit(**entry)
    if not (isinstance(habit.body, str) and 0 < len(habit.body) <= LONGEST and isinstance(habit.phone, str)):
        raise ValueError(f"a reply needs a phone and a body of at most {LONGEST} characters")
    if min(habit.after_ms, habit.times, habit.share) < 0:
        raise ValueError("after_ms, times and share cannot be negative")
    return habit
