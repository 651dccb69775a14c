"""How English pages and mails write times: by 24 hours, as the sessions and the Chinese pages do."""

TIME_FORMAT = "H:i"
DATETIME_FORMAT = "N j, Y, H:i"
