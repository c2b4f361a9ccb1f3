"""Whatever is put on lists, tagged, filled in, left out, removed and added again: the leads are who they should be."""

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from threadline.campaigns import audience
from threadline.campaigns.audience import editing
from threadline.campaigns.audience.editing import Chosen
from threadline.campaigns.leads import lead_verbs
from threadline.campaigns.models import Campaign, Recipient
from threadline.campaigns.models.recipient import WAITING
from threadline.campaigns.testing import make_campaign, owner_of
from threadline.contacts import lists, tags
from threadline.contacts.models import Contact, ContactList, Tag
from threadline.contacts.people import Person
from threadline.contacts.testing import make_contacts, make_list, make_tag
from threadline.lib import clock

pytestmark = pytest.mark.django_db

PEOPLE = 3  # few, so that the same ones are met again and again
SOME = st.sets(st.integers(0, PEOPLE - 1), min_size=1)
SETS = ("own", "list", "tag", "field", "not list", "not tag", "not field")
STEPS = st.one_of(
    st.tuples(st.just("flip"), st.sampled_from(("own", "not list", "not field")), SOME),
    st.tuples(st.just("flip"), st.sampled_from(SETS), SOME),
    st.tuples(st.just("rule"), st.sampled_from(SETS[1:])),
    st.tuples(st.just("remove"), SOME),
    st.tuples(st.just("add"), SOME),
)


class World:
    """A draft and its people; beside the real ones, who is in which set, and where every lead ought to stand."""

    def __init__(self) -> None:
        self.campaign: Campaign = make_campaign()
        workspace = self.campaign.workspace
        self.people = make_contacts(workspace, PEOPLE)
        self.real: dict[str, ContactList | Tag] = {
            "own": self.campaign.list,
            "list": make_list(workspace, "Also"),
            "not list": make_list(workspace, "Out"),
            "tag": make_tag(workspace, "Also"),
            "not tag": make_tag(workspace, "Out"),
        }
        self.sets: dict[str, set[int]] = {name: set() for name in SETS}
        self.rules: dict[str, int] = {}
        self.state = dict.fromkeys(range(PEOPLE), "none")  # none, waits, out, removed
        self.now = clock.now()
        self.put("own", {0, 1})
        for name in ("list", "not list", "not field"):
            self.rule(name)
        self.turn()

    def welcome(self, one: int) -> bool:
        belongs = {"own", *self.rules} & {name for name in SETS if not name.startswith("not ")}
        without = {name for name in self.rules if name.startswith("not ")}
        return any(one in self.sets[name] for name in belongs) and not any(one in self.sets[name] for name in without)

    def flip(self, name: str, some: set[int]) -> None:
        """Into it whoever is not, out of it whoever is."""
        inside = some & self.sets[name]
        self.take(name, inside)
        self.put(name, some - inside)

    def put(self, name: str, some: set[int]) -> None:
        self.sets[name] |= some
        self._store(name, some, True)
        if name == "own" or (name == "list" and name in self.rules):
            self._again(some)

    def take(self, name: str, some: set[int]) -> None:
        self.sets[name] -= some
        self._store(name, some, False)

    def rule(self, name: str) -> None:
        """Choose it, or take it away again."""
        member = owner_of(self.campaign)
        if name in self.rules:
            editing.remove(self.campaign, member, self.rules.pop(name), self.now)
            left = {one for one, state in self.state.items() if state == "waits" and not self.belongs(one)}
            self.state |= dict.fromkeys(left, "out")
            return
        held = self.real.get(name)
        own = "contact.company" if name == "field" else "contact.email"
        what = f"{name.removeprefix('not ')}:{held.public_id if held else own}"
        chosen = Chosen("exclude" if name.startswith("not ") else "include", what, name)
        self.rules[name] = editing.add(self.campaign, member, chosen, self.now).pk

    def belongs(self, one: int) -> bool:
        return any(one in self.sets[name] for name in {"own", *self.rules} if not name.startswith("not "))

    def remove(self, some: set[int]) -> None:
        """By hand, whoever waits."""
        for one in some:
            if self.state[one] == "waits":
                lead_verbs.remove(self.campaign, self.people[one].pk, owner_of(self.campaign), self.now)
                self.state[one] = "removed"

    def add(self, some: set[int]) -> None:
        """By hand: on the campaign's own list."""
        audience.add(self.campaign, [Person(self.people[one].phone) for one in sorted(some)], self.now)
        self.sets["own"] |= some
        self._again(some)

    def turn(self) -> None:
        """A minute later the engine has looked."""
        self.now += timedelta(seconds=61)
        audience.refresh_all(self.now)
        for one, state in self.state.items():
            if state != "removed":
                self.state[one] = "waits" if self.welcome(one) else "out" if self._excluded(one) else state

    def check(self) -> None:
        leads = list(Recipient.objects.filter(campaign=self.campaign))
        assert len({lead.contact_id for lead in leads}) == len(leads)
        assert sum(audience.counts(self.campaign).values()) == len(leads)
        waiting = {lead.contact_id for lead in leads if lead.status in WAITING}
        assert waiting == {self.people[one].pk for one, state in self.state.items() if state == "waits"}
        removed = {lead.contact_id for lead in leads if lead.status == "removed" and not lead.how}
        assert removed == {self.people[one].pk for one, state in self.state.items() if state == "removed"}

    def _excluded(self, one: int) -> bool:
        """One who waits stays when no list has them any more, and leaves when something leaves them out."""
        waits = self.state[one] == "waits"
        return waits and any(one in self.sets[name] for name in self.rules if name.startswith("not "))

    def _again(self, some: set[int]) -> None:
        self.state |= {one: "out" for one in some if self.state[one] == "removed"}

    def _store(self, name: str, some: set[int], on: bool) -> None:
        contacts = [self.people[one].pk for one in sorted(some)]
        held = self.real.get(name)
        if held is None:
            column = "company" if name == "field" else "email"
            Contact.objects.filter(pk__in=contacts).update(**{column: name if on else ""})
            return
        with transaction.atomic():
            module = lists if isinstance(held, ContactList) else tags
            if on:
                module.add(held.pk, contacts, self.now)
            else:
                module.remove(held.pk, contacts)


@pytest.mark.requirement("000-27", "U10")
@given(steps=st.lists(STEPS, min_size=10, max_size=18))
@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_the_leads_are_who_belongs_but_for_who_is_left_out(steps: list[tuple[object, ...]]) -> None:
    with transaction.atomic():
        world = World()
        for verb, *given_ in steps:
            getattr(world, str(verb))(*given_)
            world.turn()
            world.check()
        transaction.set_rollback(True)
