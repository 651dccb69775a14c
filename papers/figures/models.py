"""Figures in texts: pictures that members paste, drop or choose, drawn anew."""

import secrets

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


def new_name() -> str:
    """Return a name that nobody guesses: 22 letters, digits, `-` and `_`."""
    return secrets.token_urlsafe(16)


class Figure(models.Model):
    """A picture and its size in pixels. In the database, so that one backup has texts and figures of one instant."""

    class Kind(models.TextChoices):
        PNG = "image/png", "PNG"
        JPEG = "image/jpeg", "JPEG"
        WEBP = "image/webp", "WebP"

    name = models.CharField(_("name"), max_length=22, unique=True, default=new_name, editable=False)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    width = models.PositiveIntegerField(_("width"))
    height = models.PositiveIntegerField(_("height"))
    data = models.BinaryField()
    # Of what it was made; who pastes the same picture twice has it once.
    digest = models.CharField(max_length=64)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(db_default=Now(), editable=False)
    # When it is looked whether a text still has it.
    check_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("figure")
        verbose_name_plural = _("figures")
        constraints = [models.UniqueConstraint(fields=["by", "digest"], name="one_figure_of_a_picture_each")]

    def __str__(self) -> str:
        return f"{self.name} ({self.width} × {self.height})"

    def get_absolute_url(self) -> str:
        """The size stands in the address, so that a text knows it without asking and the page does not jump."""
        return f"/figures/{self.name}/{self.width}x{self.height}/"
