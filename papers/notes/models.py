"""What members write down about a paper, and when they last looked at it."""

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from papers.catalogue.models import Paper

# How far a member has read a paper of which there is no Reading.
UNREAD = "unread"


class Note(models.Model):
    """A member's note. The HTML is rendered once, at save, by the renderer whose version stands beside it."""

    paper = models.ForeignKey(Paper, on_delete=models.PROTECT, related_name="notes")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="notes")
    body = models.TextField(_("note"))
    html = models.TextField(editable=False)
    renderer = models.PositiveSmallIntegerField(editable=False)
    # Rises with each save; a save that saw an older version is refused.
    version = models.PositiveIntegerField(default=1, editable=False)
    written_at = models.DateTimeField(_("written"), db_default=Now(), editable=False)
    edited_at = models.DateTimeField(_("edited"), null=True, blank=True)
    deleted_at = models.DateTimeField(_("deleted"), null=True, blank=True)
    words = SearchVectorField(null=True, editable=False)

    class Meta:
        ordering = ["written_at", "pk"]
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        indexes = [
            models.Index(fields=["paper", "written_at"], condition=models.Q(deleted_at=None), name="note_of_paper"),
            models.Index(fields=["written_at"], condition=models.Q(deleted_at=None), name="note_newest"),
            GinIndex(fields=["words"], name="note_words"),
        ]

    def __str__(self) -> str:
        return f"{self.author}: {self.body[:40]}"


class Seen(models.Model):
    """When a member last had a paper's page before their eyes."""

    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    paper = models.ForeignKey(Paper, on_delete=models.CASCADE, related_name="+")
    seen_at = models.DateTimeField()

    class Meta:
        verbose_name = _("seen mark")
        verbose_name_plural = _("seen marks")
        constraints = [models.UniqueConstraint(fields=["member", "paper"], name="one_seen_mark")]

    def __str__(self) -> str:
        return f"{self.member} saw {self.paper}"


class Reading(models.Model):
    """How far a member has read a paper. No row: unread. Nobody else's state depends on it."""

    class State(models.TextChoices):
        SKIMMED = "skimmed", _("Skimmed")
        READ = "read", pgettext_lazy("my reading", "Read")
        STUDIED = "studied", _("Studied")

    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="readings")
    paper = models.ForeignKey(Paper, on_delete=models.CASCADE, related_name="readings")
    state = models.CharField(_("state"), max_length=10, choices=State)
    changed_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("reading")
        verbose_name_plural = _("readings")
        constraints = [models.UniqueConstraint(fields=["member", "paper"], name="one_reading_each")]

    def __str__(self) -> str:
        return f"{self.member}: {self.paper} ({self.get_state_display()})"
