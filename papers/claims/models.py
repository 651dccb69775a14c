"""Who takes which paper."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from papers.catalogue.models import Paper


class Claim(models.Model):
    """A member has taken a paper to present. The database allows one claim a paper that is not released."""

    paper = models.ForeignKey(Paper, on_delete=models.PROTECT, related_name="claims")
    holder = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="claims")
    claimed_at = models.DateTimeField(_("claimed"), db_default=Now(), editable=False)
    released_at = models.DateTimeField(_("released"), null=True, blank=True)
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["-claimed_at", "-pk"]
        verbose_name = _("claim")
        verbose_name_plural = _("claims")
        constraints = [
            models.UniqueConstraint(
                fields=["paper"], condition=models.Q(released_at=None), name="one_holder_per_paper"
            )
        ]

    def __str__(self) -> str:
        return f"{self.paper} — {self.holder}"
