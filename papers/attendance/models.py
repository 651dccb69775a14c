"""Who comes to a session, and who was there."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from papers.sessions.models import ReadingSession


class Attendance(models.Model):
    """What a member said of a session, and whether they were there. No row: nothing is known."""

    class Answer(models.TextChoices):
        YES = "yes", pgettext_lazy("coming", "Yes")
        MAYBE = "maybe", pgettext_lazy("coming", "Maybe")
        NO = "no", pgettext_lazy("coming", "No")

    session = models.ForeignKey(ReadingSession, on_delete=models.CASCADE, related_name="attendances")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="attendances")
    answer = models.CharField(_("comes"), max_length=10, choices=Answer, blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    # None: nobody has said so yet.
    was_there = models.BooleanField(_("was there"), null=True, blank=True)
    noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["session", "member"]
        verbose_name = _("attendance")
        verbose_name_plural = _("attendances")
        constraints = [models.UniqueConstraint(fields=["session", "member"], name="one_attendance_each")]

    def __str__(self) -> str:
        return f"{self.session}: {self.member}"
