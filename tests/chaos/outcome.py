"""What must hold once a campaign has come to rest, by the carrier's own list of what it took."""

from collections import Counter, defaultdict
from datetime import datetime, timedelta

from django.db.models import QuerySet, Sum

from tests.chaos.crowd import LEADS, Crowd, phone, words
from tests.chaos.world import World
from threadline.billing.ledger import balance
from threadline.billing.models import LedgerEntry
from threadline.campaigns.models import Recipient, Touch
from threadline.campaigns.testing import catch_up
from threadline.ingest.models import RawRequest
from threadline.messaging.models import Attempt, Message, OutboxEntry

COMMIT = timedelta(seconds=3)  # between the moment that a row names and its commit, at the most, on a busy machine


def check(world: World, crowd: Crowd, repliers: set[str], stoppers: set[str]) -> Counter[str]:
    """Everything that must hold; how many leads ended which way."""
    catch_up()  # the last worker may have gone between what was read and the leads
    taken = taken_by_person(world)
    leads = {lead.address: lead for lead in crowd.campaign.recipients.all()}
    read = {raw.address: raw.processed_at for raw in RawRequest.objects.filter(kind="inbound")}
    ways: Counter[str] = Counter()
    for n in range(LEADS):
        person, script = phone(n), words(n, crowd.steps)
        lead, got = leads[person], taken.pop(person, [])
        way = f"{lead.status} {lead.how}".strip()
        ways[way] += 1
        assert got == script[: len(got)], (person, way, got)  # each step at most once, and none before the one before
        assert (lead.status, lead.how) in _ways_of(person, repliers, stoppers, person in read), (person, way)
        if way == "completed finished":
            assert got == script, (person, got)
        if way == "completed finished" and person in repliers:
            assert person not in read or _at(read[person]) > _at(lead.ended_at) - COMMIT, (person, read[person], lead)
    assert taken == {}
    assert_nothing_after(read, repliers | stoppers)
    assert_rows_agree(world, crowd)
    assert_money_agrees(world)
    return ways


def taken_by_person(world: World) -> dict[str, list[str]]:
    """Everything the carrier ever took, in its own order."""
    taken: dict[str, list[str]] = defaultdict(list)
    for row in sorted(world.carrier.accepted(), key=lambda row: int(row["id"])):
        taken[row["to"]].append(row["body"])
    return dict(taken)


def _ways_of(person: str, repliers: set[str], stoppers: set[str], read: bool) -> set[tuple[str, str]]:
    """A reply that came after the last step changes nothing; a STOP that was read counts whenever it came."""
    finished = (Recipient.Status.COMPLETED, Recipient.How.FINISHED)
    if person in repliers:
        return {finished, (Recipient.Status.COMPLETED, Recipient.How.REPLIED)}
    if person in stoppers:
        opted_out = (Recipient.Status.OPTED_OUT, "")
        return {opted_out} if read else {finished, opted_out}
    return {finished}


def assert_nothing_after(read: dict[str, datetime | None], people: set[str]) -> None:
    """No try to text anybody went on the wire after what they wrote was read."""
    tries = Attempt.objects.filter(message__address__in=people).values_list("message__address", "wire_at")
    late = [(person, at, read[person]) for person, at in tries if person in read and at > _at(read[person])]
    assert late == []


def assert_rows_agree(world: World, crowd: Crowd) -> None:
    """Our messages, attempts and touches tell of the same texts as the carrier, and nothing is left over."""
    sids = {row["sid"] for row in world.carrier.accepted()}
    assert set(Attempt.objects.filter(outcome="accepted").values_list("sid", flat=True)) == sids
    assert set(Message.objects.filter(direction="outbound", sid__gt="").values_list("sid", flat=True)) == sids
    touches = Touch.objects.filter(recipient__campaign=crowd.campaign)
    assert set(touches.filter(message__sid__gt="").values_list("message__sid", flat=True)) == sids
    assert touches.values("recipient", "step").distinct().count() == touches.count()
    assert not touches.filter(message__sid=None).exclude(message__status__in=("canceled", "failed")).exists()
    assert not OutboxEntry.objects.exists()
    assert not Message.objects.filter(status__in=("unknown", "queued", "held")).exists()
    assert not Message.objects.filter(sid=None).exclude(status__in=("canceled", "failed")).exists()


def assert_money_agrees(world: World) -> None:
    """Each text is reserved once; what never reached the carrier is given back, once, and nothing else is."""
    entries = LedgerEntry.objects.filter(workspace=world.number.workspace)
    assert balance(world.number.workspace_id) == entries.aggregate(total=Sum("amount"))["total"]
    outbound = Message.objects.filter(direction="outbound")
    assert _messages_of(entries, "reserve") == set(outbound.values_list("id", flat=True))
    assert _messages_of(entries, "release") == set(outbound.filter(sid=None).values_list("id", flat=True))


def _messages_of(entries: QuerySet[LedgerEntry], kind: str) -> set[int]:
    sources = list(entries.filter(kind=kind).values_list("source", flat=True))
    pks = {int(source.removeprefix(f"{kind}:")) for source in sources}
    assert len(pks) == len(sources)
    return pks


def _at(moment: datetime | None) -> datetime:
    assert moment is not None
    return moment
