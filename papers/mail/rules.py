"""Whether a mail may still go out, and when it is tried again."""

import datetime as dt
import random
import re
from collections.abc import Callable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

# The wish of the member that each kind of mail depends on. Kinds that are missing here always go out.
WISHES = {
    **dict.fromkeys(("reminder", "reading", "change", "present"), "wants_reminders"),
    "digest": "wants_digest",
}

# Waited for at this moment, or with an hour that the member chose.
AT_ANY_HOUR = ("sign-in", "digest", "test")
# Design paper `product.md`, row 74: mails come from 8 to 21 o'clock.
MORNING, EVENING = dt.time(8), dt.time(21)
# A mail that would come later than this before it is useless is sent at night.
IN_TIME = dt.timedelta(hours=1)

FIRST_WAIT = dt.timedelta(minutes=1)
LONGEST_WAIT = dt.timedelta(hours=1)
# A server that nobody reaches says nothing about this mail: once it is back, all must go out within minutes.
LONGEST_WAIT_FOR_SERVER = dt.timedelta(minutes=8)
GIVE_UP_AFTER = dt.timedelta(days=5)
# A sender that was killed is known by its lock being free; the minute is for clocks that differ.
SENDING_TAKES_AT_MOST = dt.timedelta(minutes=1)

# As Healthchecks does: one or two refusals may be the server's mistake.
REFUSALS_THAT_PAUSE = 3
# RFC 5321, 4.2.3: mailbox unavailable, user not local, mailbox name not allowed.
CODES_ABOUT_THE_ADDRESS = (550, 551, 553)
# RFC 3463: 5.1.x is about the address, 5.2.1 a mailbox that takes no mail. All else may be about us or this mail.
ENHANCED = re.compile(r"^5\.(\d{1,3})\.(\d{1,3})\b")

# The server wants another password, not another recipient.
CODES_ABOUT_OUR_ACCOUNT = (530, 534, 535, 538)

# The reasons are kept in the row in English and translated when an organiser looks at it.
TOO_LATE = gettext_noop("It was not sent, because it would have come too late to be of use.")
HAS_LEFT = gettext_noop("It was not sent, because the member has left the group.")
NOT_WANTED = gettext_noop("It was not sent, because the member no longer wants mails of this kind.")
SENDER_DIED_BEFORE = gettext_noop("The process that was sending it ended before it was handed over.")
LOST_HOLD = gettext_noop("The database was away at the moment when it was to be sent.")
NIGHT = gettext_noop("It is night where the member is; it waits for the morning.")
PAUSED = gettext_noop(
    "It was not sent, because the address has refused three mails in a row. Once the person or an organiser says that "
    "it works again, mails go there as before."
)
TOO_MANY = gettext_noop("The mails to this domain have reached what the site sends there in a minute.")
SENDER_DIED = gettext_noop(
    "The process that was sending it ended as it was handed over, so it may have arrived. It is not sent again by "
    "itself."
)


def why_not_send(
    *, now: dt.datetime, not_after: dt.datetime | None, has_left: bool, still_wanted: bool, is_paused: bool = False
) -> str | None:
    """Return why the mail must not go out at `now`, or None. Asked again right before sending."""
    if not_after is not None and now >= not_after:
        return TOO_LATE
    if has_left:
        return HAS_LEFT
    if not still_wanted:
        return NOT_WANTED
    if is_paused:
        return PAUSED
    return None


def when_awake(*, now: dt.datetime, zone: dt.tzinfo, kind: str, not_after: dt.datetime | None) -> dt.datetime | None:
    """Return the morning (UTC) for which a mail waits that would come at night in this zone, or None for no wait.

    An hour that a change of the clocks leaves out counts as if it had not been left out.
    """
    local = now.astimezone(zone)
    if kind in AT_ANY_HOUR or MORNING <= local.time() < EVENING:
        return None
    date = local.date() + dt.timedelta(days=1 if local.time() >= EVENING else 0)
    morning = dt.datetime.combine(date, MORNING, zone).astimezone(dt.UTC)
    return morning if not_after is None or morning <= not_after - IN_TIME else None


def wait_before_try(
    attempts: int, *, server_reached: bool = True, chance: Callable[[], float] = random.random
) -> dt.timedelta:
    """Return how long to wait after so many attempts: a minute, doubling to an hour, and up to a fifth more or less.

    `chance` gives a number from 0 to 1; it spreads mails that failed together.
    """
    longest = LONGEST_WAIT if server_reached else LONGEST_WAIT_FOR_SERVER
    wait = min(FIRST_WAIT * 2 ** min(max(attempts - 1, 0), 10), longest)
    return min(wait * (0.8 + 0.4 * chance()), longest)


def is_hopeless(*, now: dt.datetime, due_at: dt.datetime) -> bool:
    """Return whether the mail was tried for long enough."""
    return now - due_at >= GIVE_UP_AFTER


def is_for_good(code: int) -> bool:
    """Return whether the server's reply code means that trying again is useless (RFC 5321: 5xx)."""
    return 500 <= code < 600 and code not in CODES_ABOUT_OUR_ACCOUNT


def is_about_the_address(code: int, words: str) -> bool:
    """Return whether a refusal of the recipient says that nobody reads mails there, whatever they hold.

    The enhanced code of RFC 3463 decides where the server gives one, such as in "5.1.1 no such user".
    """
    enhanced = ENHANCED.match(words.strip())
    if enhanced is None:
        return code in CODES_ABOUT_THE_ADDRESS
    subject, detail = enhanced.groups()
    return subject == "1" or (subject, detail) == ("2", "1")


def why_not_again(
    *, state: str, secret: bool, has_text: bool, now: dt.datetime, not_after: dt.datetime | None, done_before: bool
) -> str | None:
    """Return why an organiser can't send the mail again, or None."""
    if state not in ("failed", "unconfirmed"):
        return _("Only a mail that failed or is unconfirmed can be sent again.")
    if secret:
        return _("A sign-in code is good for minutes only. The person can ask for a new one.")
    if not has_text:
        return _("This mail could not be composed, so there is nothing to send. Please tell the person yourself.")
    if not_after is not None and now >= not_after:
        return _("This mail would come too late to be of use.")
    if done_before:
        return _("This mail was sent again already. Look for the new one at the top of the outbox.")
    return None
