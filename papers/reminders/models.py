"""When sessions were to be, version by version, and who was told of which version."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from papers.mail.models import Outgoing
from papers.sessions.models import ReadingSession


class AgreedTime(models.Model):
    """A session's time as it once was or now is, noticed by the tick: what a mail about a move calls the old time."""

    session = models.ForeignKey(ReadingSession, on_delete=models.CASCADE, related_name="times")
    sequence = models.PositiveIntegerField()
    starts_at = models.DateTimeField(_("starts"))
    time_zone = models.CharField(_("time zone"), max_length=64)
    is_cancelled = models.BooleanField(_("cancelled"), default=False)
    since = models.DateTimeField(_("since"))

    class Meta:
        ordering = ["session", "sequence"]
        verbose_name = _("agreed time")
        verbose_name_plural = _("agreed times")
        constraints = [models.UniqueConstraint(fields=["session", "sequence"], name="one_time_a_version")]

    def __str__(self) -> str:
        return f"{self.session} ({self.sequence})"


class Announcement(models.Model):
    """A mail that told of a version of a session. One mail may tell of several sessions."""

    mail = models.ForeignKey(Outgoing, on_delete=models.CASCADE, related_name="announcements")
    session = models.ForeignKey(ReadingSession, on_delete=models.CASCADE, related_name="announcements")
    sequence = models.PositiveIntegerField()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("announcement")
        verbose_name_plural = _("announcements")
        constraints = [models.UniqueConstraint(fields=["mail", "session"], name="one_announcement_a_mail")]

    def __str__(self) -> str:
        return f"{self.session} ({self.sequence})"
