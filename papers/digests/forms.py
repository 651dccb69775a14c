import datetime as dt

from django import forms
from django.utils import timezone

from papers.members.models import Member
from papers.members.queries import current_members


class UntilForm(forms.Form):
    """The instant at which a page was made, as ISO 8601; now, where it is not understood."""

    until = forms.DateTimeField()

    def instant(self) -> dt.datetime:
        return self.cleaned_data["until"] if self.is_valid() else timezone.now()


class WhoseForm(forms.Form):
    """Whose digest is looked at."""

    member = forms.IntegerField(min_value=1, max_value=2**63 - 1)

    def whose(self) -> Member | None:
        """Return the member, or None for nobody who is here."""
        return current_members().filter(pk=self.cleaned_data["member"]).first() if self.is_valid() else None
