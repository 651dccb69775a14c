"""The list as a whole: its parts, and the end of one list and the beginning of the next.

A list that is archived keeps its papers, their pages and their numbers; the next list goes on counting.
"""

from http import HTTPStatus

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from papers.catalogue import rules
from papers.catalogue.models import Part, ReadingList
from papers.members import actions as members
from papers.members.models import Member
from papers.members.queries import the_group
from papers.refusals import refuse_if


def current_list() -> ReadingList | None:
    """Return the list that is read now, or None before there is one."""
    return ReadingList.objects.filter(archived_at=None).first()


@transaction.atomic
def add_part(title_zh: str, title_en: str, *, by: Member) -> Part:
    """Add a part to the end of the list; a title in one language stands for both. Raises Refused (403, 422)."""
    require_organiser(by)
    zh, en = titles(title_zh, title_en)
    reading_list = ReadingList.objects.select_for_update().filter(archived_at=None).first()
    if reading_list is None:
        reading_list = ReadingList.objects.create(title_zh="阅读清单", title_en="Reading list")
    last = reading_list.parts.aggregate(last=Max("number"))["last"] or 0
    part = Part.objects.create(reading_list=reading_list, number=last + 1, title_zh=zh, title_en=en)
    if the_group().bids_first:
        part.bids_until = timezone.now() + rules.BIDS_FIRST
        part.save(update_fields=["bids_until"])
    members.log("add part", f"part:{part.number}", by=by, after={"title": en})
    return part


@transaction.atomic
def name_part(part: Part, title_zh: str, title_en: str, *, by: Member) -> Part:
    """Give a part other titles. Raises Refused (403, 422)."""
    require_organiser(by)
    part.title_zh, part.title_en = titles(title_zh, title_en)
    part.save(update_fields=["title_zh", "title_en"])
    members.log("name part", f"part:{part.number}", by=by, after={"title": part.title_en})
    return part


@transaction.atomic
def start_next_list(title_zh: str, title_en: str, *, by: Member) -> ReadingList:
    """Archive the list that is read now and begin another one with a first part. Raises Refused (403, 422)."""
    require_organiser(by)
    zh, en = titles(title_zh, title_en)
    ReadingList.objects.select_for_update().filter(archived_at=None).update(archived_at=timezone.now())
    made = ReadingList.objects.create(title_zh=zh, title_en=en)
    Part.objects.create(reading_list=made, number=1, title_zh="第一部分", title_en="Part one")
    members.log("start list", f"list:{made.pk}", by=by, after={"title": en})
    return made


def titles(zh: str, en: str) -> tuple[str, str]:
    """Return both titles, the one standing for the other where it is missing. Raises Refused (422) without any."""
    zh, en = " ".join(zh.split()), " ".join(en.split())
    refuse_if(rules.why_no_title(zh or en), status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return zh or en, en or zh


def require_organiser(by: Member) -> None:
    refuse_if(rules.why_not_shape(is_organiser=by.is_organiser), status=HTTPStatus.FORBIDDEN)
