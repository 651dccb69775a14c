"""The load of each member, for everybody to see."""

import csv
import datetime as dt

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from papers.claims.ledger import ledger, shares
from papers.formats.table import guarded
from papers.members.models import Member
from papers.members.requests import MemberRequest

COLUMNS = ("member", "what", "paper", "title", "when", "points", "state")


@require_safe
def points(request: MemberRequest) -> HttpResponse:
    book = ledger()
    most = max((line.total for line in book.lines), default=0.0) or 1.0
    rows = [
        {
            "line": line,
            "is_me": line.member.pk == request.user.pk,
            "done": round((line.start + line.done) / most * 100, 2),
            "promised": round(line.promised / most * 100, 2),
        }
        for line in book.lines
    ]
    context = {"section": "members", "rows": rows, "mean": book.mean, "mean_at": round(book.mean / most * 100, 2)}
    return render(request, "claims/points.html", context)


@require_safe
def points_csv(request: MemberRequest) -> HttpResponse:
    """Who did and promised what, a line each, oldest first; times are UTC. What has no date yet stands last."""
    now, last = timezone.now(), dt.datetime.max.replace(tzinfo=dt.UTC)
    names = dict(Member.objects.values_list("pk", "name"))
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="points.csv"'
    writer = csv.writer(response)
    writer.writerow(COLUMNS)
    for share in sorted(shares(), key=lambda share: (share.at or last, share.member)):
        is_done = share.at is not None and share.at <= now
        cells = (names.get(share.member, ""), share.what, str(share.number or ""), share.title)
        when = share.at.isoformat() if share.at else ""
        writer.writerow(map(guarded, (*cells, when, f"{share.points:g}", "done" if is_done else "promised")))
    return response
