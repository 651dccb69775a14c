"""What is written down of a session while it goes on, what is to be done after it, and its slides and recordings."""

from django.conf import settings
from django.core.validators import URLValidator
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from papers.catalogue.models import Paper
from papers.sessions.models import ReadingSession


class Section(models.Model):
    """A part of a session's minutes. Two people can write at once: in different ones, or one after the other."""

    session = models.ForeignKey(ReadingSession, on_delete=models.CASCADE, related_name="minutes_sections")
    # What it is about: None is the group, at the beginning or the end.
    paper = models.ForeignKey(Paper, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    position = models.PositiveSmallIntegerField(_("position"))
    title = models.CharField(_("title"), max_length=600)
    body = models.TextField(_("text"), blank=True)
    html = models.TextField(editable=False, blank=True)
    renderer = models.PositiveSmallIntegerField(editable=False)
    # Rises with each save; a save that saw an older version is refused.
    version = models.PositiveIntegerField(default=1, editable=False)
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    saved_at = models.DateTimeField(_("saved"))

    class Meta:
        ordering = ["session", "position"]
        verbose_name = _("section of minutes")
        verbose_name_plural = _("sections of minutes")
        constraints = [models.UniqueConstraint(fields=["session", "position"], name="one_section_a_position")]

    def __str__(self) -> str:
        return f"{self.session}: {self.title}"


class SectionVersion(models.Model):
    """The words of a section before they were saved over."""

    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="versions")
    version = models.PositiveIntegerField()
    body = models.TextField(_("text"), blank=True)
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    saved_at = models.DateTimeField(_("saved"))

    class Meta:
        ordering = ["-version"]
        verbose_name = _("earlier version of minutes")
        verbose_name_plural = _("earlier versions of minutes")
        constraints = [models.UniqueConstraint(fields=["section", "version"], name="one_row_per_section_version")]

    def __str__(self) -> str:
        return f"{self.section_id}, {self.version}"


class ActionItem(models.Model):
    """Something to do, read out of the minutes: a task of Markdown that names a member. The text is the truth."""

    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="items")
    # Which task of the section it is, from 0.
    number = models.PositiveSmallIntegerField()
    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="action_items")
    text = models.CharField(_("what"), max_length=500)
    due_on = models.DateField(_("until"), null=True, blank=True)
    is_done = models.BooleanField(_("done"), default=False)

    class Meta:
        ordering = ["due_on", "pk"]
        verbose_name = _("action item")
        verbose_name_plural = _("action items")
        constraints = [
            models.UniqueConstraint(fields=["section", "number", "member"], name="one_item_a_task_and_member")
        ]
        indexes = [models.Index(fields=["member"], condition=models.Q(is_done=False), name="item_to_do")]

    def __str__(self) -> str:
        return f"{self.member}: {self.text}"


class Material(models.Model):
    """The slides of a paper, the recording of a session, or something else that belongs to it, at its address."""

    class Kind(models.TextChoices):
        SLIDES = "slides", _("Slides")
        RECORDING = "recording", _("Recording")
        OTHER = "other", _("Something else")

    session = models.ForeignKey(ReadingSession, on_delete=models.CASCADE, related_name="materials")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    title = models.CharField(_("title"), max_length=200, blank=True)
    url = models.CharField(_("address"), max_length=500, validators=[URLValidator(schemes=["http", "https"])])
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["session", "pk"]
        verbose_name = _("material")
        verbose_name_plural = _("materials")
        # A form that is sent twice adds one.
        constraints = [models.UniqueConstraint(fields=["session", "url"], name="one_material_an_address")]

    def __str__(self) -> str:
        return self.title or self.url
