"""The reading list: parts, papers, and a paper's place in a part."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from papers.lines import web_address


class ReadingList(models.Model):
    """A list the group reads from. Numbers of papers never repeat from one list to the next."""

    title_zh = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200)
    archived_at = models.DateTimeField(_("archived"), null=True, blank=True)

    class Meta:
        verbose_name = _("reading list")
        verbose_name_plural = _("reading lists")

    def __str__(self) -> str:
        return self.title_en


class Part(models.Model):
    reading_list = models.ForeignKey(ReadingList, on_delete=models.PROTECT, related_name="parts")
    number = models.PositiveSmallIntegerField(_("number"))
    title_zh = models.CharField(_("Chinese title"), max_length=200)
    title_en = models.CharField(_("English title"), max_length=200)
    # Until then its papers take bids and no claims.
    bids_until = models.DateTimeField(_("bids only until"), null=True, blank=True)
    # What the seed files said last; a field that differs from it was edited by a member and is left alone.
    seeded = models.JSONField(default=dict, blank=True, editable=False)

    class Meta:
        ordering = ["number"]
        verbose_name = _("part")
        verbose_name_plural = _("parts")
        constraints = [models.UniqueConstraint(fields=["reading_list", "number"], name="one_part_per_number")]

    def __str__(self) -> str:
        return f"{self.number}. {self.title_zh if get_language() == 'zh-hans' else self.title_en}"


class Paper(models.Model):
    """A work the group reads, or one that is only mentioned (then `on_list` is false)."""

    class Kind(models.TextChoices):
        PAPER = "paper", _("Paper")
        REPORT = "report", _("Report")
        SURVEY = "survey", _("Survey")
        LIBRARY = "library", _("Library")
        BLOG = "blog", _("Blog post")
        LIST = "list", _("Paper list")
        TOPIC = "topic", _("Topic")

    class Mode(models.TextChoices):
        DEEP = "deep", _("Deep")
        BRIEF = "brief", _("Brief")
        NOTES = "notes", _("Notes only")

    number = models.PositiveIntegerField(_("number"), unique=True)
    key = models.SlugField(_("key in the seed files"), max_length=80, unique=True, null=True, blank=True)
    title = models.CharField(_("title"), max_length=500)
    aliases = ArrayField(models.CharField(max_length=200), verbose_name=_("short names"), default=list, blank=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.PAPER)
    authors = ArrayField(models.CharField(max_length=200), verbose_name=_("authors"), default=list, blank=True)
    authors_complete = models.BooleanField(_("all authors are named"), default=True)
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)
    month = models.PositiveSmallIntegerField(_("month"), null=True, blank=True)
    arxiv_id = models.CharField(_("arXiv id"), max_length=20, unique=True, null=True, blank=True)
    doi = models.CharField(_("DOI"), max_length=200, unique=True, null=True, blank=True)
    url = models.URLField(_("address"), max_length=1000, blank=True)
    # The newest version on arXiv when it was last asked.
    # When arXiv was last asked for its newest version.
    version_asked_at = models.DateTimeField(null=True, blank=True, editable=False)
    arxiv_version = models.PositiveSmallIntegerField(_("arXiv version"), null=True, blank=True)
    abstract = models.TextField(_("abstract"), blank=True)
    mode = models.CharField(_("how it is read"), max_length=10, choices=Mode, default=Mode.DEEP)
    on_list = models.BooleanField(_("on the list"), default=True)
    # Rises with each edit of the record; a save that saw an older version is refused.
    version = models.PositiveIntegerField(default=1, editable=False)
    # Set by an organiser; a paper whose session has passed is done without it.
    # Whether others' texts are masked until one has written something; None: as the group has it.
    first_thoughts = models.BooleanField(_("asks for first thoughts"), null=True, blank=True)
    done_at = models.DateTimeField(_("done"), null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    added_at = models.DateTimeField(db_default=Now(), editable=False)
    # Facts asked of arXiv or Crossref: when next, how often that was tried, and why it failed last.
    fill_at = models.DateTimeField(null=True, blank=True, editable=False)
    fill_tries = models.PositiveSmallIntegerField(default=0, editable=False)
    fill_problem = models.CharField(max_length=300, blank=True, editable=False)
    # A duplicate: its number leads to the paper it was merged into.
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged", editable=False
    )
    seeded = models.JSONField(default=dict, blank=True, editable=False)
    # Title, short names, authors, remarks, links and abstract as `words` makes them; the actions keep it.
    words = SearchVectorField(null=True, editable=False)
    # The title without capitals, width and punctuation: what duplicates are known by.
    folded = models.CharField(max_length=500, blank=True, editable=False, db_index=True)

    class Meta:
        ordering = ["number"]
        verbose_name = _("paper")
        verbose_name_plural = _("papers")
        indexes = [GinIndex(fields=["words"], name="paper_words")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(month=None) | models.Q(month__range=(1, 12), year__isnull=False),
                name="month_of_a_year",
            )
        ]

    def __str__(self) -> str:
        return f"#{self.number} {self.title}"

    def get_absolute_url(self) -> str:
        return f"/papers/{self.number}/"


class Entry(models.Model):
    """A paper's place in a part. A paper may have several places, even in one part, and is counted once."""

    part = models.ForeignKey(Part, on_delete=models.PROTECT, related_name="entries")
    position = models.PositiveSmallIntegerField(_("position"))
    paper = models.ForeignKey(Paper, on_delete=models.PROTECT, related_name="entries")
    title_seed = models.CharField(_("title as the curator wrote it"), max_length=500, blank=True)
    # The remark stays the curator's own; where it is wrong, the correction stands beside it with its source.
    remark_zh = models.TextField(_("remark in Chinese"), blank=True)
    remark_en = models.TextField(_("remark in English"), blank=True)
    correction_zh = models.TextField(_("correction in Chinese"), blank=True)
    correction_en = models.TextField(_("correction in English"), blank=True)
    correction_source = models.CharField(_("source of the correction"), max_length=500, blank=True)
    # The four texts as `markup` rendered them at save, by the name of the field.
    html = models.JSONField(default=dict, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    seeded = models.JSONField(default=dict, blank=True, editable=False)

    class Meta:
        ordering = ["part__number", "position"]
        verbose_name = _("place on the list")
        verbose_name_plural = _("places on the list")
        constraints = [
            models.UniqueConstraint(
                fields=["part", "position"],
                name="one_entry_per_place",
                deferrable=models.Deferrable.DEFERRED,
            )
        ]

    def __str__(self) -> str:
        return f"{self.part.number}.{self.position} {self.paper}"


class Link(models.Model):
    """Something beside the paper: its code, a project page, an interpretation. A lost address is null."""

    class Kind(models.TextChoices):
        BLOG = "blog", _("Blog post")
        VIDEO = "video", _("Video")
        CODE = "code", _("Code")
        SLIDES = "slides", _("Slides")
        DATA = "data", _("Data")
        PROJECT = "project", _("Project page")
        PDF = "pdf", _("PDF")
        OTHER = "other", _("Link")

    paper = models.ForeignKey(Paper, on_delete=models.CASCADE, related_name="links")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.OTHER)
    language = models.CharField(_("language"), max_length=10, blank=True)
    # Null, not empty: several lost links of one paper do not repeat each other.
    url = models.URLField(_("address"), max_length=1000, null=True, blank=True)  # noqa: DJ001
    title = models.CharField(_("title"), max_length=300, blank=True)
    # Nobody: it came with the list.
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    checked_at = models.DateTimeField(_("last asked for"), null=True, blank=True, editable=False)
    # Since when it has not answered, and with which HTTP status (0: not at all).
    dead_since = models.DateTimeField(_("dead since"), null=True, blank=True, editable=False)
    status = models.PositiveSmallIntegerField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("link")
        verbose_name_plural = _("links")
        constraints = [models.UniqueConstraint(fields=["paper", "url"], name="one_link_per_address")]

    def __str__(self) -> str:
        return self.title or self.url or self.get_kind_display()

    @property
    def address(self) -> str:
        """Where the link leads; "" when its address was lost or is none of a page on the web."""
        return web_address(self.url)


