"""The second step of an import: what each column of the file is, and where its people go."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from threadline.accounts.countries import COUNTRIES
from threadline.contacts import alike, naming
from threadline.contacts import fields as custom_fields
from threadline.contacts import lists as contact_lists
from threadline.contacts.importing import BadMapping, mapping
from threadline.contacts.models import ContactList, Import

OURS: Final = {
    "phone": gettext_lazy("Phone number"),
    "name": gettext_lazy("Name"),
    "first_name": gettext_lazy("First name"),
    "last_name": gettext_lazy("Last name"),
    "company": gettext_lazy("Company"),
    "email": gettext_lazy("E-mail"),
    "consent": gettext_lazy("Consent: yes, no, or where from"),
}
NOWHERE: Final = "none"
NEW: Final = "new"


@dataclass(frozen=True, slots=True)
class Column:
    """One column as the page shows it."""

    header: str
    samples: Sequence[str]
    field: forms.BoundField


class ColumnsForm(forms.Form):
    """`column_0` … say what the columns are; `into` is NOWHERE, NEW or a list's public id."""

    country = forms.ChoiceField(
        label=gettext_lazy("Country"),
        choices=lambda: list(COUNTRIES.items()),
        help_text=gettext_lazy("Numbers without a country code belong to this country."),
    )
    into = forms.ChoiceField(label=gettext_lazy("Put them on"))
    list_name = forms.CharField(label=gettext_lazy("Name of the new list"), max_length=120, required=False)
    known = forms.ChoiceField(label=gettext_lazy("People you have already"), choices=Import.Known.choices)

    def __init__(self, data: Mapping[str, Any] | None, imported: Import, initial: dict[str, Any]) -> None:
        """`initial` says what is preset; "mapping" in it is a list with what each column seems to be."""
        suggestions = initial.pop("mapping")
        super().__init__(data, initial=initial)
        self.imported = imported
        known = dict(imported.workspace.custom_fields.order_by("label").values_list("key", "label"))
        for position, header in enumerate(imported.headers):
            suggested = suggestions[position] if position < len(suggestions) else ""
            self.fields[f"column_{position}"] = forms.ChoiceField(
                label=header,
                choices=choices(header, known, suggested),
                initial=suggested,
                required=False,
            )
        lists = ContactList.objects.filter(workspace=imported.workspace).order_by("name")
        into = self.fields["into"]
        assert isinstance(into, forms.ChoiceField)
        into.choices = [(NOWHERE, _("No list")), (NEW, _("A new list")), *((o.public_id, o.name) for o in lists)]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("into") == NEW and (problem := self._problem_of(data.get("list_name", ""))):
            self.add_error("list_name", problem)
        if all(f"column_{position}" in data for position in range(len(self.imported.headers))):
            try:
                mapping.check(self.mapping, self.imported.headers)
            except BadMapping as bad:
                self.add_error(None, bad.sentence)
        return data

    def _problem_of(self, name: str) -> str:
        """Why the new list cannot be called that; "" when it can."""
        if not name.strip():
            return _("Give the new list a name.")
        taken = alike.called(self.imported.workspace.lists, name)
        return naming.sentence(contact_lists.NameTaken(name)) if taken else ""

    @property
    def mapping(self) -> list[str]:
        return [self.cleaned_data[f"column_{position}"] for position in range(len(self.imported.headers))]

    def columns(self, samples: Sequence[Sequence[str]]) -> list[Column]:
        """Every column with what stands in it in the first rows."""
        return [
            Column(
                header, [row[position] if position < len(row) else "" for row in samples], self[f"column_{position}"]
            )
            for position, header in enumerate(self.imported.headers)
        ]


def choices(header: str, known: Mapping[str, str], suggested: str) -> list[tuple[str, Any]]:
    """What a column may be: ours, a custom field there is, a new one called like the column, or nothing."""
    offered: list[tuple[str, Any]] = [("", _("Leave out")), *OURS.items()]
    offered += [(f"field:{key}", label) for key, label in known.items()]
    new = suggested if suggested.startswith("field:") else f"field:{custom_fields.key_of(header)}"
    if new not in dict(offered):
        offered.append((new, _("New field: %(name)s") % {"name": header}))
    return offered
