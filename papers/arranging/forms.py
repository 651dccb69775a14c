"""What a browser may send about many places at once."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from papers.arranging.actions import Wish
from papers.arranging.queries import parts, places, sessions_to_fill
from papers.catalogue.forms import mode_choices
from papers.catalogue.models import Entry, Part
from papers.members.forms import MembersForm
from papers.sessions.models import ReadingSession


class PartChoice(forms.ModelChoiceField):
    def label_from_instance(self, part: Any) -> str:
        return str(part)


class WishForm(MembersForm):
    """The chosen places and what they shall become; `seen` names the plan that was looked at."""

    ids = "wish"

    place = forms.ModelMultipleChoiceField(queryset=Entry.objects.none(), required=False)
    part = forms.ModelChoiceField(label=_("Move to part"), queryset=Part.objects.none(), required=False)
    mode = forms.ChoiceField(label=_("Read it"), required=False)
    session = forms.ModelChoiceField(
        label=_("Put into the session"), queryset=ReadingSession.objects.none(), required=False
    )
    seen = forms.CharField(max_length=20, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        now = timezone.now()
        fields: dict[str, Any] = self.fields
        fields["place"].queryset = places()
        fields["part"].queryset = parts()
        fields["mode"].choices = [("", "–"), *mode_choices()]
        to_come = ReadingSession.objects.filter(starts_at__gt=now, cancelled_at=None)
        fields["session"].queryset = to_come
        fields["part"].empty_label = "–"
        fields["session"].choices = [
            ("", "–"),
            *((session.pk, f"{when.day} {when.time}") for session, when in sessions_to_fill(now)),
        ]

    def wish(self) -> tuple[list[Entry], Wish, str]:
        """Return the places, what they shall become and the plan that was seen. Raises Refused (422)."""
        said = self.accepted()
        return list(said["place"]), Wish(said["part"], said["mode"], said["session"]), said["seen"]