class Lineage(models.Model):
    """A typed edge between two works: `source` stands to `target` as the kind says, and the evidence says why."""

    class Kind(models.TextChoices):
        BUILDS_ON = "builds_on", _("builds on")
        FINE_TUNES = "fine_tunes", _("fine-tunes")
        COMPARES = "compares", _("compares with")
        SUPERSEDES = "supersedes", _("supersedes")
        SAME_FRAMEWORK = "same_framework", _("has the same framework as")

    class Basis(models.TextChoices):
        STATED = "stated", _("stated in the list")
        IMPLIED = "implied", _("implied by the list")
        BACKGROUND = "background", _("known from elsewhere")

    source = models.ForeignKey(Paper, on_delete=models.CASCADE, related_name="leads_to", verbose_name=_("from"))
    target = models.ForeignKey(Paper, on_delete=models.CASCADE, related_name="led_to_by", verbose_name=_("to"))
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    evidence_zh = models.CharField(_("evidence in Chinese"), max_length=1000, blank=True)
    evidence_en = models.CharField(_("evidence in English"), max_length=1000, blank=True)
    evidence_source = models.CharField(_("where it is known from"), max_length=10, choices=Basis, default=Basis.STATED)
    # Nobody: it came with the list.
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    added_at = models.DateTimeField(db_default=Now(), editable=False)
    # Taken away by a member: it stays as a row, so that the seed files do not bring it back.
    removed_at = models.DateTimeField(null=True, blank=True)
    seeded = models.JSONField(default=dict, blank=True, editable=False)

    class Meta:
        ordering = ["source__number", "target__number", "kind"]
        verbose_name = _("lineage")
        verbose_name_plural = _("lineage")
        constraints = [
            models.UniqueConstraint(fields=["source", "target", "kind"], name="one_edge_of_a_kind"),
            models.CheckConstraint(condition=~models.Q(source=models.F("target")), name="no_edge_to_itself"),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.get_kind_display()} {self.target}"


