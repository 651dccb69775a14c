"""The door Django looks through for models. They are defined in the folder of their capability."""

from papers.catalogue.models import Entry, Lineage, Link, Milestone, Paper, Part, ReadingList
from papers.claims.models import Claim
from papers.digests.models import Digest
from papers.discussion.models import Post, Thread
from papers.mail.models import Outgoing
from papers.members.models import Act, Application, Group, Invite, Member, SignInLink
from papers.notes.models import Note, Seen
from papers.sessions.models import ReadingSession, Series, Slot

__all__ = [
    "Act",
    "Application",
    "Claim",
    "Digest",
    "Entry",
    "Group",
    "Invite",
    "Lineage",
    "Link",
    "Member",
    "Milestone",
    "Note",
    "Outgoing",
    "Paper",
    "Part",
    "Post",
    "ReadingList",
    "ReadingSession",
    "Seen",
    "Series",
    "SignInLink",
    "Slot",
    "Thread",
]
