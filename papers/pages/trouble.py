"""What of the site itself is out of order, for organisers: each with the page where it is mended."""

import datetime as dt

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from papers.claims.risks import Risk
from papers.jobs.queries import troubles
from papers.lines import isolated
from papers.mail.queries import loud_mails
from papers.members.mailing import unreachable
from papers.members.models import Group

# Older ones are in the outbox; they are no longer news.
MAILS_OF = dt.timedelta(days=7)


def out_of_order(group: Group, now: dt.datetime) -> list[Risk]:
    """Return what is out of order: silence, failed jobs, members out of reach, mails; in three queries or four."""
    silent, failed = troubles(now, since=group.set_up_at)
    risks = []
    if silent:
        sentence = _("The site’s clock stands still: nothing is reminded of or sent.")
        risks.append(Risk(sentence, "/organise/jobs/"))
    if count := len(failed):
        sentence = ngettext("%(count)d job of the site failed.", "%(count)d jobs of the site failed.", count)
        risks.append(Risk(sentence % {"count": count}, "/organise/jobs/"))
    for member, _row in unreachable():
        sentence = _("Mails to %(name)s come back.") % {"name": isolated(member.name)}
        risks.append(Risk(sentence, f"/members/{member.pk}/"))
    if count := loud_mails(since=now - MAILS_OF):
        sentence = ngettext(
            "%(count)d mail failed or is unconfirmed.", "%(count)d mails failed or are unconfirmed.", count
        )
        risks.append(Risk(sentence % {"count": count}, "/organise/mail/"))
    return risks
