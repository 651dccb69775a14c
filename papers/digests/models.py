"""Which digest each member has had."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Digest(models.Model):
    """One member's digest of one ISO week, also when it was empty and no mail went out: the marker still moves."""

    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    week = models.CharField(_("ISO week"), max_length=8)
    since = models.DateTimeField(_("from"))
    until = models.DateTimeField(_("until"))
    items = models.PositiveIntegerField(_("number of items"), default=0)

    class Meta:
        ordering = ["-until"]
        verbose_name = _("digest")
        verbose_name_plural = _("digests")
        constraints = [models.UniqueConstraint(fields=["member", "week"], name="one_digest_per_week")]

    def __str__(self) -> str:
        return f"{self.member} {self.week}"
