"""People, the lists and tags they are on, what else is known about them, and how they were imported."""

from threadline.contacts.models.contact import Contact
from threadline.contacts.models.custom_field import CustomField
from threadline.contacts.models.imports import Import, ImportChange, ImportRow
from threadline.contacts.models.lists import ContactList, ListMember
from threadline.contacts.models.merges import Alias, Merge
from threadline.contacts.models.tags import Tag, Tagging

__all__ = [
    "Alias",
    "Contact",
    "ContactList",
    "CustomField",
    "Import",
    "ImportChange",
    "ImportRow",
    "ListMember",
    "Merge",
    "Tag",
    "Tagging",
]
