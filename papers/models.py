"""The door Django looks through for models. They are defined in the folder of their capability."""

from papers.attendance.models import Attendance
from papers.calendars.models import CalendarEvent, CalendarFeed
from papers.catalogue.models import (
    Edit,
    Entry,
    Lineage,
    Link,
    ListImport,
    Merge,
    Milestone,
    Paper,
    Part,
    Proposal,
    ReadingList,
    SearchWord,
    Vote,
)
from papers.claims.models import Bid, Claim, Duty, Offer, Partner, Swap, WaitingPlace
from papers.digests.models import Digest
from papers.discussion.models import (
    Alias,
    Asking,
    InboxItem,
    Post,
    PostVersion,
    Thanks,
    Thread,
    Unmasking,
    Watch,
)
from papers.figures.models import Figure
from papers.jobs.models import Job
from papers.live.models import Change
from papers.mail.models import Outgoing, RefusedAddress
from papers.markup.models import Macro
from papers.members.models import Act, Application, Away, Group, Invite, Member, SignInLink
from papers.minutes.models import ActionItem, Material, Section, SectionVersion
from papers.notes.models import Draft, Note, NoteVersion, Opened, Reading, Seen
from papers.planning.models import PlanChange
from papers.reminders.models import AgreedTime, Announcement
from papers.sessions.models import Break, FormerSlot, ReadingSession, Series, Slot

__all__ = [
    "Job",
    "RefusedAddress",
    "Act",
    "ActionItem",
    "Attendance",
    "Material",
    "Section",
    "SectionVersion",
    "Alias",
    "AgreedTime",
    "Announcement",
    "Application",
    "Asking",
    "Away",
    "Bid",
    "Change",
    "CalendarEvent",
    "CalendarFeed",
    "Break",
    "Claim",
    "Digest",
    "Draft",
    "Duty",
    "Edit",
    "Entry",
    "Figure",
    "FormerSlot",
    "Group",
    "InboxItem",
    "Invite",
    "Lineage",
    "Link",
    "ListImport",
    "Macro",
    "Member",
    "Merge",
    "Milestone",
    "Note",
    "NoteVersion",
    "Offer",
    "Opened",
    "Outgoing",
    "Paper",
    "Part",
    "Partner",
    "PlanChange",
    "Post",
    "PostVersion",
    "Proposal",
    "Reading",
    "ReadingList",
    "ReadingSession",
    "SearchWord",
    "Seen",
    "Series",
    "SignInLink",
    "Slot",
    "Swap",
    "Thanks",
    "Thread",
    "Unmasking",
    "Vote",
    "WaitingPlace",
    "Watch",
]
