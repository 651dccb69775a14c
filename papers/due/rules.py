"""Who may look into the outbox."""

from django.utils.translation import gettext as _


def why_not_see_outbox(*, is_organiser: bool) -> str | None:
    """Return why a member can't read the outbox, or None: it holds everybody's mails."""
    return None if is_organiser else _("Only organisers see what was mailed. Ask an organiser to look for you.")
