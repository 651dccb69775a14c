"""What an organiser may say about changing the plan."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from papers.members.forms import MembersForm
from papers.planning.rules import MOST_WEEKS
from papers.sessions.models import ReadingSession
from papers.sessions.queries import when


class PushForm(MembersForm):
    """From which session on the plan is later, and by how many weeks."""

    ids = "push"

    session = forms.TypedChoiceField(label=_("From this session on"), coerce=int)
    weeks = forms.IntegerField(label=_("Weeks later"), min_value=1, max_value=MOST_WEEKS, initial=1)

    def __init__(self, *args: Any, sessions: list[ReadingSession], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(session.pk, when(session).day) for session in sessions]
        self.fields["session"].choices = choices  # type: ignore[attr-defined]
