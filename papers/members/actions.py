"""What people do to become members and what organisers do for the group."""

from typing import Any

from papers.members.models import Act, Member


def log(verb: str, about: str, *, by: Member | None, before: Any = None, after: Any = None) -> None:
    """Note what an organiser did for the group or for others. Call it within the transaction of the act.

    `by` is None for what the server's command line did. `before` and `after` are values JSON can hold.
    """
    Act.objects.create(verb=verb, about=about, by=by, before=before, after=after)
