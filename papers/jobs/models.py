"""How the jobs of the tick went last: a row each, so that organisers see what fails without reading a log."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Job(models.Model):
    """One job that the tick does each minute. The tick itself is the job named "tick"."""

    name = models.CharField(_("name"), max_length=40, unique=True)
    ran_at = models.DateTimeField(_("ran last"))
    count = models.PositiveIntegerField(_("done by the last run"), default=0)
    failures = models.PositiveIntegerField(_("failed in a row"), default=0)
    error = models.TextField(_("the last error"), blank=True)

    class Meta:
        ordering = ["name"]
        verbose_name = _("job")
        verbose_name_plural = _("jobs")

    def __str__(self) -> str:
        return self.name
