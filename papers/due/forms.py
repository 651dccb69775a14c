from typing import Any

from django import forms

from papers.mail.models import Outgoing


class OutboxForm(forms.Form):
    """What of the outbox is asked for. What is not understood is left out, as a bookmark may be old."""

    state = forms.ChoiceField(choices=Outgoing.State.choices, required=False)
    before = forms.IntegerField(min_value=1, max_value=2**63 - 1, required=False)

    def wanted(self) -> dict[str, Any]:
        self.is_valid()
        return {name: self.cleaned_data.get(name) or empty for name, empty in (("state", ""), ("before", None))}
