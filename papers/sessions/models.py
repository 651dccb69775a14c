"""The schedule: a weekly series, its sessions, and the papers in their slots."""

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from papers.catalogue.models import Paper
from papers.members.models import Weekday


class Series(models.Model):
    """A weekly hour as people say it: a weekday and a wall time in a zone."""

    weekday = models.PositiveSmallIntegerField(_("weekday"), choices=Weekday)
    wall_time = models.TimeField(_("time"))
    # Every second session is at this time, for those whose zone makes the first one hard; none: all are at the same.
    other_time = models.TimeField(_("time of every second session"), null=True, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=64)
    first_date = models.DateField(_("first date"))
    weeks = models.PositiveSmallIntegerField(_("number of weeks"))
    minutes = models.PositiveSmallIntegerField(_("length in minutes"), default=120)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("series")
        verbose_name_plural = _("series")

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.wall_time:%H:%M} {self.time_zone}"


class ReadingSession(models.Model):
    """One meeting. Date, wall time and zone are what was agreed; `starts_at` is computed from them, in UTC."""

    series = models.ForeignKey(Series, on_delete=models.PROTECT, null=True, blank=True, related_name="sessions")
    date = models.DateField(_("date"))
    wall_time = models.TimeField(_("time"))
    time_zone = models.CharField(_("time zone"), max_length=64)
    starts_at = models.DateTimeField(_("starts"), db_index=True)
    minutes = models.PositiveSmallIntegerField(_("length in minutes"), default=120)
    place = models.CharField(_("place or meeting link"), max_length=500, blank=True)
    # Rises with each move and with cancelling, so that reminders and calendars can tell the versions apart.
    sequence = models.PositiveIntegerField(default=0)
    cancelled_at = models.DateTimeField(_("cancelled"), null=True, blank=True)
    cancelled_because = models.CharField(_("why it is cancelled"), max_length=300, blank=True)
    made_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["starts_at"]
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        constraints = [
            # A form that is sent twice makes one series.
            models.UniqueConstraint(
                fields=["starts_at"], condition=models.Q(cancelled_at=None), name="one_session_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.date} {self.wall_time:%H:%M} {self.time_zone}"

    def get_absolute_url(self) -> str:
        return f"/sessions/{self.pk}/"

    @property
    def ends_at(self) -> dt.datetime:
        return self.starts_at + dt.timedelta(minutes=self.minutes)


class Slot(models.Model):
    """A paper's place in a session's agenda. A paper is in one session at a time."""

    session = models.ForeignKey(ReadingSession, on_delete=models.CASCADE, related_name="slots")
    paper = models.ForeignKey(Paper, on_delete=models.PROTECT, related_name="slots")
    position = models.PositiveSmallIntegerField(_("position"))
    minutes = models.PositiveSmallIntegerField(_("length in minutes"), default=30)
    made_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["session", "position"]
        verbose_name = _("slot")
        verbose_name_plural = _("slots")
        constraints = [
            models.UniqueConstraint(fields=["paper"], name="one_slot_per_paper"),
            models.UniqueConstraint(fields=["session", "position"], name="one_paper_per_position"),
        ]

    def __str__(self) -> str:
        return f"{self.session} {self.position}. {self.paper}"


class FormerSlot(models.Model):
    """A paper's place in the agenda of a session that is cancelled, for the case that it takes place after all."""

    session = models.ForeignKey(ReadingSession, on_delete=models.CASCADE, related_name="former_slots")
    paper = models.ForeignKey(Paper, on_delete=models.PROTECT, related_name="former_slots")
    position = models.PositiveSmallIntegerField(_("position"))
    minutes = models.PositiveSmallIntegerField(_("length in minutes"))

    class Meta:
        ordering = ["session", "position"]
        verbose_name = _("former slot")
        verbose_name_plural = _("former slots")
        constraints = [
            models.UniqueConstraint(fields=["session", "position"], name="one_former_paper_per_position"),
        ]

    def __str__(self) -> str:
        return f"{self.session} {self.position}. {self.paper}"


class Break(models.Model):
    """Days on which the group does not meet, the first and the last included, whatever the country does."""

    first = models.DateField(_("first day"))
    last = models.DateField(_("last day"))
    name = models.CharField(_("name"), max_length=100)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["first", "pk"]
        verbose_name = _("break")
        verbose_name_plural = _("breaks")
        constraints = [
            models.CheckConstraint(condition=models.Q(first__lte=models.F("last")), name="break_ends_later")
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.first} – {self.last}"
