"""Which rows make the site, and what of them does not travel."""

from allauth.account.models import EmailAddress
from django.db.models import Model

from papers.attendance.models import Attendance
from papers.calendars.models import CalendarEvent
from papers.catalogue.models import (
    Edit,
    Entry,
    Lineage,
    Link,
    Merge,
    Milestone,
    Paper,
    Part,
    Proposal,
    ReadingList,
    Vote,
)
from papers.claims.models import Bid, Claim, Duty, Offer, Partner, Swap, WaitingPlace
from papers.digests.models import Digest
from papers.discussion.models import Alias, Asking, InboxItem, Post, PostVersion, Thanks, Thread, Unmasking, Watch
from papers.figures.models import Figure
from papers.markup.models import Macro
from papers.members.models import Act, Away, Group, Member
from papers.minutes.models import ActionItem, Material, Section, SectionVersion
from papers.notes.models import Note, NoteVersion, Opened, Reading, Seen
from papers.planning.models import PlanChange
from papers.sessions.models import Break, FormerSlot, ReadingSession, Series, Slot

# Everything of a site but what is secret (passwords, sign-in links, invites, addresses of calendars), of the
# moment (outbox, what it told, imports on their way, applications, drafts) or made from the rest (search words,
# rendered texts).
MODELS: tuple[type[Model], ...] = (
    *(Group, Member, EmailAddress, Away, Macro),
    *(ReadingList, Part, Paper, Entry, Link, Lineage, Milestone, Edit, Merge, Proposal, Vote),
    *(Series, ReadingSession, Slot, FormerSlot, Break, PlanChange, CalendarEvent),
    *(Attendance, Section, SectionVersion, ActionItem, Material),
    *(Claim, Partner, Duty, WaitingPlace, Offer, Swap, Bid),
    *(Figure, Note, NoteVersion, Reading, Seen, Opened, Thread, Alias, Unmasking, Post),
    *(PostVersion, Asking, Thanks, Watch, InboxItem),
    *(Digest, Act),
)
# Made anew when the rows come in, or never shown to anybody.
LEFT_OUT = {"password", "last_login", "html", "renderer", "words", "folded"}


def name_of(model: type[Model]) -> str:
    """Return how a file of the archive calls the rows of a model: the model's name in small letters."""
    return str(model._meta.model_name)


def fields_of(model: type[Model]) -> list[str]:
    """Return the names of the columns that travel, without the key, which always does."""
    return [
        field.name for field in model._meta.concrete_fields if not field.primary_key and field.name not in LEFT_OUT
    ]
