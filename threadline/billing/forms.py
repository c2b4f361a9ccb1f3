"""Amounts in dollars as people type them, and the two forms of Settings → Billing."""

import re
from decimal import Decimal
from typing import Any

import phonenumbers
from django import forms
from django.utils.translation import gettext_lazy as _

from threadline.billing import number_types
from threadline.lib import money

_PREFIX = re.compile(r"\+[1-9]\d{0,6}")


class DollarField(forms.DecimalField):
    """Reads "$1,234.50" as micro-USD; shows micro-USD as dollars."""

    def __init__(self, most: int, **kwargs: Any) -> None:
        widget = forms.TextInput({"inputmode": "decimal", "autocomplete": "off"})
        errors = {
            "invalid": _("Enter an amount in US dollars, like 0.0083."),
            "max_value": _("This is more than $%(limit_value)s. Is the point in the right place?"),
            "min_value": _("An amount cannot be negative."),
            "max_decimal_places": _("Use at most six decimals."),
        }
        kwargs = {"min_value": 0, "max_value": most, "decimal_places": 6, "widget": widget, **kwargs}
        super().__init__(error_messages=errors, **kwargs)

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]  # the stubs say int
        return super().to_python(re.sub(r"[$,\s]", "", value) if isinstance(value, str) else value)

    def clean(self, value: Any) -> Any:
        return money.micros(super().clean(value))

    def prepare_value(self, value: Any) -> Any:
        return money.dollars(value).lstrip("$").replace(",", "") if isinstance(value, int) else value


class BudgetForm(forms.Form):
    monthly_budget = DollarField(
        10_000_000,
        required=False,
        label=_("Monthly budget"),
        help_text=_("In US dollars. Texts beyond it are not sent until the next month begins, or until you raise it."),
    )


class RateForm(forms.Form):
    """One line of the rate table; saving one with the same beginning and kind replaces it."""

    prefix = forms.CharField(  # type: ignore[assignment]  # a form's own prefix is not used here
        required=False,
        max_length=20,
        label=_("Number begins with"),
        widget=forms.TextInput({"placeholder": "+44", "inputmode": "tel", "autocomplete": "off"}),
        help_text=_("The country code of the people you text, or more digits. Empty means everywhere else."),
    )
    number_type = forms.ChoiceField(
        required=False,
        label=_("From your numbers"),
        choices=[("", _("of any kind")), *number_types.NAMES.items()],
    )
    sms = DollarField(100, label=_("Per segment"))
    mms = DollarField(100, label=_("Per text with files"))

    def clean_prefix(self) -> str:
        given = re.sub(r"[\s().-]", "", str(self.cleaned_data["prefix"]))
        if given and not given.startswith("+"):
            given = f"+{given.removeprefix('00')}"
        if given and not _PREFIX.fullmatch(given):
            raise forms.ValidationError(
                _("Enter the beginning of a phone number with country code, like +44 or +4477.")
            )
        if given and not countries_of(given):
            raise forms.ValidationError(_("No country has this country code. Enter one like +44."))
        return given


def countries_of(prefix: str) -> list[str]:
    """ISO codes of the countries whose numbers begin so, the main one first; none for what is no country code."""
    for length in range(2, min(4, len(prefix)) + 1):
        regions = phonenumbers.COUNTRY_CODE_TO_REGION_CODE.get(int(prefix[1:length]))
        if regions:
            return [region for region in regions if region != "001"]
    return []
