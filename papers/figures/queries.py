"""Who may look at a figure."""

from papers.figures.models import Figure
from papers.members.models import Member
from papers.notes.models import Note


def figure_at(name: str, size: str, member: Member | None) -> Figure | None:
    """Return the figure at this address, None when there is none or it is not for this visitor.

    Members look at what stands in the texts they can read: nobody guesses an address. Who is no member (None) sees the
    figures of notes that are open to whoever has their link.
    """
    figure = Figure.objects.filter(name=name).first()
    if figure is None or size != f"{figure.width}x{figure.height}":
        return None
    return figure if member is not None or is_in_an_open_note(figure) else None


def is_in_an_open_note(figure: Figure) -> bool:
    notes = Note.objects.filter(visibility=Note.Visibility.LINK, deleted_at=None)
    return notes.filter(html__contains=figure.get_absolute_url()).exists()
