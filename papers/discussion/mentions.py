"""Whom a text names."""

from papers.members.queries import current_members


def mentioned_in(body: str) -> list[int]:
    """Return the ids of the members whom the text names as `@Full Name`, in one query, none without an @.

    Of two names of which one begins the other the longer one is meant.
    """
    if "@" not in body:
        return []
    folded, found = body.casefold(), []
    names = sorted(current_members().values_list("pk", "name"), key=lambda row: len(row[1]), reverse=True)
    for pk, name in names:
        called = f"@{name.strip().casefold()}"
        if called in folded:
            found.append(pk)
            if not any(other == name for key, other in names if key not in found):
                folded = folded.replace(called, " ")
    return found
