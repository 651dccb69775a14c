"""Saying whether one comes, that one is there, and who was."""

from collections.abc import Collection
from http import HTTPStatus

from django.db import transaction
from django.utils import timezone

from papers.attendance import rules
from papers.attendance.models import Attendance
from papers.claims.duties import duties_of
from papers.members import tokens
from papers.members.models import Member
from papers.members.queries import current_members
from papers.refusals import refuse_if
from papers.sessions.models import ReadingSession

TOKEN = "coming"  # noqa: S105 - the kind of a token, not one


@transaction.atomic
def answer(session: ReadingSession, value: str, *, by: Member) -> Attendance:
    """Remember whether the member comes, one of Attendance.Answer, and return that.

    Raises Refused: 422 for another word, 409 when the session is cancelled or over.
    """
    session = held(session)
    is_over, known = session.ends_at <= timezone.now(), Attendance.Answer.values
    refuse_if(
        rules.why_not_answer(value, known=known, is_cancelled=session.cancelled_at is not None, is_over=is_over),
        status=HTTPStatus.CONFLICT if value in known else HTTPStatus.UNPROCESSABLE_ENTITY,
    )
    facts = {"answer": value, "answered_at": timezone.now()}
    return Attendance.objects.update_or_create(session=session, member=by, defaults=facts)[0]


@transaction.atomic
def arrive(session: ReadingSession, *, by: Member) -> Attendance:
    """Remember that the member is there. Raises Refused (409) before 15 minutes before the start and a day after."""
    session = held(session)
    refuse_if(
        rules.why_not_here(
            now=timezone.now(),
            starts_at=session.starts_at,
            ends_at=session.ends_at,
            is_cancelled=session.cancelled_at is not None,
        )
    )
    facts = {"was_there": True, "noted_by": by}
    return Attendance.objects.update_or_create(session=session, member=by, defaults=facts)[0]


@transaction.atomic
def note(session: ReadingSession, there: Collection[int], *, by: Member) -> int:
    """Write down who was there, by their keys: these were, all other members were not. Returns how many were.

    Raises Refused: 403 for who neither organises nor leads the session nor writes its minutes, 409 before it begins.
    """
    session = held(session)
    may_note = by.is_organiser or by.pk in {member for member, _name in duties_of(session).values()}
    has_begun, is_cancelled = session.starts_at <= timezone.now(), session.cancelled_at is not None
    refuse_if(
        rules.why_not_note(has_begun=has_begun, is_cancelled=is_cancelled, may_note=may_note),
        status=HTTPStatus.CONFLICT if may_note else HTTPStatus.FORBIDDEN,
    )
    before = set(Attendance.objects.filter(session=session).values_list("member", flat=True))
    members = set(current_members().values_list("pk", flat=True))
    Attendance.objects.bulk_create(
        Attendance(session=session, member_id=member) for member in sorted((members | set(there) & before) - before)
    )
    rows = Attendance.objects.filter(session=session)
    was = rows.filter(member__in=there).update(was_there=True, noted_by=by)
    rows.exclude(member__in=there).update(was_there=False, noted_by=by)
    return was


def held(session: ReadingSession) -> ReadingSession:
    """Return the session as it is now, which can't be moved or cancelled until the transaction ends."""
    return ReadingSession.objects.select_for_update(no_key=True).get(pk=session.pk)


def token_of(session: int, member: int) -> str:
    """Return what lets a member answer from a mail, without signing in."""
    return tokens.make(TOKEN, session, member)


def asked_by(token: str) -> tuple[ReadingSession, Member] | None:
    """Return the session and the member that a token names, or None when it is none or the member has left."""
    said = tokens.read(TOKEN, token)
    if said is None:
        return None
    session = ReadingSession.objects.filter(pk=said.id).first()
    member = current_members().filter(pk=said.generation).first()
    return (session, member) if session is not None and member is not None else None
