"""The pages on which people come in, and the organisers' page of invites and applications."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from allauth.account.models import EmailAddress
from allauth.account.utils import perform_login
from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.hashers import make_password
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from papers.htmx import answer, form_again, see
from papers.joining import actions, proof, rules
from papers.joining.forms import ApplyForm, CodeForm, InviteForm, JoinForm
from papers.joining.proof import Wish
from papers.joining.queries import applications, invite_of, invites, row_of, why_not_use
from papers.lines import isolated
from papers.members.actions import is_here
from papers.members.context import the_group_of
from papers.members.models import Application, Group, Invite, Member
from papers.members.queries import current_members, member_with_address
from papers.members.requests import MemberRequest
from papers.members.views.group import require_organiser
from papers.refusals import Refused, refuse_if

View = Callable[..., HttpResponse]

JOIN, APPLY, CODE, NO_ENTRY = "joining/join.html", "joining/apply.html", "joining/code.html", "joining/no_entry.html"
INVITES = "joining/invites.html"


def at_the_door(view: View) -> View:
    """A page for everybody: kept by no cache, its address given to no other page, its passwords to no report.

    The origin still goes along, without which Django takes the page's own form for a forgery.
    """

    @login_not_required
    @never_cache
    @sensitive_post_parameters()
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response["Referrer-Policy"] = "strict-origin"
        return response

    return guarded


# --- Joining


@at_the_door
def join(request: HttpRequest) -> HttpResponse:
    """The way in without an invite: joining, asking to, or a sentence on how one joins."""
    if request.user.is_authenticated:
        return render(request, "joining/here.html")
    match the_group_of(request).signup:
        case Group.Signup.OPEN:
            return join_form(request, None, "")
        case Group.Signup.APPLY:
            return apply_form(request)
        case signup:
            return no_entry(request, rules.why_not_join(signup=signup) or "", HTTPStatus.OK)


@at_the_door
def join_by_invite(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows who invites to what; POST mails a code. Nothing is used up before the code was typed."""
    try:
        invite = invite_of(token)
    except Http404 as none:
        return no_entry(request, str(none), HTTPStatus.NOT_FOUND)
    if request.user.is_authenticated:
        return render(request, "joining/here.html")
    why = why_not_use(invite, the_group_of(request))
    return no_entry(request, why, HTTPStatus.GONE) if why else join_form(request, invite, token)


def join_form(request: HttpRequest, invite: Invite | None, token: str) -> HttpResponse:
    if request.method != "POST":
        return render(request, JOIN, {"form": JoinForm(), "invite": invite})
    form = JoinForm(request.POST)
    try:
        wish = wish_of(request, form.accepted(), token)
        limit(request, "join", wish.email)
    except Refused as refused:
        return again(request, JOIN, {"form": form, "invite": invite}, refused)
    proof.begin(request, wish)
    return see(request, "/join/code/")


def wish_of(request: HttpRequest, accepted: dict[str, Any], token: str) -> Wish:
    group = the_group_of(request)
    return Wish(
        name=accepted["name"],
        email=accepted["email"],
        language=get_language() or group.language,
        time_zone=accepted["time_zone"] or group.time_zone,
        password_hash=make_password(accepted["password"]) if accepted["password"] else "",
        token=token,
    )


@at_the_door
def code(request: HttpRequest) -> HttpResponse:
    """GET asks for the code that was mailed; POST with the right one joins, or signs in who is a member already."""
    wish = proof.pending(request)
    if wish is None:
        return no_entry(request, rules.why_no_code(), HTTPStatus.GONE)
    if request.method != "POST":
        return render(request, CODE, code_context(wish, CodeForm()))
    if request.POST.get("action") == "resend":
        return new_code(request, wish)
    form = CodeForm(request.POST)
    try:
        limit(request, "guess_code", request.session.session_key or "")
        proof.check(request, wish, form.accepted()["code"])
    except Refused as refused:
        if form.is_valid():
            form.add_error("code", refused.sentence)
        return again(request, CODE, code_context(wish, form), refused)
    return come_in(request, wish)


def new_code(request: HttpRequest, wish: Wish) -> HttpResponse:
    try:
        limit(request, "join", wish.email)
    except Refused as refused:
        return again(request, CODE, code_context(wish, CodeForm()), refused)
    proof.begin(request, wish)
    messages.success(request, _("A new code is on its way; the old one is no longer good."))
    return see(request, "/join/code/")


def come_in(request: HttpRequest, wish: Wish) -> HttpResponse:
    """Let in who has proved the address: as a new member, or as the one they are already."""
    proof.forget(request)
    member = member_with_address(wish.email)
    if member is not None and not is_here(member):
        return no_entry(request, rules.why_not_back(name=isolated(member.name)), HTTPStatus.FORBIDDEN)
    sentence = _("You are in the group already, and signed in now.")
    if member is None:
        try:
            member = become_member(wish)
        except (Refused, Http404) as refused:
            return no_entry(request, str(refused), HTTPStatus.GONE)
        sentence = _("Welcome to the group, %(name)s.") % {"name": isolated(member.name)}
    EmailAddress.objects.filter(user=member, email=member.email, verified=False).update(verified=True)
    messages.success(request, sentence)
    response = perform_login(request, member, email=member.email, redirect_url="/")
    if response.status_code == HTTPStatus.FOUND:
        response.status_code = HTTPStatus.SEE_OTHER
    return response


