"""Finding a conversation: by the digits of its number, from the front or the back, or by the person's name."""

import phonenumbers
from django.db.models import Q

from threadline.accounts.models import Workspace
from threadline.contacts.models import Contact

_PHONE = frozenset("0123456789+-().  /")
_ENOUGH = 2  # one digit finds everybody


def matching(workspace: Workspace, words: str) -> Q:
    """The condition on conversations for what was typed into the search box."""
    digits = "".join(letter for letter in words if letter.isascii() and letter.isdigit())
    if len(digits) >= _ENOUGH and _PHONE.issuperset(words):
        return _by_digits(workspace, digits)
    people = Contact.objects.living().filter(workspace=workspace, name__icontains=words).values("id")
    return Q(contact__in=people) | Q(address__istartswith=words)


def _by_digits(workspace: Workspace, digits: str) -> Q:
    """Ranges on the digits and on the digits reversed, each served by its index; a national number is found as well."""
    found = _starts("digits", digits) | _starts("digits_reversed", digits[::-1])
    code = str(phonenumbers.country_code_for_region(workspace.country))
    national = digits.lstrip("0")
    if code != "0" and national and not digits.startswith(code):
        found |= _starts("digits", code + national)
    return found


def _starts(field: str, digits: str) -> Q:
    """Everything that starts with the digits, as a range; both ends are digits, which every collation sorts alike."""
    least = Q(**{f"{field}__gte": digits})
    head = digits.rstrip("9")
    return least & Q(**{f"{field}__lt": f"{head[:-1]}{int(head[-1]) + 1}"}) if head else least
