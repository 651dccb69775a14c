"""Doing several writes at the same moment, as several people do."""

import threading
from collections.abc import Callable

from django.db import connections

from papers.refusals import Refused


def at_once(*writes: Callable[[], object]) -> list[Refused]:
    """Do the writes in threads of their own that begin together; return what was refused."""
    refused: list[Refused] = []
    broken: list[BaseException] = []
    start = threading.Barrier(len(writes))

    def do(write: Callable[[], object]) -> None:
        try:
            start.wait(timeout=10)
            write()
        except Refused as refusal:
            refused.append(refusal)
        except BaseException as error:
            broken.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=do, args=[write]) for write in writes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert not broken
    return refused
