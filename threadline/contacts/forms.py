"""The form of one person. It remembers what it showed, so that only what somebody changed is written."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from django import forms
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from threadline.accounts.models import Workspace
from threadline.contacts.editing import CUSTOM
from threadline.contacts.models import Contact, ContactList
from threadline.contacts.people import LONGEST_VALUE
from threadline.lib import phones

PLAIN: Final = ("name", "phone", "first_name", "last_name", "company", "email")


class PersonForm(forms.Form):
    """Fields of ours, `custom.<key>` for each custom field, and the public ids of the lists."""

    name = forms.CharField(
        label=_("Name"), max_length=160, required=False, help_text=_("In full. Empty: first and last name together.")
    )
    first_name = forms.CharField(label=_("First name"), max_length=80, required=False)
    last_name = forms.CharField(label=_("Last name"), max_length=80, required=False)
    phone = forms.CharField(
        label=_("Phone number"), max_length=80, widget=forms.TextInput({"type": "tel", "autocomplete": "off"})
    )
    company = forms.CharField(label=_("Company"), max_length=160, required=False)
    email = forms.EmailField(label=_("E-mail"), max_length=254, required=False)
    lists = forms.MultipleChoiceField(label=_("Lists"), required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        workspace: Workspace,
        lists: Iterable[ContactList],
        labels: Mapping[str, str],
        contact: Contact | None = None,
        on: Iterable[str] = (),
    ) -> None:
        """`labels` are the custom fields by key, `on` the public ids of the lists the person is on."""
        initial = {name: getattr(contact, name) for name in PLAIN} if contact else {}
        values = contact.fields if contact else {}
        super().__init__(data, initial=initial | {"lists": list(on)})
        self.workspace, self.contact = workspace, contact
        for key, label in (dict.fromkeys(values) | dict(labels)).items():
            self.fields[CUSTOM + key] = _custom(label or key, str(values.get(key, "")))
        choice = self.fields["lists"]
        assert isinstance(choice, forms.MultipleChoiceField)
        choice.choices = [(one.public_id, one.name) for one in lists]
        for field in self.fields.values():
            field.show_hidden_initial = contact is not None

    def clean_phone(self) -> str:
        """In E.164, of nobody else; a number that was not touched stays as it is, whatever it looks like."""
        typed: str = self.cleaned_data["phone"]
        if self.contact and "phone" not in self.changed_data:
            return self.contact.phone
        parsed = phones.parse(typed, self.workspace.country)
        if parsed.e164 is None:
            raise forms.ValidationError(str(parsed.reason.sentence))
        if taken := self.taken_by(parsed.e164):
            raise forms.ValidationError(taken)
        return parsed.e164

    def taken_by(self, phone: str) -> str:
        """The sentence that names whose number it is; "" when it is nobody else's."""
        others = Contact.objects.filter(workspace=self.workspace, phone=phone)
        other = (others.exclude(pk=self.contact.pk) if self.contact else others).first()
        if other is None:
            return ""
        page = reverse("contacts:person", args=[other.public_id])
        link = format_html('<a href="{}">{}</a>', page, other.name or phones.display(phone))
        return format_html("<span>{}</span>", format_html(gettext("This is the number of {}."), link))

    def changes(self) -> dict[str, str]:
        """What was changed, by field: ours by name, custom ones as `custom.<key>`; lists are apart."""
        return {name: self.cleaned_data[name] for name in self.changed_data if name != "lists"}

    def list_changes(self) -> tuple[set[str], set[str]]:
        """Public ids of the lists that were ticked and of those that were unticked."""
        ticked, shown = set(self.cleaned_data["lists"]), set(self.shown_lists if self.contact else ())
        return ticked - shown, shown - ticked

    @property
    def shown_lists(self) -> list[str]:
        """Public ids of the lists that were ticked when the page was shown."""
        if self.is_bound:
            return list(self.data.getlist(self["lists"].html_initial_name))  # type: ignore[attr-defined]
        return list(self.initial["lists"])

    @property
    def own(self) -> list[forms.BoundField]:
        return [self[name] for name in PLAIN]

    @property
    def custom(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith(CUSTOM)]


def _custom(label: str, value: str) -> forms.CharField:
    """A value of several lines keeps them."""
    widget = forms.Textarea({"rows": 3}) if "\n" in value else forms.TextInput()
    longest = max(LONGEST_VALUE, len(value))
    return forms.CharField(label=label, required=False, initial=value, max_length=longest, widget=widget)
