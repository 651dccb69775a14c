"""The load of each member, for everybody to see."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from papers.claims.ledger import ledger
from papers.members.requests import MemberRequest


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
