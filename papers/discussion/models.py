"""Threads about a paper and the posts in them."""

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from papers.catalogue.models import Paper


class Thread(models.Model):
    class Kind(models.TextChoices):
        QUESTION = "question", _("Question")
        REMARK = "remark", _("Remark")
        ERRATUM = "erratum", _("Erratum")

    paper = models.ForeignKey(Paper, on_delete=models.PROTECT, related_name="threads")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.QUESTION)
    title = models.CharField(_("title"), max_length=200)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="threads")
    started_at = models.DateTimeField(_("started"), db_default=Now(), editable=False)
    # Of the title; its posts have their own.
    words = SearchVectorField(null=True, editable=False)

    class Meta:
        ordering = ["started_at", "pk"]
        verbose_name = _("thread")
        verbose_name_plural = _("threads")
        indexes = [GinIndex(fields=["words"], name="thread_words")]

    def __str__(self) -> str:
        return self.title


class Post(models.Model):
    """The opening of a thread or a reply in it. A deleted post keeps its place and loses its words."""

    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="posts")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="posts")
    body = models.TextField(_("text"))
    html = models.TextField(editable=False)
    renderer = models.PositiveSmallIntegerField(editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    written_at = models.DateTimeField(_("written"), db_default=Now(), editable=False)
    edited_at = models.DateTimeField(_("edited"), null=True, blank=True)
    deleted_at = models.DateTimeField(_("deleted"), null=True, blank=True)
    words = SearchVectorField(null=True, editable=False)

    class Meta:
        ordering = ["written_at", "pk"]
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        indexes = [
            models.Index(fields=["thread", "written_at", "id"], name="post_of_thread"),
            models.Index(fields=["written_at"], condition=models.Q(deleted_at=None), name="post_newest"),
            GinIndex(fields=["words"], name="post_words"),
        ]

    def __str__(self) -> str:
        return f"{self.author}: {self.body[:40]}"

    def get_absolute_url(self) -> str:
        return f"/posts/{self.pk}/"
