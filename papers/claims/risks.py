"""What of the next sessions nobody has promised yet, for organisers."""

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _

from papers.catalogue.models import Paper
from papers.claims.duties import empty
from papers.claims.machines import AT_RISK, slot_state
from papers.claims.models import Duty
from papers.claims.queries import with_place
from papers.claims.rules import AT_RISK_BEFORE


@dataclass(frozen=True, slots=True)
class Risk:
    """One thing that may go wrong, and the address where it is mended."""

    sentence: str
    url: str


def at_risk(now: dt.datetime) -> list[Risk]:
    """Return the papers and roles of sessions in the next three days that nobody has said yes to, in three queries."""
    until = now + AT_RISK_BEFORE
    papers = with_place(Paper.objects.filter(done_at=None)).filter(
        session_starts_at__gt=now, session_starts_at__lte=until
    )
    rows = papers.order_by("session_starts_at", "number").values(
        *("number", "title", "holder_id", "holder_name", "looking_since", "accept_by"),
        *("session_id", "session_sequence", "confirmed_for_id", "confirmed_sequence"),
    )
    labels = {
        Duty.Role.HOST: _("Nobody leads the session of %(session)s yet."),
        Duty.Role.SCRIBE: _("Nobody writes the minutes of the session of %(session)s yet."),
    }
    return [
        *(Risk(sentence_of(row), f"/papers/{row['number']}/") for row in rows if state_of(row) == AT_RISK),
        *(
            Risk(labels[Duty.Role(role)] % {"session": session}, f"{session.get_absolute_url()}#duties")
            for session, role in empty(now, until)
        ),
    ]


def state_of(row: dict) -> str:
    said = (row["confirmed_for_id"], row["confirmed_sequence"]) == (row["session_id"], row["session_sequence"])
    return slot_state(
        is_cancelled=False,
        is_over=False,
        holds=row["holder_id"] is not None,
        is_looking=row["looking_since"] is not None,
        is_confirmed=said and row["accept_by"] is None,
        is_near=True,
    )


def sentence_of(row: dict) -> str:
    """Return in a sentence what is at risk about a paper."""
    if row["holder_id"] is None:
        sentence = _("Nobody presents #%(number)d “%(title)s” yet.")
    elif row["looking_since"] is not None:
        sentence = _("%(name)s looks for a stand-in for #%(number)d “%(title)s”.")
    else:
        sentence = _("%(name)s has not confirmed #%(number)d “%(title)s”.")
    return sentence % {"number": row["number"], "title": row["title"], "name": row["holder_name"]}
