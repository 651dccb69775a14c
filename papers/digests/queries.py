"""What is new: read once for all members, then looked at through the eyes of each."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from django.db import connection
from django.db.models import CharField, DateTimeField, Exists, Max, OuterRef, Q, Value
from django.db.models.functions import Left
from django.utils import timezone

from papers import markup
from papers.catalogue.models import Paper
from papers.claims.models import Claim
from papers.claims.queries import PAPER_FIELDS, PLACE_FIELDS, is_done, presenters_from, with_place
from papers.digests import rules
from papers.digests.models import Digest
from papers.discussion.models import Post, Watch
from papers.mail.composing import zone_of
from papers.mail.models import Outgoing
from papers.members.models import Every, Group, Member, WatchLevel
from papers.members.queries import current_members, the_group
from papers.members.rules import is_digest_day
from papers.notes.masking import masked_pairs
from papers.notes.models import Seen
from papers.notes.queries import visible_to_everybody
from papers.sessions.models import ReadingSession, Slot
from papers.sessions.queries import next_session, slots_of

EXCERPT_LENGTH = 160
# A writer who has not committed for so long is not waited for.
PATIENCE = dt.timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that happened. `kind` is note, question, remark, erratum, reply, claim or slot."""

    kind: str
    at: dt.datetime
    paper_id: int
    number: int
    title: str
    path: str
    author_id: int | None = None
    author: str = ""
    # Where the author writes without their name.
    alias: int | None = None
    thread: str = ""
    excerpt: str = ""
    date: dt.date | None = None
    # The key of the note or post.
    text_id: int | None = None

    @property
    def is_text(self) -> bool:
        return self.kind not in ("claim", "slot")


@dataclass(frozen=True, slots=True)
class Held:
    """A paper that a member is to present, and the session it is in."""

    paper_id: int
    number: int
    title: str
    session: ReadingSession | None


@dataclass(frozen=True, slots=True)
class NextSession:
    session: ReadingSession
    lines: list[tuple[Slot, str]]


@dataclass
class Gathered:
    """Everything that the digests of some members are made of."""

    group: Group
    items: list[Item]
    seen: Mapping[tuple[int, int], dt.datetime]
    held: Mapping[int, list[Held]]
    next_session: NextSession | None
    # What each member chose for a paper, where they chose at all.
    watched: Mapping[tuple[int, int], str] = field(default_factory=dict)
    # From whom what others wrote about which paper is masked.
    masked: Collection[tuple[int, int]] = ()


@dataclass
class PaperNews:
    """What is new about one paper, oldest first."""

    number: int
    title: str
    is_mine: bool
    items: list[Item] = field(default_factory=list)


@dataclass(frozen=True)
class Issue:
    """One member's digest: what is new to them since `since`, and what comes next."""

    since: dt.datetime
    until: dt.datetime
    papers: list[PaperNews]
    counts: Counter[str]
    more: int
    held: list[Held]
    next_session: NextSession | None

    @property
    def items(self) -> int:
        """How many things are new, those that are not shown included."""
        return self.counts.total()


@dataclass(frozen=True)
class DueMember:
    """A member whose digest is to be made."""

    member: Member
    week: str
    since: dt.datetime


def due_members(now: dt.datetime, group: Group) -> list[DueMember]:
    """Return the members whose hour has come and who had no digest of that week, empty or not."""
    due = {}
    for member in current_members():
        zone = zone_of(member.time_zone, group.time_zone)
        last = rules.last_due(now, weekday=member.digest_weekday, hour=member.digest_hour, zone=zone)
        # Nothing is lost: what a day that is left out would have told, the next digest tells.
        if is_digest_day(
            last.at.astimezone(zone).date(),
            monthly=member.digest_every == Every.MONTH,
            paused_until=member.digest_paused_until,
        ):
            due[member] = last
    weeks = {week for _at, week in due.values()}
    had = set(Digest.objects.filter(week__in=weeks).values_list("member_id", "week"))
    left = {
        member: when
        for member, when in due.items()
        if rules.is_due(due=when, joined_at=member.joined_at, has_had=(member.pk, when.week) in had)
    }
    if not left:
        return []
    # One that could not be composed stands in the outbox as failed; the next digest has what was in it.
    keys = [rules.digest_key(member.pk, when.week) for member, when in left.items()]
    there = set(Outgoing.objects.filter(key__in=keys).values_list("key", flat=True))
    markers = last_digests(left)
    return [
        DueMember(member, when.week, markers.get(member.pk, member.joined_at))
        for member, when in left.items()
        if rules.digest_key(member.pk, when.week) not in there
    ]


def last_digests(members: Iterable[Member]) -> dict[int, dt.datetime]:
    """Return until when each member's last digest reached, by member id."""
    digests = Digest.objects.filter(member__in=list(members)).values("member").annotate(last=Max("until"))
    return dict(digests.values_list("member", "last"))


def begin_of_this_week(member: Member, week: str) -> dt.datetime:
    """Return since when this week's digest reads, whether it was sent already or not."""
    last = Digest.objects.filter(member=member).order_by("-until").first()
    if last is None:
        return member.joined_at
    return last.since if last.week == week else last.until


