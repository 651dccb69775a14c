"""The outbox: everything that is sent is a row first."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower, Now
from django.utils.translation import gettext_lazy as _


class Outgoing(models.Model):
    """One message to one address. Its unique key makes planning it twice harmless.

    A sender takes a row by a conditional update from waiting to sending, commits, sends, and then marks it sent or
    failed. Of a sender that was killed in between, a row that was not handed over waits again; one that was is marked
    unconfirmed and never sent again by itself: it may have arrived.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        SENDING = "sending", _("Being sent")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Failed")
        VOID = "void", _("No longer true")
        UNCONFIRMED = "unconfirmed", _("Unconfirmed")

    kind = models.CharField(_("kind"), max_length=20)
    key = models.CharField(_("unique key"), max_length=200, unique=True)
    about = models.CharField(_("about"), max_length=60, blank=True)
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    address = models.EmailField(_("address"), max_length=254)
    subject = models.CharField(_("subject"), max_length=250)
    text = models.TextField(_("plain text"))
    html = models.TextField(_("HTML"), blank=True)
    headers = models.JSONField(_("more headers"), default=dict, blank=True)
    # A sign-in code: shown to organisers only while mails are kept as files because there is no mail server.
    secret = models.BooleanField(default=False)
    # Who gets it would tell who writes without their name: organisers see that it went, and not to whom.
    discreet = models.BooleanField(default=False, db_default=False)

    due_at = models.DateTimeField(_("due"))
    not_after = models.DateTimeField(_("useless after"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_try_at = models.DateTimeField(_("next try"))
    # When its end was sent to the mail server: from then on it may have arrived.
    handed_at = models.DateTimeField(null=True, blank=True)
    taken_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(_("the server's words"), blank=True)
    made_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["-made_at", "-pk"]
        verbose_name = _("outgoing mail")
        verbose_name_plural = _("outgoing mails")
        indexes = [
            models.Index(fields=["next_try_at"], condition=models.Q(state="waiting"), name="outgoing_waiting"),
            models.Index(fields=["taken_at"], condition=models.Q(state="sending"), name="outgoing_sending"),
            models.Index(fields=["about"], condition=models.Q(state="waiting"), name="outgoing_about"),
            models.Index(fields=["-made_at", "-id"], name="outgoing_newest"),
        ]

    def __str__(self) -> str:
        return self.key


class RefusedAddress(models.Model):
    """An address that a mail server has refused for good. The next mail that arrives there takes the row away."""

    address = models.EmailField(_("address"), max_length=254, unique=True)
    refusals = models.PositiveSmallIntegerField(_("refused in a row"), default=0)
    words = models.TextField(_("the server's words"))
    refused_at = models.DateTimeField(_("last refused"))
    # From then on nothing is sent there but what the person asks for at that moment, such as a sign-in code.
    paused_at = models.DateTimeField(_("paused"), null=True, blank=True)

    class Meta:
        ordering = ["-refused_at"]
        verbose_name = _("refused address")
        verbose_name_plural = _("refused addresses")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(address=Lower("address")), name="refused_address_in_small_letters"
            )
        ]

    def __str__(self) -> str:
        return self.address
