"""How much work a text may make."""

import time


class TooHard(Exception):
    """The text is nested too deeply or takes too long."""


class Allowance:
    """The computing time that is left for a text, counted on this thread alone: a busy machine refuses nothing."""

    def __init__(self, seconds: float) -> None:
        self.end = time.thread_time() + seconds

    def is_spent(self) -> bool:
        return time.thread_time() > self.end

    def check(self) -> None:
        """Raise TooHard when the time is spent."""
        if self.is_spent():
            raise TooHard
