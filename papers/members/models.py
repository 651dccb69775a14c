"""The group, its members, and how people come to be members."""

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower, Now
from django.utils.translation import gettext_lazy as _


class Language(models.TextChoices):
    CHINESE = "zh-hans", _("Chinese")
    ENGLISH = "en", _("English")


class Weekday(models.IntegerChoices):
    """ISO 8601 numbers: Monday is 1."""

    MONDAY = 1, _("Monday")
    TUESDAY = 2, _("Tuesday")
    WEDNESDAY = 3, _("Wednesday")
    THURSDAY = 4, _("Thursday")
    FRIDAY = 5, _("Friday")
    SATURDAY = 6, _("Saturday")
    SUNDAY = 7, _("Sunday")


class Role(models.TextChoices):
    ORGANISER = "organiser", _("Organiser")
    MEMBER = "member", _("Member")
    READER = "reader", _("Reader")


class Every(models.TextChoices):
    """How often the digest comes."""

    WEEK = "week", _("Every week")
    MONTH = "month", _("Once a month, in its first week")


class WatchLevel(models.TextChoices):
    """How closely a member follows the discussion of a paper. Each level includes the one before."""

    OFF = "off", _("Nothing")
    DIGEST = "digest", _("Only in the weekly digest")
    MENTIONS = "mentions", _("A mail when I take part or am mentioned")
    ALL = "all", _("A mail about each post")


class Group(models.Model):
    """The one group this installation serves: a single row that `queries.the_group()` returns."""

    class Signup(models.TextChoices):
        OPEN = "open", _("Everybody may join")
        APPLY = "apply", _("People apply and an organiser accepts")
        INVITE = "invite", _("Only people with an invite link may join")
        CLOSED = "closed", _("Nobody may join")

    name = models.CharField(_("name of the group"), max_length=120)
    welcome = models.TextField(_("about the group"), max_length=2000, blank=True)
    language = models.CharField(_("language"), max_length=10, choices=Language)
    time_zone = models.CharField(_("time zone"), max_length=64)
    # Whose national holidays are left out of a new series, by ISO 3166; empty: nobody's.
    country = models.CharField(
        _("country or region whose holidays count"), max_length=2, blank=True, default="", db_default=""
    )
    starts_on = models.DateField(_("first day"))
    first_goal = models.PositiveSmallIntegerField(_("first goal, in papers"))
    goal = models.PositiveSmallIntegerField(_("whole goal, in papers"))
    weeks = models.PositiveSmallIntegerField(_("weeks for the whole goal"))
    papers_per_week = models.PositiveSmallIntegerField(_("pace, in papers a week"))
    claim_cap = models.PositiveSmallIntegerField(_("papers one member may hold at a time"), default=2)
    waiting_cap = models.PositiveSmallIntegerField(_("lines one member may stand in at a time"), default=1)
    bids_first = models.BooleanField(_("bids only in the first 48 hours of a part"), default=False)
    first_thoughts = models.BooleanField(_("others’ texts open when one has written oneself"), default=True)
    anonymous_posts = models.BooleanField(_("members may write in threads without their name"), default=True)
    members_may_edit = models.BooleanField(_("members may correct the list, not only organisers"), default=False)
    signup = models.CharField(_("who may join"), max_length=10, choices=Signup, default=Signup.INVITE)
    set_up_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("group")
        verbose_name_plural = _("group")
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="one_group")]

    def __str__(self) -> str:
        return self.name


class MemberManager(BaseUserManager["Member"]):
    def get_by_natural_key(self, username: str | None) -> "Member":
        return self.get(email__iexact=username)


