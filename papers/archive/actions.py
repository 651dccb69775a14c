"""Taking the whole site along, and starting another one with it."""

from http import HTTPStatus
from typing import IO

from django.db import connection, transaction

from papers.archive import exporting, importing
from papers.members import actions as members
from papers.members.models import Member
from papers.members.rules import why_not_organise
from papers.refusals import refuse_if


def export(file: IO[bytes], *, by: Member | None) -> dict[str, int]:
    """Write the archive of the site as it is at one instant; return how many rows of each kind are in it.

    `by` is None for the command line. Raises Refused (403) for everybody but organisers.
    """
    if by is not None:
        refuse_if(why_not_organise(is_organiser=by.is_organiser), status=HTTPStatus.FORBIDDEN)
    with transaction.atomic():
        # Everything is read as of one instant, so the pieces fit together while others go on writing.
        if not connection.savepoint_ids:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        counts = exporting.write(file)
    members.log("export site", "", by=by, after={"rows": sum(counts.values())})
    return counts


def bring_in(file: IO[bytes]) -> dict[str, int]:
    """Bring an archive into this empty site; return how many rows of each kind there are.

    Raises Refused (409, 413, 422) as `importing.read` does.
    """
    counts = importing.read(file)
    members.log("import site", "", by=None, after={"rows": sum(counts.values())})
    return counts
