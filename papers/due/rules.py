"""Who may look into the outbox."""

from collections.abc import Container

from django.utils.translation import gettext as _


def why_not_see_outbox(*, is_organiser: bool) -> str | None:
    """Return why a member can't read the outbox, or None: it holds everybody's mails."""
    return None if is_organiser else _("Only organisers see what was mailed. Ask an organiser to look for you.")


def why_not_job(kind: str, known: Container[str]) -> str | None:
    """Return why there is no job of this name, or None."""
    return None if kind in known else _("There is no job of that name. Open the page of the jobs again.")


def why_not_run_now(*, is_planning: bool) -> str | None:
    """Return why a job can't be done at this moment, or None."""
    return _("The site is doing its jobs at this moment. Look again in a minute.") if is_planning else None