class Member(AbstractBaseUser):
    """A person who may sign in. Who has left keeps the row, so that their notes keep an author."""

    email = models.EmailField(_("e-mail address"), max_length=254, unique=True)
    name = models.CharField(_("name"), max_length=80)
    role = models.CharField(_("role"), max_length=10, choices=Role, default=Role.MEMBER)
    language = models.CharField(_("language"), max_length=10, choices=Language)
    time_zone = models.CharField(_("time zone"), max_length=64)
    joined_at = models.DateTimeField(_("joined"), db_default=Now(), editable=False)
    left_at = models.DateTimeField(_("left"), null=True, blank=True)
    is_active = models.BooleanField(_("may sign in"), default=True)

    wants_reminders = models.BooleanField(_("remind me by mail of sessions and of papers I present"), default=True)
    quiet_nights = models.BooleanField(_("no mails from 21:00 to 8:00 on my clock"), default=True, db_default=True)
    wants_digest = models.BooleanField(_("send me the weekly digest"), default=True)
    digest_weekday = models.PositiveSmallIntegerField(_("day of the digest"), choices=Weekday, default=Weekday.FRIDAY)
    digest_hour = models.PositiveSmallIntegerField(
        _("hour of the digest"), choices=[(hour, f"{hour:02}:00") for hour in range(24)], default=8
    )
    digest_every = models.CharField(
        _("how often the digest comes"), max_length=5, choices=Every, default=Every.WEEK, db_default=Every.WEEK
    )
    # The first day, on the member's own calendar, on which a digest may come again.
    digest_paused_until = models.DateField(_("no digest before"), null=True, blank=True)
    # Empty: as usual for the role, and all of what they take part in.
    watches_usually = models.CharField(
        _("discussions of papers I have not decided about"),
        max_length=10,
        choices=WatchLevel,
        blank=True,
        db_default="",
    )
    # Raised to make every unsubscribe address of this member's older mails invalid.
    mail_generation = models.PositiveIntegerField(default=0, editable=False)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    objects = MemberManager()

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        constraints = [
            models.UniqueConstraint(Lower("email"), name="one_member_per_address"),
            models.CheckConstraint(condition=models.Q(digest_weekday__range=(1, 7)), name="digest_weekday_is_iso"),
            models.CheckConstraint(condition=models.Q(digest_hour__range=(0, 23)), name="digest_hour_of_day"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_organiser(self) -> bool:
        return self.role == Role.ORGANISER

    @property
    def may_write(self) -> bool:
        """Whether the role includes claiming, writing and voting."""
        return self.role in (Role.ORGANISER, Role.MEMBER)

    # What Django's admin asks: organisers may do everything there, all others nothing.

    @property
    def is_staff(self) -> bool:
        return self.is_active and self.is_organiser

    def has_perm(self, perm: str, obj: object = None) -> bool:
        return self.is_staff

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_staff


class Invite(models.Model):
    """A link that lets people join. Its token is signed and names the generation: raising it revokes the link."""

    role = models.CharField(_("role"), max_length=10, choices=Role, default=Role.MEMBER)
    note = models.CharField(_("for whom"), max_length=120, blank=True)
    uses_left = models.PositiveIntegerField(_("how many people may still use it"), default=1)
    expires_at = models.DateTimeField(_("expires"))
    generation = models.PositiveIntegerField(default=0, editable=False)
    revoked_at = models.DateTimeField(null=True, blank=True)
    made_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["-made_at"]
        verbose_name = _("invite")
        verbose_name_plural = _("invites")

    def __str__(self) -> str:
        return self.note or f"Invite {self.pk}"


class Away(models.Model):
    """Days on which a member is away, the first and the last included, in their own zone."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="away")
    first = models.DateField(_("first day"))
    last = models.DateField(_("last day"))
    made_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["first", "pk"]
        verbose_name = _("time away")
        verbose_name_plural = _("times away")
        constraints = [models.CheckConstraint(condition=models.Q(first__lte=models.F("last")), name="away_ends_later")]

    def __str__(self) -> str:
        return f"{self.member}: {self.first} – {self.last}"


class Application(models.Model):
    """Somebody who asks to join: an organiser accepts or declines."""

    name = models.CharField(_("name"), max_length=80)
    email = models.EmailField(_("e-mail address"), max_length=254)
    sentence = models.CharField(_("a sentence about you"), max_length=500)
    language = models.CharField(_("language"), max_length=10, choices=Language)
    made_at = models.DateTimeField(db_default=Now(), editable=False)
    accepted = models.BooleanField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["made_at"]
        verbose_name = _("application")
        verbose_name_plural = _("applications")
        constraints = [
            models.UniqueConstraint(
                Lower("email"), condition=models.Q(decided_at=None), name="one_open_application_per_address"
            )
        ]

    def __str__(self) -> str:
        return self.name


class SignInLink(models.Model):
    """A link made on the server's command line that signs in once. Only the token's hash is stored.

    Without a member it makes the first organiser.
    """

    token_hash = models.CharField(max_length=64, unique=True)
    member = models.ForeignKey(Member, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("sign-in link")
        verbose_name_plural = _("sign-in links")

    def __str__(self) -> str:
        return f"Sign-in link {self.pk}"


class Act(models.Model):
    """One thing an organiser did for the group or for others: who, what, when, before and after."""

    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    verb = models.CharField(max_length=40)
    about = models.CharField(max_length=200)
    before = models.JSONField(null=True, blank=True)
    after = models.JSONField(null=True, blank=True)
    at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("act")
        verbose_name_plural = _("acts")

    def __str__(self) -> str:
        return f"{self.verb} {self.about}"
