"""What each column of a file is: suggested by its name and by what stands in it, checked before an import begins."""

from collections.abc import Sequence
from typing import Final

from django.utils.translation import gettext as _

from threadline.contacts import fields
from threadline.contacts.importing.errors import BadMapping
from threadline.lib import phones

PHONE: Final = "phone"
CONSENT: Final = "consent"
OWN: Final = ("phone", "name", "first_name", "last_name", "company", "email", CONSENT)
FIELD: Final = "field:"  # and the key of a custom field
LEFT_OUT: Final = ""

_NAMES: Final = {
    "phone": "phone phone_number mobile mobile_number mobile_phone mobile_phone_number cell cell_number cell_phone "
    "cellphone telephone telephone_number tel phone_no mobile_no contact_number contact_phone primary_phone phone_1 "
    "phone1 msisdn sms sms_number whatsapp number telefon handy mobil telefonnummer rufnummer telefono movil celular "
    "numero_de_telefono telephone_portable portable telefoon",
    "first_name": "first_name firstname first given_name given forename vorname prenom nombre voornaam",
    "last_name": "last_name lastname last surname family_name nachname nom apellido apellidos achternaam",
    "name": "name full_name fullname contact contact_name customer customer_name client client_name lead lead_name "
    "person nombre_completo nom_complet",
    "company": "company company_name organization organisation organization_name business business_name employer "
    "firma unternehmen empresa entreprise societe bedrijf account_name",
    "email": "email e_mail mail email_address e_mail_address mail_address correo courriel",
    "consent": "consent consent_source sms_consent text_consent opt_in optin opted_in opt_in_source sms_opt_in "
    "permission einwilligung consentimiento consentement",
}
_TARGET_OF: Final = {name: target for target, names in _NAMES.items() for name in names.split()}


def suggest(headers: Sequence[str], samples: Sequence[Sequence[str]], country: str) -> list[str]:
    """What each column probably is, in the form of Import.mapping; `samples` are some rows.

    The phone column is the one that is called so and holds numbers; one full of numbers beats one that holds none. A
    column without a name beside named ones is left out: nobody meant it to be read.
    """
    keys = [fields.key_of(header) for header in headers]
    columns = [[row[place].strip() for row in samples if place < len(row)] for place in range(len(headers))]
    scores = [_phone_score(key, cells, country) for key, cells in zip(keys, columns, strict=True)]
    phone = scores.index(max(scores)) if scores and max(scores) > 0 else -1
    named = not all(_is_nameless(header, place) for place, header in enumerate(headers))
    mapping: list[str] = []
    for place, (header, key, cells) in enumerate(zip(headers, keys, columns, strict=True)):
        target = _TARGET_OF.get(key, "")
        if target in ("", PHONE) and any("@" in cell for cell in cells) and all("@" in cell for cell in cells if cell):
            target = "email"
        if place == phone:
            mapping.append(PHONE)
        elif target not in ("", PHONE) and target not in mapping:
            mapping.append(target)
        elif _is_nameless(header, place) and (named or not any(cells)):
            mapping.append(LEFT_OUT)
        else:
            mapping.append(_free_field(key, mapping))
    return mapping


def check(mapping: Sequence[str], headers: Sequence[str]) -> list[str]:
    """The mapping, one entry for each column. Raises BadMapping."""
    if len(mapping) > len(headers):
        raise BadMapping("too_many", _("There are more entries than columns."))
    checked = [*mapping, *[LEFT_OUT] * (len(headers) - len(mapping))]
    for target in filter(None, checked):
        key = target.removeprefix(FIELD)
        if target not in OWN and (key == target or key != fields.key_of(key)):
            raise BadMapping("unknown", _("A column cannot be “%(target)s”.") % {"target": target})
        if checked.count(target) > 1:
            raise BadMapping("twice", _("Two columns cannot both be “%(target)s”. Leave one out.") % {"target": key})
    if PHONE not in checked:
        raise BadMapping("no_phone", _("Say which column holds the phone numbers."))
    return checked


def _phone_score(key: str, cells: Sequence[str], country: str) -> float:
    """Its name counts as much as two thirds of its cells."""
    filled = [cell for cell in cells if cell]
    share = sum(phones.normalise(cell, country) is not None for cell in filled) / len(filled) if filled else 0.0
    named = _TARGET_OF.get(key) == PHONE
    return named + 1.5 * share if named or share >= 0.5 else 0.0


def _is_nameless(header: str, place: int) -> bool:
    return header == _("Column %(n)d") % {"n": place + 1}


def _free_field(key: str, taken: Sequence[str]) -> str:
    """The custom field of a column; another one when an earlier column has it."""
    name, number = f"{FIELD}{key}", 2
    while name in taken:
        cut = key[: fields.LONGEST_KEY - 4].rstrip("_")
        name, number = f"{FIELD}{cut}_{number}", number + 1
    return name
