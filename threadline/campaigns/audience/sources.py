"""Where a campaign's people come from and whom it leaves out, as pieces of SQL about a row called `contact`."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.db import connection

from threadline.campaigns.models import AudienceRule, Campaign
from threadline.contacts.models import ContactList, Tag

By = AudienceRule.By
OURS: Final = "contact."  # how the key of one of our own columns begins; keys of custom fields have no dots
COLUMNS: Final = ("name", "first_name", "last_name", "company", "email", "timezone")
_NOBODY: Final = "1 = 0"


@dataclass(frozen=True, slots=True)
class Piece:
    """SQL with its parameters."""

    sql: str
    values: list[Any] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Source:
    """A list, a tag or the value of a field. `rule` is None for the campaign's own list."""

    by: str
    workspace_id: int
    owner_id: int = 0  # row id of the list or tag
    key: str = ""
    value: str = ""
    rule: AudienceRule | None = None

    @property
    def place(self) -> int:
        """Its place among the sources when Lead priority is list order; the campaign's own list comes first."""
        return self.rule.pk if self.rule else 0

    @property
    def spot(self) -> str:
        """What orders its people: they were put on the list, or got the tag, in this order."""
        return "contact.id" if self.by == By.FIELD else "member.id"

    def people(self) -> Piece:
        """FROM … WHERE …, with `contact` and, for lists and tags, `member`."""
        if self.by == By.FIELD:
            fits = self.holds()
            return Piece(
                f"FROM contacts_contact AS contact WHERE contact.workspace_id = %s AND {fits.sql}",
                [self.workspace_id, *fits.values],
            )
        table, owner = self.members()
        return Piece(
            f"FROM {table} AS member JOIN contacts_contact AS contact ON contact.id = member.contact_id "
            f"WHERE member.{owner} = %s",
            [self.owner_id],
        )

    def holds(self) -> Piece:
        """Whether `contact` is among its people."""
        if self.by == By.FIELD:
            return _has_value(self.key, self.value)
        table, owner = self.members()
        return Piece(
            f"EXISTS (SELECT 1 FROM {table} AS one WHERE one.{owner} = %s AND one.contact_id = contact.id)",
            [self.owner_id],
        )

    def members(self) -> tuple[str, str]:
        """The table of a list's or tag's people, and its column with the list or tag."""
        return ("contacts_listmember", "list_id") if self.by == By.LIST else ("contacts_tagging", "tag_id")

    def lock(self) -> int:
        """Wait for whoever adds people just now, and keep others out: its version, in the order of whose commits
        its people have their ids."""
        model: type[ContactList] | type[Tag] = ContactList if self.by == By.LIST else Tag
        return model.objects.select_for_update(no_key=True).only("id", "version").get(id=self.owner_id).version


@dataclass(frozen=True, slots=True)
class Sources:
    """All of one campaign: who belongs to it, in order, and who is left out whatever they belong to."""

    included: Sequence[Source]
    excluded: Sequence[Source]

    def belongs(self) -> Piece:
        return _any([one.holds() for one in self.included])

    def left_out(self) -> Piece:
        return _any([one.holds() for one in self.excluded])


def of(campaign: Campaign) -> Sources:
    """As its rules stand now; one query."""
    own = Source(By.LIST, campaign.workspace_id, campaign.list_id)
    rules = list(campaign.audience_rules.order_by("id"))
    return Sources(
        [own, *(_source(campaign, rule) for rule in rules if rule.mode == AudienceRule.Mode.INCLUDE)],
        [_source(campaign, rule) for rule in rules if rule.mode == AudienceRule.Mode.EXCLUDE],
    )


def _source(campaign: Campaign, rule: AudienceRule) -> Source:
    owner_id = rule.list_id or rule.tag_id or 0
    return Source(rule.by, campaign.workspace_id, owner_id, rule.field_key, rule.field_value, rule)


def _has_value(key: str, value: str) -> Piece:
    """Equal but for capitals. SQLite's lower() knows ASCII only, so every usual way to write it is compared with."""
    spellings = {value, value.lower(), value.upper(), value.title(), value.capitalize()}
    wanted = sorted({_ascii_lower(one.strip()) for one in spellings} | {value.strip().lower()})
    column, values = _column(key)
    marks = ", ".join(["%s"] * len(wanted))
    return Piece(f"COALESCE(lower(trim({column})), '') IN ({marks})", [*values, *wanted])


def _column(key: str) -> tuple[str, list[str]]:
    own = key.removeprefix(OURS)
    if own != key and own in COLUMNS:
        return f"contact.{own}", []
    if connection.vendor == "postgresql":
        return "contact.fields ->> %s", [key]
    return "json_extract(contact.fields, %s)", [f'$."{key}"']


def _ascii_lower(text: str) -> str:
    return "".join(letter.lower() if letter.isascii() else letter for letter in text)


def _any(pieces: Sequence[Piece]) -> Piece:
    if not pieces:
        return Piece(_NOBODY)
    return Piece(f"({' OR '.join(one.sql for one in pieces)})", [value for one in pieces for value in one.values])
