"""A thousand people in a CSV as people write it, imported by a worker that dies, and made the leads of a campaign."""

import io
import random
import threading
from collections import Counter
from dataclasses import dataclass

from tests.chaos.workers import fork
from tests.chaos.world import World
from threadline.campaigns import audience
from threadline.campaigns.models import Campaign
from threadline.campaigns.models.recipient import WAITING
from threadline.campaigns.testing import make_campaign, start_and_arm
from threadline.contacts import importing, lists
from threadline.contacts.importing import mapping, store
from threadline.contacts.models import Contact, ContactList, Import, ImportRow
from threadline.lib import clock

LEADS = 1_000
STEPS = (
    "Hi {{ first_name }}, our spring sale starts on Monday. Reply STOP to opt out.",
    "{{ first_name }}, shall we keep a place for {{ pet_name }}?",
    "Last call, {{ first_name }}.",
)
TIMES = {"merged": 60, "invalid": 40, "skipped": 25}
PLACES = ("import.before_batch", "import.in_batch", "import.before_commit", "import.after_commit")

_SPELLINGS = ("+1813555{}", "(813) 555-{}", "813.555.{}", "1-813-555-{}", " +1 813 555 {} ", "813555{}")
_NO_NUMBERS = ("12345", "n/a", "1.81356E+10", "+999 1234567", "", "813-555", "(813) 555-01421234")


def phone(n: int) -> str:
    return f"+1813555{n:04d}"


def words(n: int, steps: int) -> list[str]:
    """What person n gets, step by step."""
    named = (f"Hi Lead{n}, our spring sale starts on Monday. Reply STOP to opt out.",)
    return [*named, f"Lead{n}, shall we keep a place for Rex{n}?", f"Last call, Lead{n}."][:steps]


def csv_of(dice: random.Random) -> bytes:
    """LEADS people in any order, some of them again in another spelling, rows without a number and blank rows."""
    again = dice.sample(range(LEADS), TIMES["merged"])
    lines = [f"{dice.choice(_SPELLINGS).format(f'{n:04d}')},Lead{n},Rex{n}" for n in [*range(LEADS), *again]]
    lines += [f"{dice.choice(_NO_NUMBERS)},Nobody{n},Rex" for n in range(TIMES["invalid"])]
    lines += [dice.choice(("", ",,", " , ,  ")) for _ in range(TIMES["skipped"])]
    dice.shuffle(lines)
    return "\r\n".join(["Cell phone,First name,Pet name", *lines, ""]).encode("utf-8-sig")


@dataclass
class Crowd:
    """The campaign of one run, with everybody of the file in it."""

    campaign: Campaign
    steps: int

    def look(self) -> dict[str, int]:
        """The statuses of the audience, whose sum is everybody at every moment."""
        counts = audience.counts(self.campaign)
        assert sum(counts.values()) == LEADS, counts
        return counts

    def ended(self) -> bool:
        """Whether everybody has come to an end, one way or another."""
        counts = self.look()
        return not any(counts[status] for status in WAITING)


def imported(world: World, dice: random.Random) -> ContactList:
    """The list that the file was imported into, by a process that was killed at every place where it can be."""
    workspace = world.number.workspace
    file = store.open(workspace, None, "leads.csv", io.BytesIO(csv_of(dice)), "US")
    columns = mapping.suggest(file.headers, store.samples(file, 20), "US")
    assert columns == ["phone", "first_name", "field:pet_name"]
    people = lists.create(workspace, "Spring leads", None, clock.now())
    importing.begin(file, columns, people)
    for place in PLACES:
        assert fork(_import, world.log, f"{place}:1").wait(20) == -9, world.log.read_text()
    last = fork(_import, world.log)
    assert last.wait(30) == 0, world.log.read_text()
    _assert_every_row_is_accounted_for(file, people)
    return people


def _import(stop: threading.Event) -> None:
    while not stop.is_set() and importing.waiting():
        importing.step()


def _assert_every_row_is_accounted_for(file: Import, people: ContactList) -> None:
    file.refresh_from_db()
    people.refresh_from_db()
    counts = {name: getattr(file, name) for name in ("created", "updated", *TIMES)}
    assert counts == {"created": LEADS, "updated": 0, **TIMES}
    assert (file.state, file.rows_done) == ("done", LEADS + sum(TIMES.values()))
    assert Counter(ImportRow.objects.values_list("verdict", flat=True)) == TIMES
    assert not ImportRow.objects.filter(reason="").exists()
    everybody = sorted(phone(n) for n in range(LEADS))
    assert sorted(Contact.objects.values_list("phone", flat=True)) == everybody
    assert (people.size, people.members.count()) == (LEADS, LEADS)


def campaign_of(world: World, people: ContactList, steps: int, batch_size: int) -> Crowd:
    """A campaign to the list, active and armed, whose steps follow one another at once."""
    made = make_campaign(
        world.number,
        steps=STEPS[:steps],
        wait_hours=0,
        name="Spring sale",
        list=people,
        batch_size=batch_size,
        most_failed=0,  # a tenth of this crowd opts out: the circuit breaker would pause it, and rightly
        most_opt_outs=0,
    )
    audience.refresh(made, clock.now())
    return Crowd(start_and_arm(made), steps)
