from http import HTTPStatus

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from papers.due import actions, rules
from papers.due.forms import OutboxForm
from papers.due.health import not_alive
from papers.due.listing import kind_of, listing
from papers.htmx import HttpResponseSeeOther
from papers.jobs.actions import words_of
from papers.mail.models import Outgoing
from papers.mail.queries import may_show_text, outbox, row_of
from papers.members.requests import MemberRequest
from papers.refusals import refuse_if


@require_safe
def mails(request: MemberRequest) -> HttpResponse:
    require_organiser(request)
    wanted = OutboxForm(request.GET).wanted()
    context = {"outbox": outbox(**wanted), "states": Outgoing.State.choices, "section": "organise", **wanted}
    return render(request, "mail/outbox.html", context)


@require_safe
def mail(request: MemberRequest, pk: int) -> HttpResponse:
    require_organiser(request)
    mail = get_object_or_404(Outgoing.objects.select_related("member"), pk=pk)
    context = {"mail": mail, "row": row_of(mail), "may_show_text": may_show_text(mail), "section": "organise"}
    return render(request, "mail/mail.html", context)


@require_POST
def again(request: MemberRequest, pk: int) -> HttpResponse:
    require_organiser(request)
    new = actions.send_again(get_object_or_404(Outgoing, pk=pk), by=request.user)
    messages.success(request, _("The mail is in the outbox again."))
    return HttpResponseSeeOther(f"/organise/mail/{new.pk}/")


@require_safe
def jobs(request: MemberRequest) -> HttpResponse:
    """Whether the site's clockwork goes: what answers, the last tick, what waits, which jobs failed."""
    require_organiser(request)
    context = {"section": "organise", "listing": listing(timezone.now(), not_alive())}
    return render(request, "due/jobs.html", context)


@require_POST
def run_job(request: MemberRequest, name: str) -> HttpResponse:
    """Do one job at once and say how it went."""
    require_organiser(request)
    ran = actions.run_now(kind_of(name), by=request.user)
    if ran.error is not None:
        messages.error(request, _("It failed again: %(error)s") % {"error": words_of(ran.error)})
    else:
        messages.success(request, _("The job is done."))
    return HttpResponseSeeOther("/organise/jobs/")


def require_organiser(request: MemberRequest) -> None:
    """Raise Refused (403) for everybody else."""
    refuse_if(rules.why_not_see_outbox(is_organiser=request.user.is_organiser), status=HTTPStatus.FORBIDDEN)


@login_not_required
@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 and "ok", or 503 and the names of what is not alive; with ?only=web this process answers for itself."""
    silent = [] if request.GET.get("only") == "web" else not_alive()
    if silent:
        response = HttpResponse(f"not alive: {', '.join(silent)}\n", status=503, content_type="text/plain")
        # Whoever asks each second writes the log; Django would write another line a second.
        response._has_been_logged = True  # type: ignore[attr-defined]
        return response
    return HttpResponse("ok\n", content_type="text/plain")
