"""The credentials form, labelled letter for letter as the guide has it, and the small forms of a number."""

from typing import Any, Final

from django import forms
from django.forms.utils import ErrorDict
from django.utils.translation import gettext_lazy as _

from threadline.numbers import limits, places
from threadline.numbers.connect import Credentials
from threadline.numbers.models import Connection, Number

TWILIO: Final = "twilio"


class CredentialsForm(forms.Form):
    """Account SID, Auth Token, Twilio Phone Number. After a mistake all that was typed is kept but the token."""

    account_sid = forms.CharField(
        label=_("Account SID"),
        max_length=60,
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false", "placeholder": "AC…"}),
    )
    auth_token = forms.CharField(
        label=_("Auth Token"),
        max_length=200,
        widget=forms.PasswordInput({"autocomplete": "off"}),
        help_text=_("Treat it like a password. It is stored encrypted and never shown again."),
    )
    phone = forms.CharField(
        label=_("Twilio Phone Number"),
        max_length=40,
        widget=forms.TextInput({"autocomplete": "off", "inputmode": "tel", "placeholder": "+18335551234"}),
        help_text=_("Your main number, with country code."),
    )
    name = forms.CharField(
        label=_("Display name"),
        max_length=120,
        required=False,
        widget=forms.TextInput({"autocomplete": "off"}),
        help_text=_("Helps to tell several Twilio accounts apart."),
    )
    place = forms.ChoiceField(label=_("Account at"))

    def __init__(self, *args: object, replaces: Connection | None = None, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        sandbox = places.sandbox_url() or (replaces.base_url if replaces else "")
        if sandbox:
            field = self.fields["place"]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [(TWILIO, "Twilio"), (sandbox, _("The sandbox on this machine (practice)"))]
            if replaces:
                field.initial = sandbox if replaces.base_url else TWILIO
        else:
            del self.fields["place"]
        if replaces:
            self.fields["account_sid"].initial = replaces.account_sid
            self.fields["name"].initial = replaces.name
            if default := replaces.numbers.filter(is_default=True).first():
                self.fields["phone"].initial = default.phone

    def kept(self) -> dict[str, Any]:
        """What was typed, but the token, and what is wrong: enough to show it on another page."""
        typed = {name: self.data.get(name, "") for name in self.fields if name != "auth_token"}
        return {"typed": typed, "errors": {name: list(sentences) for name, sentences in self.errors.items()}}

    @classmethod
    def again(cls, kept: dict[str, Any], auto_id: str) -> "CredentialsForm":
        """Only shown, never judged anew: without its token it would have other errors than it had."""
        form = cls(kept["typed"], auto_id=auto_id)
        form.cleaned_data, form._errors = {}, ErrorDict()  # type: ignore[attr-defined]
        for name, sentences in kept["errors"].items():
            form.add_error(name if name in form.fields else None, sentences)
        return form

    def credentials(self) -> Credentials:
        data = self.cleaned_data
        place = data.get("place", TWILIO)
        return Credentials(data["account_sid"].strip(), data["auth_token"].strip(), "" if place == TWILIO else place)


class LabelForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Number
        fields = ("label",)
        labels = {"label": _("Label")}


class LimitsForm(forms.Form):
    """How fast and how much a number texts; empty is no limit."""

    per_second = forms.FloatField(
        label=_("Texts per second"),
        required=False,
        min_value=0.01,
        max_value=1000,
        widget=forms.TextInput({"inputmode": "decimal", "autocomplete": "off", "placeholder": _("As fast as it goes")}),
        error_messages={"invalid": _("Enter a number like 1 or 0.5, or leave it empty for no limit.")},
    )
    daily_cap = forms.IntegerField(
        label=_("Texts per day"),
        required=False,
        min_value=1,
        max_value=100_000_000,
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off", "placeholder": _("No limit")}),
        error_messages={"invalid": _("Enter a whole number, or leave it empty for no limit.")},
    )

    def __init__(self, data: object = None, *, number: Number) -> None:
        speed = "" if number.per_second is None else f"{number.per_second:g}"
        super().__init__(data, initial={"per_second": speed, "daily_cap": number.daily_cap})  # type: ignore[arg-type]
        for name, help_text in zip(("per_second", "daily_cap"), limits.usual(number.phone), strict=True):
            self.fields[name].help_text = str(help_text)
