"""Addresses at which calendar programs fetch the sessions, and what is remembered of each session for them."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from papers.sessions.models import ReadingSession


class CalendarFeed(models.Model):
    """A calendar that programs fetch without signing in: a member's, or without a member the group's.

    Its address bears a signed token that names `generation`, a random number: another one ends the address.
    """

    class Holds(models.TextChoices):
        ALL = "all", _("All sessions of the group")
        MINE = "mine", _("Only sessions in which I have something to do")

    class Alarm(models.TextChoices):
        NONE = "none", _("No alarm")
        HOUR = "hour", _("One hour before")
        DAY = "day", _("One day before")

    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    generation = models.BigIntegerField(editable=False)
    is_on = models.BooleanField(_("has an address"), default=True)
    holds = models.CharField(_("what it holds"), max_length=4, choices=Holds, default=Holds.ALL)
    alarm = models.CharField(_("alarm"), max_length=4, choices=Alarm, default=Alarm.NONE)
    # The language and the name with which it was last seen: both change elsewhere, and the whole calendar with them.
    face = models.CharField(max_length=200, blank=True, editable=False)
    changed_at = models.DateTimeField(_("changed"))
    made_at = models.DateTimeField(_("address made"))

    class Meta:
        ordering = ["pk"]
        verbose_name = _("calendar address")
        verbose_name_plural = _("calendar addresses")
        constraints = [
            # Without a member there is one too: the group's.
            models.UniqueConstraint(fields=["member"], nulls_distinct=False, name="one_calendar_each")
        ]

    def __str__(self) -> str:
        return str(self.member) if self.member is not None else str(_("The group’s calendar"))


class CalendarEvent(models.Model):
    """What calendars were last told of a session, so that each change is a new revision with a time of its own."""

    session = models.OneToOneField(ReadingSession, on_delete=models.CASCADE, related_name="calendar_event")
    # A hash of everything that calendars say of it.
    said = models.CharField(max_length=64, editable=False)
    # The session's own sequence that was seen last, and how often something else changed.
    sequence = models.PositiveIntegerField(default=0)
    revisions = models.PositiveIntegerField(_("revisions"), default=0)
    changed_at = models.DateTimeField(_("changed"))
    # Who has something to do in it, by key; after it was cancelled, who had.
    people = models.JSONField(default=list, editable=False)
    made_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["-changed_at", "-pk"]
        verbose_name = _("calendar event")
        verbose_name_plural = _("calendar events")

    def __str__(self) -> str:
        return str(self.session)
