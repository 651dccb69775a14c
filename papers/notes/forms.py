"""What a browser may send of a text. Whether it may be saved is said by the rules."""

from http import HTTPStatus
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from papers.refusals import Refused


class TextForm(forms.Form):
    """The one field of everything written in Markdown."""

    # Leading spaces mean something in Markdown.
    body = forms.CharField(label=_("Text"), strip=False, required=False)

    def clean_body(self) -> str:
        """Return the text with the line ends people write, not those that browsers send."""
        return self.cleaned_data["body"].replace("\r\n", "\n").rstrip()

    def accepted(self) -> dict[str, Any]:
        """Return the readable values. Raises Refused (422) naming each field that is not understood."""
        if not self.is_valid():
            reasons = [f"{self[name].label}: {reason}" for name, errors in self.errors.items() for reason in errors]
            raise Refused(" ".join(reasons), status=HTTPStatus.UNPROCESSABLE_ENTITY)
        return self.cleaned_data


class NoteForm(TextForm):
    """A new note."""


class EditForm(TextForm):
    """Changed words, and the version that was on the screen when the change began."""

    version = forms.IntegerField(label=_("Version"), min_value=1, max_value=2**31 - 1)


class SeenForm(forms.Form):
    """The instant a page was made, as ISO 8601; without it, now."""

    at = forms.DateTimeField(required=False)
