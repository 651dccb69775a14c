"""What a group adds to LaTeX."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Macro(models.Model):
    """A command of the group's own in formulas: `\\RR` for `\\mathbb{R}`. It is no command of LaTeX itself."""

    name = models.CharField(_("name"), max_length=30, unique=True)
    arguments = models.PositiveSmallIntegerField(_("arguments"), default=0)
    definition = models.CharField(_("definition"), max_length=500)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        ordering = ["name"]
        verbose_name = _("macro")
        verbose_name_plural = _("macros")

    def __str__(self) -> str:
        return f"\\{self.name}"
