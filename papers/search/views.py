"""The page with the one box over everything, and what completes a word that is being written."""

from http import HTTPStatus

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from papers.htmx import fragment_or_page
from papers.members.models import Member
from papers.members.requests import MemberRequest
from papers.search import queries, rules
from papers.search.completing import completions
from papers.search.hits import hits, is_named
from papers.search.mending import mended

# So many papers that have all the words are enough; with fewer, those that have some of them follow.
ENOUGH = 3


@require_safe
def search(request: MemberRequest) -> HttpResponse:
    said = request.GET.get("q", "")
    only = request.GET.get("only", "")
    groups = [only] if only in queries.GROUPS else list(queries.GROUPS)
    context = {
        "section": "search",
        "q": said[: rules.MOST_LETTERS],
        "only": only if groups == [only] else "",
        **answer(said, request.user, groups),
    }
    return fragment_or_page(request, "search/_results.html", "search/search.html", context)


@require_safe
def complete(request: MemberRequest) -> HttpResponse:
    """What `?q=@zzy` or `?q=#ppo` may become, as a list to choose from; 204 when there is nothing."""
    found = completions(request.GET.get("q", "")[: rules.MOST_LETTERS], request.user)
    if not found:
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    return render(request, "search/_completions.html", {"found": found})


def telling(found: list[queries.Found], question: rules.Question) -> list[queries.Found]:
    """Return the hits without the papers that have only some of the words, when enough have them all."""
    full = [hit for hit in found if is_full(hit) or is_named(hit, question.terms)]
    return full if sum(hit.group == queries.PAPERS for hit in full) >= ENOUGH else found


def is_full(hit: queries.Found) -> bool:
    return bool(hit.row.get("all", True))


def answer(said: str, member: Member, groups: list[str]) -> dict[str, object]:
    """Return what the page shows for a question: hits, or what else might be meant."""
    question, now = rules.read(said), timezone.now()
    if question.is_empty:
        return {"question": question}
    asked, meant, without = question, {}, []
    found = queries.search(question, member, now, groups=groups)
    found = telling(found, question)
    is_exact = any(is_full(hit) for hit in found)
    if not is_exact:
        meant = mended(question)
        asked = rules.mend(question, meant)
        again = queries.search(asked, member, now, groups=groups, any_of=True, relax=True)
        found = [hit for hit in again if hit.group != queries.RELAXED] or found
        without = [question.qualifiers[hit.number] for hit in again if hit.group == queries.RELAXED]
    shown = hits(found, asked.terms, asked.text)
    limit = queries.SHOWN if len(groups) > 1 else queries.SHOWN_OF_ONE_GROUP
    return {
        "question": question,
        "meant": asked.text if meant else "",
        "is_loose": not is_exact and not meant,
        "relaxed": [(str(qualifier), question.without(qualifier).written()) for qualifier in without],
        "groups": [
            {"name": name, "hits": there[:limit], "more": len(there) > limit and len(groups) > 1}
            for name, there in shown.items()
            if there
        ],
    }
