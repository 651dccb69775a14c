"""Keeping keys out of the log: some addresses sign in, invite or unsubscribe whoever has them."""

import logging
import re

KEYS = re.compile(r"/(open|join|unsubscribe|offer|swap|confirm|guest|calendar)/[^/\s?]{9,}")


class HideKeys(logging.Filter):
    """Lets every record pass, with … where an address holds a key."""

    def filter(self, record: logging.LogRecord) -> bool:
        text = record.getMessage()
        hidden = KEYS.sub(r"/\1/…", text)
        if hidden != text:
            record.msg, record.args = hidden, ()
        return True
