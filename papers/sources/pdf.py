"""The words on the pages of a PDF from arXiv. We keep none of it: arXiv's terms let nobody else host its papers.

A PDF is hostile until shown otherwise, and the library that reads it is written in C++: it works in a process of its
own with little memory and time, whose death is an answer like another.
"""

import json
import resource
import subprocess
import sys

from django.conf import settings
from django.utils.translation import gettext as _

from papers.sources.asking import Unreadable, get

# The longest paper of the list has 214 pages and 12 MB.
MOST_BYTES = 40_000_000
MOST_PAGES = 500
MEMORY, SECONDS = 1_500_000_000, 60


def pages_at(arxiv_id: str, version: int) -> list[str]:
    """Return the words of each page of this version. Raises NotFound, Unreachable and Unreadable."""
    url = f"{settings.ARXIV_PDF}/{arxiv_id}v{version}"
    return pages_of(get(url, accept="application/pdf", most=MOST_BYTES))


def pages_of(pdf: bytes) -> list[str]:
    """Return the words of each page, of the first 500. Raises Unreadable."""
    command = [sys.executable, "-m", "papers.sources.pdf"]
    try:
        done = subprocess.run(  # noqa: S603 - our own module
            command,
            input=pdf,
            capture_output=True,
            timeout=SECONDS,
            check=True,
            preexec_fn=hold_back,
            cwd=settings.BASE_DIR,
        )
        return list(json.loads(done.stdout))
    except (subprocess.SubprocessError, ValueError) as error:
        raise Unreadable(_("The PDF could not be read.")) from error


def hold_back() -> None:
    """Give the process that reads a PDF no more memory and computing time than a paper needs."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))


def main() -> None:
    """Read a PDF from standard input and write the words of its pages as JSON."""
    import pypdfium2  # noqa: PLC0415 - only the process that reads a PDF loads it

    document = pypdfium2.PdfDocument(sys.stdin.buffer.read())
    count = min(len(document), MOST_PAGES)
    # A pair of letters that stands for one outside the basic plane may be torn; JSON can't say half a letter.
    pages = [document[at].get_textpage().get_text_bounded().encode(errors="replace").decode() for at in range(count)]
    json.dump(pages, sys.stdout)


if __name__ == "__main__":
    main()