def become_member(wish: Wish) -> Member:
    """Raises Refused or Http404 when the invite no longer takes anybody in."""
    return actions.join(
        wish.email,
        name=wish.name,
        language=wish.language,
        time_zone=wish.time_zone,
        password_hash=wish.password_hash,
        invite=invite_of(wish.token) if wish.token else None,
    )


def apply_form(request: HttpRequest) -> HttpResponse:
    """Ask to join. The answer is the same whatever is known of the address."""
    if request.method != "POST":
        return render(request, APPLY, {"form": ApplyForm()})
    form = ApplyForm(request.POST)
    try:
        facts = form.accepted()
        limit(request, "apply", facts["email"])
        actions.apply(facts["name"], facts["email"], facts["sentence"], language=facts["language"])
    except Refused as refused:
        return again(request, APPLY, {"form": form}, refused)
    return render(request, "joining/applied.html", {"email": facts["email"]})


def limit(request: HttpRequest, action: str, key: str) -> None:
    """Count one more of this. Raises Refused (429) when it is too many from this place or for this key."""
    is_fine = ratelimit.consume(request, action=action, key=key)
    sentence = _("That was too much at once. Wait some minutes, then try again; what you typed is still here.")
    refuse_if(None if is_fine else sentence, status=HTTPStatus.TOO_MANY_REQUESTS)


def again(request: HttpRequest, page: str, context: dict[str, Any], refused: Refused) -> HttpResponse:
    """Return the page with the form as it was typed, and the reason."""
    response = render(request, page, {**context, "refusal": refused.sentence}, status=refused.status)
    if refused.status == HTTPStatus.TOO_MANY_REQUESTS:
        response["Retry-After"] = "60"
    return response


def code_context(wish: Wish, form: CodeForm) -> dict[str, Any]:
    back = f"/join/{wish.token}/" if wish.token else "/join/"
    return {"email": wish.email, "verify_form": form, "can_resend": True, "cancel_url": back}


def no_entry(request: HttpRequest, sentence: str, status: int) -> HttpResponse:
    return render(request, NO_ENTRY, {"sentence": sentence}, status=status)


# --- For organisers


@require_http_methods(["GET", "HEAD", "POST"])
def organise_invites(request: MemberRequest) -> HttpResponse:
    """GET shows the invite links and who asks to join; POST makes a link."""
    require_organiser(request)
    if request.method != "POST":
        return render(request, INVITES, invites_context(request))
    form = InviteForm(request.POST)
    try:
        made = actions.invite(**form.accepted(), by=request.user)
    except Refused as refused:
        return form_again(
            request, "joining/_invites.html", INVITES, invites_context(request, form), refused, at="#invites"
        )
    sentence = _("The invite link is made. Copy it and send it to your people.")
    context = invites_context(request, made=made.pk)
    return answer(
        request, "joining/_invites.html", context, to=f"/organise/invites/#invite-{made.pk}", sentence=sentence
    )


@require_POST
def revoke(request: MemberRequest, pk: int) -> HttpResponse:
    require_organiser(request)
    invite = actions.revoke(get_object_or_404(Invite, pk=pk), by=request.user)
    context = {"invite": row_of(invite, the_group_of(request))}
    sentence = _("The invite link is taken back: nobody joins with it any more.")
    return answer(request, "joining/_invite.html", context, to="/organise/invites/", sentence=sentence)


@require_POST
def accept(request: MemberRequest, pk: int) -> HttpResponse:
    require_organiser(request)
    try:
        member = actions.accept(get_object_or_404(Application, pk=pk), by=request.user)
    except Refused as refused:
        return as_it_stands(request, refused)
    sentence = _("%(name)s is in the group now, and gets a mail that says how to sign in.")
    return decided(request, sentence % {"name": isolated(member.name)})


@require_POST
def decline(request: MemberRequest, pk: int) -> HttpResponse:
    require_organiser(request)
    try:
        application = actions.decline(get_object_or_404(Application, pk=pk), by=request.user)
    except Refused as refused:
        return as_it_stands(request, refused)
    sentence = _("The application of %(name)s is declined. Nobody is told.")
    return decided(request, sentence % {"name": isolated(application.name)})


def as_it_stands(request: MemberRequest, refused: Refused) -> HttpResponse:
    """Return the applications as they are now, with the reason why this one was not answered."""
    return form_again(
        request, "joining/_applications.html", INVITES, invites_context(request), refused, at="#applications"
    )


def decided(request: MemberRequest, sentence: str) -> HttpResponse:
    context = {"applications": applications(), "signup": the_group_of(request).signup}
    return answer(request, "joining/_applications.html", context, to="/organise/invites/", sentence=sentence)


def invites_context(
    request: MemberRequest, form: InviteForm | None = None, *, made: int | None = None
) -> dict[str, Any]:
    group = the_group_of(request)
    good, over = invites(group)
    return {
        "section": "organise",
        "form": form or InviteForm(),
        "invites": good,
        "over": over,
        "made": made,
        "applications": applications(),
        "signup": group.signup,
        "signup_label": group.get_signup_display(),
        "is_alone": not current_members().exclude(pk=request.user.pk).exists(),
    }
