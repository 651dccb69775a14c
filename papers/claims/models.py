"""Who takes which paper, who waits for it, and to whom it is offered."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from papers.catalogue.models import Paper
from papers.sessions.models import ReadingSession


class Claim(models.Model):
    """A member has taken a paper to present. The database allows one claim a paper that is not released."""

    paper = models.ForeignKey(Paper, on_delete=models.PROTECT, related_name="claims")
    holder = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="claims")
    claimed_at = models.DateTimeField(_("claimed"), db_default=Now(), editable=False)
    # The holder can't make it: they stay named until somebody takes the paper over.
    looking_since = models.DateTimeField(_("looking for a stand-in since"), null=True, blank=True)
    # Given to the holder by an organiser: they accept until then, or it goes back. None: it was their own wish.
    accept_by = models.DateTimeField(_("to be accepted until"), null=True, blank=True)
    assigned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    # The session, as it then stood, for which the holder said that they will be there.
    confirmed_for = models.ForeignKey(
        ReadingSession, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    confirmed_sequence = models.PositiveIntegerField(null=True, blank=True)
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


class WaitingPlace(models.Model):
    """A member's place in the line for a paper that somebody holds. Who came first is offered it first."""

    paper = models.ForeignKey(Paper, on_delete=models.PROTECT, related_name="waiting")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="waiting")
    joined_at = models.DateTimeField(_("joined the line"), db_default=Now(), editable=False)
    # Left by themselves, or because their turn came.
    left_at = models.DateTimeField(_("left the line"), null=True, blank=True)

    class Meta:
        ordering = ["joined_at", "pk"]
        verbose_name = _("place in a line")
        verbose_name_plural = _("places in lines")
        constraints = [
            models.UniqueConstraint(
                fields=["paper", "member"], condition=models.Q(left_at=None), name="one_place_in_a_line"
            )
        ]
        indexes = [
            models.Index(fields=["paper", "joined_at"], condition=models.Q(left_at=None), name="line_of_a_paper")
        ]

    def __str__(self) -> str:
        return f"{self.paper} ← {self.member}"


class Offer(models.Model):
    """A free paper, held back for the member whose turn it is until they answer or the time is over."""

    class State(models.TextChoices):
        SENT = "sent", _("Sent")
        ACCEPTED = "accepted", _("Accepted")
        DECLINED = "declined", _("Declined")
        EXPIRED = "expired", _("Expired")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    paper = models.ForeignKey(Paper, on_delete=models.PROTECT, related_name="offers")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="offers")
    place = models.ForeignKey(WaitingPlace, on_delete=models.CASCADE, related_name="offers")
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.SENT)
    sent_at = models.DateTimeField(_("sent"), db_default=Now(), editable=False)
    expires_at = models.DateTimeField(_("good until"))
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)

    class Meta:
        ordering = ["-sent_at", "-pk"]
        verbose_name = _("offer")
        verbose_name_plural = _("offers")
        constraints = [
            models.UniqueConstraint(fields=["paper"], condition=models.Q(state="sent"), name="one_offer_at_a_time")
        ]
        indexes = [
            models.Index(fields=["expires_at"], condition=models.Q(state="sent"), name="offers_that_expire"),
        ]

    def __str__(self) -> str:
        return f"{self.paper} → {self.member} ({self.get_state_display()})"


class Swap(models.Model):
    """A holder asks another one to exchange papers. Nothing moves until the other accepts."""

    State = Offer.State

    # What the asker gives and what they want for it.
    given = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="swaps_given")
    wanted = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="swaps_wanted")
    message = models.CharField(_("message"), max_length=300, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=Offer.State, default=Offer.State.SENT)
    sent_at = models.DateTimeField(_("sent"), db_default=Now(), editable=False)
    expires_at = models.DateTimeField(_("good until"))
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)

    class Meta:
        ordering = ["-sent_at", "-pk"]
        verbose_name = _("swap")
        verbose_name_plural = _("swaps")
        constraints = [
            models.UniqueConstraint(fields=["given"], condition=models.Q(state="sent"), name="one_swap_at_a_time"),
            models.CheckConstraint(condition=~models.Q(given=models.F("wanted")), name="no_swap_with_itself"),
        ]

    def __str__(self) -> str:
        return f"{self.given} ↔ {self.wanted}"


class Partner(models.Model):
    """Somebody at the holder's side: presents with them and shares the points, or steps in when they can't make it."""

    class Role(models.TextChoices):
        CO_PRESENTER = "co-presenter", _("Co-presenter")
        UNDERSTUDY = "understudy", _("Understudy")

    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="partners")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="partnerships")
    role = models.CharField(_("role"), max_length=12, choices=Role)
    # A co-presenter is asked first; an understudy offers it, which is accepted at once.
    state = models.CharField(_("state"), max_length=10, choices=Offer.State, default=Offer.State.SENT)
    sent_at = models.DateTimeField(_("sent"), db_default=Now(), editable=False)
    expires_at = models.DateTimeField(_("good until"))
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    left_at = models.DateTimeField(_("left"), null=True, blank=True)

    class Meta:
        ordering = ["answered_at", "pk"]
        verbose_name = _("partner")
        verbose_name_plural = _("partners")
        constraints = [
            models.UniqueConstraint(
                fields=["claim", "member"],
                condition=models.Q(left_at=None, state__in=("sent", "accepted")),
                name="one_partnership_each",
            ),
            models.UniqueConstraint(
                fields=["claim"],
                condition=models.Q(role="understudy", left_at=None, state="accepted"),
                name="one_understudy_per_claim",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.claim} + {self.member} ({self.get_role_display()})"


class Duty(models.Model):
    """A member leads a session, or writes its minutes."""

    class Role(models.TextChoices):
        HOST = "host", _("Host")
        SCRIBE = "scribe", _("Scribe")

    session = models.ForeignKey(ReadingSession, on_delete=models.CASCADE, related_name="duties")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="duties")
    role = models.CharField(_("role"), max_length=10, choices=Role)
    given_at = models.DateTimeField(_("given"), db_default=Now(), editable=False)
    # None: it was their own wish.
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    left_at = models.DateTimeField(_("left"), null=True, blank=True)

    class Meta:
        ordering = ["session", "role", "pk"]
        verbose_name = _("duty")
        verbose_name_plural = _("duties")
        constraints = [
            models.UniqueConstraint(
                fields=["session", "role"], condition=models.Q(left_at=None), name="one_member_per_duty"
            )
        ]

    def __str__(self) -> str:
        return f"{self.session}: {self.member} ({self.get_role_display()})"


class Bid(models.Model):
    """How much a member would like to present a paper. Only organisers see it, until papers are handed out."""

    class Wish(models.TextChoices):
        WANT = "want", _("I want it")
        COULD = "could", _("I could")
        NO = "no", pgettext_lazy("bid", "No")

    paper = models.ForeignKey(Paper, on_delete=models.CASCADE, related_name="bids")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="bids")
    wish = models.CharField(_("wish"), max_length=10, choices=Wish)
    changed_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("bid")
        verbose_name_plural = _("bids")
        constraints = [models.UniqueConstraint(fields=["paper", "member"], name="one_bid_each")]

    def __str__(self) -> str:
        return f"{self.member}: {self.paper} ({self.get_wish_display()})"
