"""Who comes to a session and who was there, as its page shows it."""

from dataclasses import dataclass, field

from papers.attendance.models import Attendance
from papers.members.models import Member
from papers.sessions.models import ReadingSession

Answer = Attendance.Answer


@dataclass(frozen=True)
class Person:
    """A member as far as a session is concerned; `answer` is "" and `was_there` None where nothing is known."""

    member: int
    name: str
    answer: str = ""
    was_there: bool | None = None


@dataclass(frozen=True)
class Coming:
    """All who said something about a session, and those who could."""

    mine: Person
    people: list[Person] = field(default_factory=list)

    def names(self, answer: str) -> list[str]:
        return [person.name for person in self.people if person.answer == answer]

    @property
    def groups(self) -> list[tuple[str, str, list[str]]]:
        """Each answer, its word and the names of who gave it, without those that nobody gave."""
        return [(value, str(word), self.names(value)) for value, word in Answer.choices if self.names(value)]

    @property
    def there(self) -> list[str]:
        """The names of those who were there."""
        return [person.name for person in self.people if person.was_there]


def coming_to(session: ReadingSession, member: Member) -> Coming:
    """Return who comes and who was there, current members and those of whom something is known, in one query."""
    rows = Member.objects.raw(
        """
        SELECT m.id, m.name, a.answer, a.was_there
        FROM papers_member m LEFT JOIN papers_attendance a ON a.member_id = m.id AND a.session_id = %s
        WHERE m.left_at IS NULL OR a.was_there
        ORDER BY lower(m.name), m.id
        """,
        [session.pk],
    )
    people = [Person(row.pk, row.name, row.answer or "", row.was_there) for row in rows]  # type: ignore[attr-defined]
    mine = next((person for person in people if person.member == member.pk), Person(member.pk, member.name))
    return Coming(mine, people)
