"""Lists of papers as other programs write and read them: text in, records out, and back. No database here."""
