"""What changed on a paper's page, for a day: the database writes these rows itself, whoever changes something."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from papers.catalogue.models import Paper


class Change(models.Model):
    """Something on a paper's page that is not as it was.

    Written by the triggers of migration 0016, which also tell it to the channel `papers.live.listening.CHANNEL` when
    the transaction commits. Never written by Python.
    """

    class Kind(models.TextChoices):
        PLACE = "place", _("place")
        NOTE = "note", _("note")
        THREAD = "thread", _("thread")
        POST = "post", _("post")

    # A row is of the moment: it neither holds its paper nor costs a look at it.
    paper = models.ForeignKey(Paper, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    # The primary key of the note, thread or post; the place has none.
    target = models.BigIntegerField(_("what changed"), null=True)
    at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("change on a page")
        verbose_name_plural = _("changes on pages")
        indexes = [
            models.Index(fields=["paper", "at"], name="changes_of_a_paper"),
            models.Index(fields=["at"], name="old_changes"),
        ]

    def __str__(self) -> str:
        return f"{self.paper_id}: {self.kind} {self.target or ''}".strip()
