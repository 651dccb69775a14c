from django import forms
from django.utils.translation import gettext_lazy as _

from papers.calendars.models import CalendarFeed
from papers.members.forms import MembersForm


class CalendarForm(MembersForm):
    """What one's own calendar holds, and when it rings."""

    holds = forms.ChoiceField(
        label=_("What it holds"), choices=CalendarFeed.Holds.choices, initial=CalendarFeed.Holds.ALL
    )
    alarm = forms.ChoiceField(
        label=_("Alarm"),
        choices=CalendarFeed.Alarm.choices,
        initial=CalendarFeed.Alarm.NONE,
        help_text=_("Apple’s calendar and most others ring as chosen here. Google’s rings as you chose there."),
    )


def calendar_form(feed: CalendarFeed | None, data: object = None) -> CalendarForm:
    """Return the form with what was chosen before, or with what was sent."""
    initial = {"holds": feed.holds, "alarm": feed.alarm} if feed is not None else {}
    return CalendarForm(data, initial=initial)  # type: ignore[arg-type]
