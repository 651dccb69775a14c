"""Changes of the whole plan, kept so that they can be taken back."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class PlanChange(models.Model):
    """One change of many sessions or slots that an organiser looked at and made.

    `before` and `after` hold, by key, when each moved session was and is; which sessions and slots came; and the
    group's settings that changed with it. Taking it back needs all of it as `after` says.
    """

    class Kind(models.TextChoices):
        PUSH = "push", _("Pushed back")
        REPACE = "repace", _("Another pace")
        FILL = "fill", _("Filled from claims")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("made"), db_default=Now(), editable=False)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    undone_at = models.DateTimeField(_("taken back"), null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("change of the plan")
        verbose_name_plural = _("changes of the plan")

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"