class Milestone(models.Model):
    """A work in a timeline that the curator wrote under an entry, with the date as he gives it."""

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="milestones")
    position = models.PositiveSmallIntegerField(_("position"))
    stage_zh = models.CharField(_("stage in Chinese"), max_length=200)
    stage_en = models.CharField(_("stage in English"), max_length=200)
    said = models.CharField(_("date as the curator wrote it"), max_length=10)
    paper = models.ForeignKey(Paper, on_delete=models.CASCADE, related_name="milestones")

    class Meta:
        ordering = ["entry", "position"]
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        constraints = [models.UniqueConstraint(fields=["entry", "position"], name="one_milestone_per_place")]

    def __str__(self) -> str:
        return f"{self.said} {self.paper}"


class Edit(models.Model):
    """One change of a paper's record or of a remark: what the changed fields said before and after."""

    paper = models.ForeignKey(Paper, on_delete=models.CASCADE, related_name="edits")
    # None: the record itself was edited, not one of its places.
    entry = models.ForeignKey(Entry, on_delete=models.SET_NULL, null=True, blank=True, related_name="edits")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(db_default=Now(), editable=False)
    before = models.JSONField()
    after = models.JSONField()
    # One form that changed many rows: its edits share a name and are undone together.
    batch = models.UUIDField(null=True, blank=True, db_index=True)

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("edit")
        verbose_name_plural = _("edits")
        indexes = [models.Index(fields=["paper", "-at"], name="edit_of_paper")]

    def __str__(self) -> str:
        return f"{self.paper}: {', '.join(self.after)}"


class Merge(models.Model):
    """A duplicate that was merged into another paper, and which rows moved, so that it can be undone for a day."""

    kept = models.ForeignKey(Paper, on_delete=models.CASCADE, related_name="+")
    gone = models.ForeignKey(Paper, on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now(), editable=False)
    # By the model's name: the primary keys of the rows that moved; and the fields that were filled or laid aside.
    moved = models.JSONField(default=dict)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-at"]
        verbose_name = _("merge")
        verbose_name_plural = _("merges")

    def __str__(self) -> str:
        return f"#{self.gone.number} → #{self.kept.number}"


class Proposal(models.Model):
    """A paper that a member would like the group to read."""

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        ACCEPTED = "accepted", _("Accepted")
        DECLINED = "declined", _("Declined")

    # As it was typed: a title, an arXiv id, a DOI or an address.
    said = models.CharField(_("paper"), max_length=1000)
    reason = models.CharField(_("why"), max_length=1000, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="proposals")
    at = models.DateTimeField(db_default=Now(), editable=False)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(_("answer"), max_length=1000, blank=True)
    # The paper it became.
    paper = models.ForeignKey(Paper, on_delete=models.SET_NULL, null=True, blank=True, related_name="proposals")

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("proposal")
        verbose_name_plural = _("proposals")

    def __str__(self) -> str:
        return self.said


class Vote(models.Model):
    """A member who wants to read what is proposed."""

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="votes")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("vote")
        verbose_name_plural = _("votes")
        constraints = [models.UniqueConstraint(fields=["proposal", "member"], name="one_vote_each")]

    def __str__(self) -> str:
        return f"{self.member}: {self.proposal}"


class SearchWord(models.Model):
    """A word of a title, a short name or an author's name: what typing errors are mended with."""

    word = models.CharField(max_length=60, primary_key=True)

    class Meta:
        verbose_name = _("search word")
        verbose_name_plural = _("search words")

    def __str__(self) -> str:
        return self.word


class ListImport(models.Model):
    """A list that somebody brought along, and what is to become of each of its lines."""

    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now(), editable=False)
    format = models.CharField(_("format"), max_length=10)
    text = models.TextField(_("text"))
    # The fate of each line of a Markdown list that somebody changed, by its place among the pieces, and of each record
    # that is here already, by its key.
    fates = models.JSONField(default=dict, blank=True)
    applied_at = models.DateTimeField(_("imported"), null=True, blank=True)
    counts = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["-at"]
        verbose_name = _("import")
        verbose_name_plural = _("imports")

    def __str__(self) -> str:
        return f"{self.format}, {self.at:%Y-%m-%d}"
