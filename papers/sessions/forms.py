"""What an organiser may send about the schedule. Whether it may be done is said by the rules."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from papers.members.forms import LineField, MembersForm
from papers.members.models import Group, Weekday
from papers.members.rules import zone_names
from papers.sessions.dates import Choice
from papers.sessions.rules import SESSION_MINUTES, SLOT_MINUTES, WEEKS

USUAL_TIME = dt.time(19)
LARGEST_NUMBER = 2**31 - 1
LARGEST_POSITION = 2**15 - 2
# A series of 60 weeks with as many left out has fewer.
MOST_FIELDS = 400


def date_field(label: Any) -> forms.DateField:
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(label=label, widget=widget, input_formats=["%Y-%m-%d"])


def time_field(label: Any, **options: Any) -> forms.TimeField:
    widget = forms.TimeInput(format="%H:%M", attrs={"type": "time"})
    return forms.TimeField(label=label, widget=widget, input_formats=["%H:%M", "%H:%M:%S"], **options)


class SeriesForm(MembersForm):
    """A weekly series as people say it; one week makes a single session."""

    weekday = forms.TypedChoiceField(label=_("Day of the week"), coerce=int, choices=Weekday.choices)
    wall_time = time_field(_("Time"))
    other_time = time_field(
        _("Time of every second session"),
        required=False,
        help_text=_("For members in far zones, so that the bad hour is not always the same people’s. Usually empty."),
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        help_text=_("The sessions stay at this time of this zone's clocks, also when they change for the summer."),
    )
    first_date = date_field(_("Not before"))
    weeks = forms.IntegerField(
        label=_("Number of weeks"),
        help_text=_("One session a week; 1 makes a single session."),
        min_value=WEEKS[0],
        max_value=WEEKS[-1],
    )
    minutes = forms.IntegerField(
        label=_("Length in minutes"), min_value=SESSION_MINUTES[0], max_value=SESSION_MINUTES[-1]
    )
    place = LineField(label=_("Place or meeting link"), max_length=500, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # The group's zone may have a name that is in no list, such as PRC.
        names = dict.fromkeys([*filter(None, [self.initial.get("time_zone")]), *zone_names()])
        self.fields["time_zone"].choices = [(name, name.replace("_", " ")) for name in names]  # type: ignore[attr-defined]


def series_as_usual(group: Group, now: dt.datetime) -> dict[str, Any]:
    """Return what the form for a series starts with: the group's zone, weekday and number of weeks.

    `now` is the time in the group's zone: what is proposed is still to come.
    """
    first = now.date() if now.time() < USUAL_TIME else now.date() + dt.timedelta(days=1)
    return {
        "weekday": group.starts_on.isoweekday(),
        "wall_time": USUAL_TIME,
        "time_zone": group.time_zone,
        "first_date": max(group.starts_on, first),
        "weeks": min(group.weeks, WEEKS[-1]) or WEEKS[-1],
        "minutes": 120,
    }


def choices_from(sent: Mapping[str, str]) -> dict[dt.date, tuple[Choice, dt.date | None]]:
    """Return what was chosen for the free dates: fields named `choice-2023-10-02` and, for another day, `to-…`.

    What is not understood was not chosen.
    """
    found: dict[dt.date, tuple[Choice, dt.date | None]] = {}
    for name in list(sent)[:MOST_FIELDS]:
        date = a_date(name.removeprefix("choice-")) if name.startswith("choice-") else None
        if date is not None and sent[name] in list(Choice):
            found[date] = (Choice(sent[name]), a_date(sent.get(f"to-{date}", "")))
    return found


def a_date(said: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(said)
    except ValueError:
        return None


class BreakForm(MembersForm):
    ids = "break"

    name = LineField(label=_("Why"), help_text=_("Such as “Exams” or “Summer break”."), max_length=100)
    first = date_field(_("First day"))
    last = date_field(_("Last day"))


class MoveForm(MembersForm):
    ids = "move"

    date = date_field(_("New date"))
    wall_time = time_field(_("New time"))


class CancelForm(MembersForm):
    ids = "cancel"

    because = LineField(label=_("Why"), help_text=_("Everybody who had planned to come reads this."), max_length=300)


class PlaceForm(MembersForm):
    ids = "place"

    place = LineField(label=_("Place or meeting link"), max_length=500, required=False)


class PutForm(MembersForm):
    """A paper, by its list number, and how long it gets. `position` is the place that was free on the screen."""

    ids = "put"

    # The page that shows the form fills in the papers there are to choose from, and the place.
    paper = forms.IntegerField(label=_("Paper"), min_value=1, max_value=LARGEST_NUMBER, widget=forms.Select)
    minutes = forms.IntegerField(
        label=_("Minutes"),
        help_text=_("Left empty, it gets what the way it is read stands for."),
        min_value=SLOT_MINUTES[0],
        max_value=SLOT_MINUTES[-1],
        required=False,
    )
    position = forms.IntegerField(min_value=1, max_value=LARGEST_POSITION, required=False)
