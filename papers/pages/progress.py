"""How far the group is: what is left by weeks, the parts, and who did what in a week. GET only."""

import csv
import datetime as dt
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from papers.claims.queries import CLAIMED, DONE, FREE, SCHEDULED
from papers.formats.table import guarded
from papers.mail.composing import zone_of
from papers.members.context import the_group_of
from papers.members.models import Group
from papers.members.requests import MemberRequest
from papers.pages.wording import in_reader_language
from papers.pictures import burndown
from papers.pictures.burndown import WEEK
from papers.progress import queries, rules

COLUMNS = ("week", "member", "notes", "posts", "presented", "sessions")
# Shades of the weeks; from so many papers on the darkest one.
DARKEST = 4
# Further back or ahead there is no week to look at.
MOST_YEARS = 100


@require_safe
def progress(request: MemberRequest) -> HttpResponse:
    """The page; with `?week=2023-03-06` the check-in list of the week of that day."""
    group, now = the_group_of(request), timezone.now()
    today = now.astimezone(zone_of(group.time_zone)).date()
    found = queries.standings(group, now)
    weeks = max(1, (today - group.starts_on).days // 7 + 1)
    read_on = [one.read_on for one in found if one.read_on]
    counts = rules.by_week(read_on, begin=group.starts_on, weeks=weeks)
    left = rules.left_after(group.goal, counts)
    fan = rules.finish(left[-1], queries.last_counts(now, rules.LAST_SESSIONS), begin=today, seed=today.toordinal())
    context = {
        "section": "papers",
        "sentence": sentence(group, left[-1], fan),
        "picture": burndown.picture(
            group.goal,
            left,
            begin=group.starts_on,
            weeks=group.weeks,
            today=today,
            fan=(fan.early, fan.late) if fan else None,
        ),
        "table": table(group, counts, left),
        "parts": part_rows(found),
        "heat": heat(found, group, weeks),
        "check_in": check_in(request, group, today),
    }
    return render(request, "pages/progress.html", context)


def sentence(group: Group, left: int, fan: rules.Fan | None) -> str:
    """Say when the goal will have been reached, and what the plan says."""
    said = {"goal": group.goal, "left": left, "plan": day(group.starts_on + group.weeks * WEEK)}
    if not left:
        return _("All %(goal)d papers of the goal are read.") % said
    rest = _("%(left)d of %(goal)d papers are left; the plan ends on %(plan)s.") % said
    if fan is None:
        return f"{rest} {_('A forecast needs two sessions, and papers that were read at them.')}"
    said |= {"early": day(fan.early), "late": day(fan.late)}
    forecast = _("At the pace of the last sessions the last one is read between %(early)s and %(late)s.") % said
    return f"{rest} {forecast}"


def day(date: dt.date) -> str:
    return date_format(date, "DATE_FORMAT")


def table(group: Group, counts: list[int], left: list[int]) -> list[dict[str, Any]]:
    """Return what the picture shows, a row a week."""
    planned = [max(0, round(group.goal * (1 - week / group.weeks))) for week in range(1, len(counts) + 1)]
    return [
        {"begins": group.starts_on + at * WEEK, "read": read, "left": left[at + 1], "planned": planned[at]}
        for at, read in enumerate(counts)
    ]


def part_rows(found: list[queries.Standing]) -> list[dict[str, Any]]:
    labels = {
        DONE: pgettext("papers", "read"),
        SCHEDULED: pgettext("papers", "scheduled"),
        CLAIMED: pgettext("papers", "claimed"),
        FREE: pgettext("papers", "free"),
    }
    return [
        {
            "number": row.number,
            "title": in_reader_language(row.title_zh, row.title_en),
            "total": row.total,
            "done": row.counts[DONE],
            "states": bars(row, labels),
        }
        for row in queries.parts(found)
        if row.total
    ]


def bars(row: queries.PartRow, labels: dict[str, str]) -> list[dict[str, Any]]:
    """Return the stretches of a part's bar, those that have papers, in hundredths of its length."""
    at, found = 0.0, []
    for state in filter(row.counts.get, queries.STATES):
        width = round(row.counts[state] / row.total * 100, 2)
        found.append(
            {"state": state, "label": labels[state], "count": row.counts[state], "at": round(at, 2), "width": width}
        )
        at += width
    return found


def heat(found: list[queries.Standing], group: Group, weeks: int) -> list[dict[str, Any]]:
    """Return for each part how many of its papers were read in each week, with the shade of each."""
    rows = []
    for number in sorted({one.part for one in found}):
        dates = [one.read_on for one in found if one.part == number and one.read_on]
        counts = rules.by_week(dates, begin=group.starts_on, weeks=weeks)
        rows.append({"part": number, "weeks": [{"count": count, "shade": min(count, DARKEST)} for count in counts]})
    return rows


# --- The weekly check-in


def check_in(request: MemberRequest, group: Group, today: dt.date) -> dict[str, Any]:
    """Return the check-in list of a week from Monday to Sunday, by the group's clock."""
    monday = the_monday(request, today)
    begin = dt.datetime.combine(monday, dt.time.min, tzinfo=zone_of(group.time_zone))
    ends = dt.datetime.combine(monday + WEEK, dt.time.min, tzinfo=zone_of(group.time_zone))
    rows = queries.check_ins(begin, ends)
    return {
        "rows": rows,
        "count": sum(row.is_in for row in rows),
        "monday": monday,
        "sunday": monday + dt.timedelta(days=6),
        "before": monday - WEEK if monday - WEEK >= group.starts_on - WEEK else None,
        "after": monday + WEEK if monday + WEEK <= today else None,
    }


def the_monday(request: MemberRequest, today: dt.date) -> dt.date:
    """Return the Monday of the week that the address names, this one if it names none. Raises Http404 for no day."""
    said = request.GET.get("week", "")
    try:
        date = dt.date.fromisoformat(said) if said else today
    except ValueError as error:
        raise Http404 from error
    if abs(date.year - today.year) > MOST_YEARS:
        raise Http404
    return date - dt.timedelta(days=date.weekday())


@require_safe
def check_in_csv(request: MemberRequest) -> HttpResponse:
    """The check-in list of a week as CSV."""
    group = the_group_of(request)
    today = timezone.now().astimezone(zone_of(group.time_zone)).date()
    found = check_in(request, group, today)
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="check-in-{found["monday"]}.csv"'
    writer = csv.writer(response)
    writer.writerow(COLUMNS)
    for row in found["rows"]:
        cells = (found["monday"].isoformat(), row.name, row.notes, row.posts, row.presented, row.sessions)
        writer.writerow(guarded(str(cell)) for cell in cells)
    return response


urlpatterns = [
    path("progress/", progress, name="progress"),
    path("progress/check-in.csv", check_in_csv, name="check_in_csv"),
]
