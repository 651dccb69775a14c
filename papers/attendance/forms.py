from typing import Any

from django import forms


class ThereForm(forms.Form):
    """The keys of those who were there; what is no key is left out."""

    there = forms.TypedMultipleChoiceField(coerce=int, required=False)

    def __init__(self, *args: Any, members: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["there"].choices = [(pk, pk) for pk in members]  # type: ignore[attr-defined]
