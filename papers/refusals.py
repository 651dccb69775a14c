"""The one exception that means "no, because ...": a rule's sentence on its way to the person."""

from http import HTTPStatus


class Refused(Exception):
    """An action was refused. Nothing was written.

    `sentence` says what happened, why, and what to do next, in the language of the request. `status` is the HTTP
    status of the answer: 409 when somebody was faster or the thing has changed, 403 when a role is missing,
    422 when the input is not understood, 413 when it is too large, 429 when it came too often.
    """

    def __init__(self, sentence: str, *, status: int = HTTPStatus.CONFLICT) -> None:
        super().__init__(sentence)
        self.sentence = str(sentence)
        self.status = int(status)


def refuse_if(reason: str | None, *, status: int = HTTPStatus.CONFLICT) -> None:
    """Raise Refused when a rule gave a reason; do nothing when it gave None."""
    if reason is not None:
        raise Refused(reason, status=status)
