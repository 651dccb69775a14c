"""Why an archive is not brought in. Pure: facts in, a sentence or None out."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

# What an archive may hold; ten years of a busy group stay far below.
MOST_BYTES = 2_000_000_000
MOST_OF_A_KIND = 500_000_000
MOST_OF_A_ROW = 5_000_000


def why_not_here(*, is_empty: bool) -> str | None:
    """Return why an archive cannot be brought into this site, or None."""
    if is_empty:
        return None
    return _(
        "This site is not empty, so nothing was brought in. Start a new one with another data folder "
        "(READINGGROUP_HOME) and `serve --no-seed`, and bring the archive in there."
    )


def why_not_this(*, format: object, version: object, known: int) -> str | None:
    """Return why a file is no archive that can be read here, or None."""
    if format != "reading-group-site" or not isinstance(version, int):
        return _("This is no archive of a reading group: make one with `export_site`.")
    if version > known:
        return _("This archive was made by a later version of the site. Update this one first.")
    return None


def why_not_complete(said: Mapping[str, int], there: Mapping[str, int]) -> str | None:
    """Return which kind of rows is not as many as the archive says, or None."""
    for name, count in there.items():
        if said.get(name) != count:
            sentence = _("The archive is damaged: of “%(name)s” it should have %(said)s rows, and it has %(there)s.")
            return sentence % {"said": said.get(name), "name": name, "there": count}
    return None


def why_too_large(*, size: int) -> str | None:
    """Return why an archive of so many unpacked bytes is not read, or None."""
    if size <= MOST_BYTES:
        return None
    return _("Unpacked, this archive has more than %(most)d MB, so nothing was read.") % {"most": MOST_BYTES // 10**6}
