"""People, the lists they are on, what else is known about them, and how they were imported."""

from threadline.contacts.models.contact import Contact
from threadline.contacts.models.custom_field import CustomField
from threadline.contacts.models.imports import Import, ImportRow
from threadline.contacts.models.lists import ContactList, ListMember

__all__ = ["Contact", "ContactList", "CustomField", "Import", "ImportRow", "ListMember"]
