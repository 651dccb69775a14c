"""Threads about a paper, the posts in them, and what members make of both."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from papers.catalogue.models import Paper
from papers.members.models import WatchLevel


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
    # The number of the alias under which it was started, None under its author's name.
    alias = models.PositiveSmallIntegerField(null=True, blank=True, editable=False)
    # Nobody can write in it while it is locked.
    locked_at = models.DateTimeField(_("locked"), null=True, blank=True, editable=False)
    locked_because = models.CharField(_("why it is locked"), max_length=500, blank=True, db_default="", editable=False)
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
    # The number of the alias under which it was written, None under its author's name.
    alias = models.PositiveSmallIntegerField(null=True, blank=True, editable=False)
    body = models.TextField(_("text"))
    html = models.TextField(editable=False)
    renderer = models.PositiveSmallIntegerField(editable=False)
    # The numbers of the papers that it names.
    refers_to = ArrayField(models.PositiveIntegerField(), default=list, db_default=[], blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    written_at = models.DateTimeField(_("written"), db_default=Now(), editable=False)
    edited_at = models.DateTimeField(_("edited"), null=True, blank=True)
    deleted_at = models.DateTimeField(_("deleted"), null=True, blank=True)
    words = SearchVectorField(null=True, editable=False)
    hidden_at = models.DateTimeField(_("hidden"), null=True, blank=True, editable=False)
    hidden_because = models.CharField(_("why it is hidden"), max_length=500, blank=True, db_default="", editable=False)
    # The reply that answers the question of its thread.
    is_answer = models.BooleanField(_("the answer"), db_default=False, editable=False)
    # When those who watch the paper were mailed about it; posts of one mail share the instant.
    told_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["written_at", "pk"]
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        constraints = [
            models.UniqueConstraint(fields=["thread"], condition=models.Q(is_answer=True), name="one_answer_a_thread")
        ]
        indexes = [
            models.Index(
                fields=["written_at"], condition=models.Q(told_at=None, deleted_at=None), name="post_to_tell_of"
            ),
            models.Index(fields=["thread", "written_at", "id"], name="post_of_thread"),
            models.Index(fields=["written_at"], condition=models.Q(deleted_at=None), name="post_newest"),
            GinIndex(fields=["words"], name="post_words"),
            GinIndex(fields=["refers_to"], name="post_refers_to"),
        ]

    def __str__(self) -> str:
        return self.body[:40]

    def get_absolute_url(self) -> str:
        return f"/posts/{self.pk}/"

    @property
    def about(self) -> Paper:
        """The paper that the text is about."""
        return self.thread.paper


class Alias(models.Model):
    """Under which number a member writes without their name in a thread; `naming` has a word for each number."""

    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="aliases")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    number = models.PositiveSmallIntegerField(_("number"))

    class Meta:
        verbose_name = _("alias")
        verbose_name_plural = _("aliases")
        constraints = [
            models.UniqueConstraint(fields=["thread", "member"], name="one_alias_each"),
            models.UniqueConstraint(fields=["thread", "number"], name="one_member_an_alias"),
        ]

    def __str__(self) -> str:
        return f"{self.thread_id}: {self.number}"


class Unmasking(models.Model):
    """An organiser looked up who writes under an alias, and told its author why."""

    alias = models.ForeignKey(Alias, on_delete=models.CASCADE, related_name="unmaskings")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    because = models.CharField(_("reason"), max_length=500)
    at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("unmasking")
        verbose_name_plural = _("unmaskings")
        constraints = [models.UniqueConstraint(fields=["alias", "by"], name="one_unmasking_each")]

    def __str__(self) -> str:
        return f"{self.alias}: {self.by}"


class PostVersion(models.Model):
    """The words that a post had before an edit."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="versions")
    version = models.PositiveIntegerField()
    body = models.TextField(_("text"))
    written_at = models.DateTimeField(_("written"))

    class Meta:
        ordering = ["post", "version"]
        verbose_name = _("earlier version of a post")
        verbose_name_plural = _("earlier versions of posts")
        constraints = [models.UniqueConstraint(fields=["post", "version"], name="one_row_a_version")]

    def __str__(self) -> str:
        return f"{self.post_id}, {self.version}: {self.body[:40]}"


class Asking(models.Model):
    """A member who asks the question of a thread too. Who started it asks it without a row."""

    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="askings")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("question asked too")
        verbose_name_plural = _("questions asked too")
        constraints = [models.UniqueConstraint(fields=["thread", "member"], name="one_asking_each")]

    def __str__(self) -> str:
        return f"{self.member}: {self.thread}"


class Thanks(models.Model):
    """A member's thanks for a post of somebody else."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="thanks")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("thanks")
        verbose_name_plural = _("thanks")
        constraints = [models.UniqueConstraint(fields=["post", "member"], name="one_thanks_each")]

    def __str__(self) -> str:
        return f"{self.member}: {self.post_id}"


class Watch(models.Model):
    """How closely a member chose to follow the discussion of a paper."""

    paper = models.ForeignKey(Paper, on_delete=models.CASCADE, related_name="watches")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="watches")
    level = models.CharField(_("level"), max_length=10, choices=WatchLevel)

    class Meta:
        verbose_name = _("watch level")
        verbose_name_plural = _("watch levels")
        constraints = [models.UniqueConstraint(fields=["paper", "member"], name="one_watch_each")]

    def __str__(self) -> str:
        return f"{self.member}: {self.paper} ({self.get_level_display()})"


class InboxItem(models.Model):
    """Something that somebody wrote to a member, or did with what they wrote."""

    class Kind(models.TextChoices):
        REPLY = "reply", _("Reply")
        MENTION = "mention", _("Mention")
        ANSWER = "answer", _("Answer")
        THANKS = "thanks", _("Thanks")
        # What an organiser did; these are told each time.
        HIDDEN = "hidden", _("Hidden")
        SHOWN = "shown", _("Shown again")
        LOCKED = "locked", _("Locked")
        OPENED = "opened", _("Unlocked")
        MOVED = "moved", _("Moved")
        UNMASKED = "unmasked", _("Looked up")

    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="inbox")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    because = models.CharField(_("reason"), max_length=500, blank=True, db_default="")
    at = models.DateTimeField(db_default=Now(), editable=False)
    read_at = models.DateTimeField(_("read"), null=True, blank=True)

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("thing in an inbox")
        verbose_name_plural = _("things in inboxes")
        indexes = [models.Index(fields=["member", "-id"], name="inbox_newest")]
        # Thanks taken back and given again are told once.
        constraints = [
            models.UniqueConstraint(
                fields=["member", "kind", "post", "by"],
                condition=models.Q(kind__in=["reply", "mention", "answer", "thanks"]),
                name="told_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.member}: {self.get_kind_display()} {self.post_id}"
