"""What members write down about a paper, and when they last looked at it."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
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

    class Visibility(models.TextChoices):
        PRIVATE = "private", _("Only I")
        GROUP = "group", _("The group")
        LINK = "link", _("The group, and whoever has the link")

    paper = models.ForeignKey(Paper, on_delete=models.PROTECT, related_name="notes")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="notes")
    body = models.TextField(_("note"))
    html = models.TextField(editable=False)
    renderer = models.PositiveSmallIntegerField(editable=False)
    # The numbers of the papers that it names.
    refers_to = ArrayField(models.PositiveIntegerField(), default=list, db_default=[], blank=True, editable=False)
    # The passages of the paper that it quotes, and where they are in its newest version, as `notes.anchors` says.
    anchors = models.JSONField(default=list, blank=True, editable=False)
    # Rises with each save; a save that saw an older version is refused.
    version = models.PositiveIntegerField(default=1, editable=False)
    written_at = models.DateTimeField(_("written"), db_default=Now(), editable=False)
    edited_at = models.DateTimeField(_("edited"), null=True, blank=True)
    deleted_at = models.DateTimeField(_("deleted"), null=True, blank=True)
    visibility = models.CharField(
        _("who can read it"), max_length=10, choices=Visibility, default=Visibility.GROUP, db_default=Visibility.GROUP
    )
    # Addresses of an earlier generation lead nowhere.
    link_generation = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    # Who saved the words that stand here; None is the author.
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    words = SearchVectorField(null=True, editable=False)

    class Meta:
        ordering = ["written_at", "pk"]
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        indexes = [
            models.Index(fields=["paper", "written_at"], condition=models.Q(deleted_at=None), name="note_of_paper"),
            models.Index(fields=["written_at"], condition=models.Q(deleted_at=None), name="note_newest"),
            GinIndex(fields=["words"], name="note_words"),
            GinIndex(fields=["refers_to"], name="note_refers_to"),
        ]

    def __str__(self) -> str:
        return f"{self.author}: {self.body[:40]}"

    @property
    def about(self) -> Paper:
        """The paper that the text is about."""
        return self.paper


class NoteVersion(models.Model):
    """The words of a note before they were saved over."""

    note = models.ForeignKey(Note, on_delete=models.CASCADE, related_name="versions")
    version = models.PositiveIntegerField()
    body = models.TextField(_("note"))
    saved_at = models.DateTimeField(_("saved"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    # Who could read these words while they stood there: what was private stays so when the note no longer is.
    visibility = models.CharField(max_length=10, choices=Note.Visibility)

    class Meta:
        ordering = ["-version"]
        verbose_name = _("earlier version of a note")
        verbose_name_plural = _("earlier versions of notes")
        constraints = [models.UniqueConstraint(fields=["note", "version"], name="one_row_per_version")]

    def __str__(self) -> str:
        return f"{self.note_id}, {self.version}"


class Draft(models.Model):
    """A text that a member is writing and has not saved. Nobody else ever sees it."""

    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    # What it is to become, as `notes.rules.TARGETS` says: "note:paper:17", "note:9", "reply:12".
    target = models.CharField(max_length=60)
    body = models.TextField()
    # The short fields beside the text, by the name they have in the form: a title, a kind.
    beside = models.JSONField(default=dict)
    # The version of the text that was on the screen when its change began; None for a new text.
    version = models.PositiveIntegerField(null=True)
    # The page that wrote it last, by a name of its own: the same page may always write on.
    writer = models.CharField(max_length=40)
    saved_at = models.DateTimeField()

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        constraints = [models.UniqueConstraint(fields=["member", "target"], name="one_draft_each")]

    def __str__(self) -> str:
        return f"{self.member}: {self.target}"


class Opened(models.Model):
    """A member may read what others wrote about a paper: they have written something themselves, or wished it."""

    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    paper = models.ForeignKey(Paper, on_delete=models.CASCADE, related_name="+")
    opened_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("opened paper")
        verbose_name_plural = _("opened papers")
        constraints = [models.UniqueConstraint(fields=["member", "paper"], name="opened_once")]

    def __str__(self) -> str:
        return f"{self.member}: {self.paper}"


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
