"""The door Django's admin looks through: every record, for organisers to look at.

What may be changed here is what has no consequences: facts of papers, the order of a part, how somebody is called.
All else is changed on the site's own pages, whose actions keep the rules, write the log and mind the mails; here it
can only be read. Secrets (passwords, tokens, the words of mails) are not shown at all.
"""

from papers.admin import calendars, catalogue, claims, members, minutes, texts

__all__ = ["calendars", "catalogue", "claims", "members", "minutes", "texts"]
