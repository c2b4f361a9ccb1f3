"""People as programs write and read them."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Annotated, Any, Final, Literal

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from pydantic import BaseModel, ConfigDict, Field

from threadline.accounts.models import Workspace
from threadline.api.problems import invalid
from threadline.api.rest import lists
from threadline.api.rest.shapes import ListOf, Shape
from threadline.contacts import fields as custom
from threadline.contacts import tags
from threadline.contacts.alike import folded
from threadline.contacts.models import Contact as Row
from threadline.contacts.naming import BadName
from threadline.contacts.people import LONGEST_VALUE, Person
from threadline.contacts.records import clean
from threadline.lib import phones, windows

MOST_FIELDS: Final = 100
MOST_TAGS: Final = 50
_ZONE: Final = "IANA, like America/New_York; without it the number says where they are."
Tag = Annotated[str, Field(max_length=80)]
Value = Annotated[str, Field(max_length=LONGEST_VALUE)]
_FIELDS: Final = "Your own fields, by key or label: {“Pet name”: “Rex”} is the field pet_name."


class Contact(Shape):
    """A person you know by a phone number."""

    object: Literal["contact"] = "contact"
    id: str
    phone: str = Field(description="E.164.")
    name: str | None = Field(description="In full.")
    first_name: str | None
    last_name: str | None
    company: str | None
    email: str | None
    timezone: str | None = Field(description="IANA, when somebody said so.")
    tags: list[str]
    other_phones: list[str] = Field(description="E.164, of people who were merged into this one.")
    fields: dict[str, str] = Field(description="Your own fields, by key.")
    created_at: datetime
    updated_at: datetime


class ContactList(ListOf[Contact]):
    """A page of people."""


class NewContact(BaseModel):
    """A person to save. Somebody with this number is completed: what is given is taken over, blanks erase nothing."""

    model_config = ConfigDict(extra="forbid", strict=True)

    phone: str = Field(max_length=80, description="With country code, or as written in the workspace's country.")
    name: str = Field("", max_length=160, description="In full; without it first and last name together.")
    first_name: str = Field("", max_length=80)
    last_name: str = Field("", max_length=80)
    company: str = Field("", max_length=160)
    email: str = Field("", max_length=254)
    fields: dict[str, Value] = Field({}, max_length=MOST_FIELDS, description=_FIELDS)


class ContactToSave(NewContact):
    """A person to save, with what only people have who are not saved as leads."""

    timezone: str = Field("", max_length=60, description=_ZONE)
    tags: list[Tag] = Field([], max_length=MOST_TAGS, description="Put on the person, beside those they have.")


class ContactChanges(BaseModel):
    """What shall be different. What is not named stays; "" or null empties a field."""

    model_config = ConfigDict(extra="forbid", strict=True)

    phone: str | None = Field(default=None, max_length=80, description="Of nobody else.")
    name: str | None = Field(default=None, max_length=160)
    first_name: str | None = Field(default=None, max_length=80)
    last_name: str | None = Field(default=None, max_length=80)
    company: str | None = Field(default=None, max_length=160)
    email: str | None = Field(default=None, max_length=254)
    timezone: str | None = Field(default=None, max_length=60, description=_ZONE)
    tags: list[Tag] | None = Field(default=None, max_length=MOST_TAGS, description="All tags they are to have.")
    fields: dict[str, Value | None] = Field({}, max_length=MOST_FIELDS, description=_FIELDS + " The others stay.")


class ContactFilters(lists.Paging):
    phone: str | None = Field(default=None, max_length=80, description="With this phone number.")
    list: str | None = Field(default=None, max_length=80, description="On this list, lst_….")
    tag: str | None = Field(default=None, max_length=80, description="With this tag, by its name.")


class DeletedContact(Shape):
    """Somebody who is not among the people any more."""

    object: Literal["contact"] = "contact"
    id: str
    deleted: Literal[True] = True


class ContactMerge(BaseModel):
    """Who is the same person."""

    model_config = ConfigDict(extra="forbid", strict=True)

    contact: str = Field(max_length=80, description="Who goes: the other entry, con_….")
    take: list[Annotated[str, Field(max_length=80)]] = Field(
        [], max_length=MOST_FIELDS, description="Fields that count as the other entry has them, like company."
    )


def shape(row: Row) -> Contact:
    return Contact(
        id=row.public_id,
        phone=row.phone,
        name=row.name or None,
        first_name=row.first_name or None,
        last_name=row.last_name or None,
        company=row.company or None,
        email=row.email or None,
        timezone=row.timezone or None,
        tags=sorted(one.tag.name for one in row.taggings.all()),
        other_phones=sorted(one.phone for one in row.aliases.all()),
        fields={key: str(value) for key, value in row.fields.items()},
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def person(workspace: Workspace, wish: NewContact, place: str = "") -> Person:
    """What the contacts room saves; new custom fields are made. `place` is where it stands ("people.3.")."""
    return Person(
        phone(workspace, wish.phone, f"{place}phone"),
        first_name=clean(wish.first_name, 80),
        last_name=clean(wish.last_name, 80),
        name=clean(wish.name, 160),
        company=clean(wish.company, 160),
        email=email(wish.email, f"{place}email"),
        fields=custom_values(workspace, wish.fields, f"{place}fields"),
    )


def zone(text: str, param: str) -> str:
    """A time zone or "". Raises Problem (400)."""
    name = clean(text, 60)
    if name and name not in windows.zones():
        raise invalid("parameter_invalid", f"“{name}” is not a time zone. Write it like America/New_York.", param)
    return name


def tag_names(given: Iterable[str], param: str) -> list[str]:
    """Each once, whatever its capitals. Raises Problem (400) for what cannot be a tag."""
    try:
        return list({folded(name): name for name in map(tags.clean, given)}.values())
    except BadName as problem:
        raise invalid("parameter_invalid", f"{param}: {problem}", param) from None


def phone(workspace: Workspace, text: str, param: str) -> str:
    """In E.164. Raises Problem (400)."""
    parsed = phones.parse(text, workspace.country)
    if parsed.e164 is None:
        raise invalid("invalid_phone", f"“{text[:40]}”: {parsed.reason.sentence}", param)
    return parsed.e164


def email(text: str, param: str) -> str:
    """Without blanks around it. Raises Problem (400)."""
    address = clean(text, 254)
    try:
        validate_email(address or "empty@example.com")
    except ValidationError:
        raise invalid("invalid_email", f"“{address[:60]}” is not an e-mail address.", param) from None
    return address


def custom_values(workspace: Workspace, given: Mapping[str, Any], param: str) -> dict[str, str]:
    """By key; None becomes "". Raises Problem (400) for a name without a letter or digit."""
    labels = {clean(label, 80): clean(value or "", LONGEST_VALUE) for label, value in given.items()}
    for label in labels:
        if not any(letter.isalnum() for letter in label):
            raise invalid("parameter_invalid", f"“{label}” cannot be the name of a field.", param)
    if not labels:
        return {}
    keys = custom.ensure(workspace.pk, labels)
    return {keys[label]: value for label, value in labels.items()}