def issue_now(
    member: Member, now: dt.datetime, *, most: int = rules.MOST_ITEMS, for_others: bool = False
) -> tuple[Issue, Gathered, str]:
    """Return this week's digest as it would be made now, what it was made of, and its week.

    `for_others` leaves out what was written without a name: missing from one digest only, it would say whose it is.
    """
    group = the_group()
    week = rules.iso_week(timezone.localdate(now, zone_of(member.time_zone, group.time_zone)))
    since = begin_of_this_week(member, week)
    gathered = gather([member], group, since=since, until=now)
    if for_others:
        gathered.items = [item for item in gathered.items if item.alias is None]
    return issue_for(member, gathered, since=since, until=now, most=most), gathered, week


def missed_since(member: Member, now: dt.datetime) -> dt.datetime:
    """Return since when what the member has not seen is told to who was away."""
    return max(now - rules.MISSED_OF, member.joined_at)


def settled(now: dt.datetime) -> dt.datetime:
    """Return the instant before which nothing new can appear any more, at most a minute before `now`.

    What somebody is just writing bears the time at which they began and is seen only when they have committed;
    a digest that reached until `now` would leave it out for ever.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT min(xact_start) FROM pg_stat_activity"
            " WHERE datname = current_database() AND backend_xid IS NOT NULL AND pid <> pg_backend_pid()"
        )
        (writing_since,) = cursor.fetchone()
    return now if writing_since is None else min(now, max(writing_since, now - PATIENCE))


def gather(members: Collection[Member], group: Group, *, since: dt.datetime, until: dt.datetime) -> Gathered:
    """Return what happened in between and what these members may know already, in a fixed number of queries."""
    items = sorted(
        [*new_notes(since, until), *new_posts(since, until), *new_claims(since, until), *new_slots(since, until)],
        key=lambda item: item.at,
    )
    seen, watched = known_of(members, {item.paper_id for item in items}, since)
    told = {item.paper_id for item in items if item.is_text}
    return Gathered(
        group=group,
        items=items,
        seen=seen,
        held=held_by(members, until),
        next_session=the_next_session(until),
        watched=watched,
        masked=masked_pairs(members, told, until) if told else (),
    )


def known_of(
    members: Collection[Member], papers: Collection[int], since: dt.datetime
) -> tuple[dict[tuple[int, int], dt.datetime], dict[tuple[int, int], str]]:
    """Return when these members saw these papers after `since`, and at which level they chose to follow them.

    Both by member and paper, in one query.
    """
    these = {"member__in": [member.pk for member in members], "paper__in": papers}
    no_level, no_time = Value("", output_field=CharField()), Value(None, output_field=DateTimeField())
    seen = Seen.objects.filter(**these, seen_at__gt=since).values_list("member", "paper", "seen_at", no_level)
    chosen = Watch.objects.filter(**these).values_list("member", "paper", no_time, "level")
    rows = list(seen.union(chosen, all=True))
    return (
        {(member, paper): seen_at for member, paper, seen_at, _level in rows if seen_at is not None},
        {(member, paper): level for member, paper, _seen_at, level in rows if level},
    )


def new_notes(since: dt.datetime, until: dt.datetime) -> list[Item]:
    rows = (
        visible_to_everybody()
        .filter(written_at__gt=since, written_at__lte=until)
        .annotate(beginning=Left("body", 4 * EXCERPT_LENGTH))
    )
    return [
        Item(
            kind="note",
            at=row["written_at"],
            paper_id=row["paper_id"],
            number=row["paper__number"],
            title=row["paper__title"],
            path=f"/papers/{row['paper__number']}/#note-{row['pk']}",
            text_id=row["pk"],
            author_id=row["author_id"],
            author=row["author__name"],
            excerpt=excerpt(row["beginning"]),
        )
        for row in rows.values(
            *("pk", "written_at", "paper_id", "paper__number", "paper__title"),
            *("author_id", "author__name", "beginning"),
        )
    ]


def new_posts(since: dt.datetime, until: dt.datetime) -> list[Item]:
    """Return the replies, and for the opening of a thread its kind."""
    before = Post.objects.filter(thread=OuterRef("thread")).filter(
        Q(written_at__lt=OuterRef("written_at")) | Q(written_at=OuterRef("written_at"), pk__lt=OuterRef("pk"))
    )
    rows = Post.objects.filter(deleted_at=None, hidden_at=None, written_at__gt=since, written_at__lte=until).annotate(
        beginning=Left("body", 4 * EXCERPT_LENGTH), replies=Exists(before)
    )
    return [
        Item(
            kind="reply" if row["replies"] else row["thread__kind"],
            at=row["written_at"],
            paper_id=row["thread__paper_id"],
            number=row["thread__paper__number"],
            title=row["thread__paper__title"],
            path=f"/posts/{row['pk']}/",
            text_id=row["pk"],
            author_id=row["author_id"],
            author=row["author__name"],
            alias=row["alias"],
            thread=markup.title(row["thread__title"]),
            excerpt=excerpt(row["beginning"]),
        )
        for row in rows.values(
            *("pk", "written_at", "thread__paper_id", "thread__paper__number", "thread__paper__title"),
            *("thread__kind", "thread__title", "author_id", "author__name", "alias", "beginning", "replies"),
        )
    ]


def new_claims(since: dt.datetime, until: dt.datetime) -> list[Item]:
    rows = Claim.objects.filter(released_at=None, claimed_at__gt=since, claimed_at__lte=until)
    return [
        Item(
            kind="claim",
            at=row["claimed_at"],
            paper_id=row["paper_id"],
            number=row["paper__number"],
            title=row["paper__title"],
            path=f"/papers/{row['paper__number']}/",
            author_id=row["holder_id"],
            author=row["holder__name"],
        )
        for row in rows.values("claimed_at", "paper_id", "paper__number", "paper__title", "holder_id", "holder__name")
    ]


def new_slots(since: dt.datetime, until: dt.datetime) -> list[Item]:
    """Return the papers that were put into a session which is still to come."""
    rows = Slot.objects.filter(
        made_at__gt=since, made_at__lte=until, session__cancelled_at=None, session__starts_at__gt=until
    )
    return [
        Item(
            kind="slot",
            at=row["made_at"],
            paper_id=row["paper_id"],
            number=row["paper__number"],
            title=row["paper__title"],
            path=f"/sessions/{row['session_id']}/",
            date=row["session__date"],
        )
        for row in rows.values("made_at", "paper_id", "paper__number", "paper__title", "session_id", "session__date")
    ]


def held_by(members: Collection[Member], now: dt.datetime) -> dict[int, list[Held]]:
    """Return the papers that each member is still to present, alone or with others, by member id and number."""
    wanted = {member.pk for member in members}
    rows = list(
        with_place(Paper.objects.all())
        .filter(holder_id__isnull=False)
        .order_by("number")
        .values("pk", "title", *PAPER_FIELDS, *PLACE_FIELDS)
    )
    slots = slots_of([row["pk"] for row in rows])
    held: dict[int, list[Held]] = defaultdict(list)
    for row in rows:
        if is_done(row["done_at"], row["session_starts_at"], row["session_minutes"], now):
            continue
        slot = slots.get(row["pk"])
        for member, _name in presenters_from(row):
            if member in wanted:
                held[member].append(Held(row["pk"], row["number"], row["title"], slot.session if slot else None))
    return held


def the_next_session(now: dt.datetime) -> NextSession | None:
    """Return the next session with its papers and the names of those who present them, empty where nobody does."""
    session = next_session(now)
    if session is None:
        return None
    agenda: list[Slot] = session.agenda  # type: ignore[attr-defined]
    rows = with_place(Paper.objects.filter(pk__in=[slot.paper_id for slot in agenda]))
    names = {
        row["pk"]: ", ".join(name for _member, name in presenters_from(row))
        for row in rows.values("pk", "holder_id", "holder_name", "beside")
    }
    return NextSession(session, [(slot, names.get(slot.paper_id, "")) for slot in agenda])


def issue_for(
    member: Member, gathered: Gathered, *, since: dt.datetime, until: dt.datetime, most: int = rules.MOST_ITEMS
) -> Issue:
    """Return the member's digest: news about the papers they hold first, then the newest; at most `most` things."""
    held = gathered.held.get(member.pk, [])
    mine = {paper.paper_id for paper in held}
    news = news_for(member, gathered, since=since)
    # What is about my papers before the rest; sorting keeps the newest first in both.
    news.reverse()
    shown = sorted(news, key=lambda item: item.paper_id not in mine)[:most]
    papers: dict[int, PaperNews] = {}
    for item in shown:
        paper = papers.setdefault(item.paper_id, PaperNews(item.number, item.title, item.paper_id in mine))
        paper.items.insert(0, item)
    return Issue(
        since=since,
        until=until,
        papers=list(papers.values()),
        counts=Counter(kind_counted(item.kind) for item in news),
        more=len(news) - len(shown),
        held=held,
        next_session=gathered.next_session,
    )


def news_for(member: Member, gathered: Gathered, *, since: dt.datetime) -> list[Item]:
    """Return what is new to the member since then, oldest first, without what is masked from them."""
    return [
        item
        for item in gathered.items
        if (gathered.watched.get((member.pk, item.paper_id)) or member.watches_usually) != WatchLevel.OFF
        and not (item.is_text and (member.pk, item.paper_id) in gathered.masked)
        and rules.is_new_to(
            member_id=member.pk,
            author_id=item.author_id,
            at=item.at,
            since=since,
            seen_at=gathered.seen.get((member.pk, item.paper_id)),
        )
    ]


def kind_counted(kind: str) -> str:
    """Return under which word the subject counts it: questions, remarks and errata are threads there."""
    return kind if kind in ("note", "reply", "claim", "slot") else "thread"


def excerpt(body: str) -> str:
    """Return the beginning of a Markdown text on one line, without its marks; formulas stay LaTeX."""
    words = " ".join(markup.plain(body).split())
    return words if len(words) <= EXCERPT_LENGTH else words[: EXCERPT_LENGTH - 1].rstrip() + "…"
