#!/usr/bin/env python
"""The site's command line. Commands that need the database start the embedded PostgreSQL for themselves."""

import os
import sys

from django.core.management import execute_from_command_line

from readinggroup import embedded


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "readinggroup.settings")
    with embedded.for_command(sys.argv):
        execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
