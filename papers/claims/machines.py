"""What can become of a claim, an offer or a swap: the states, and which act leads from one to which other.

A claim's state is derived from its row; offers and swaps keep theirs. No other change is possible.
"""

from collections.abc import Mapping
from typing import Final

FREE, HELD, LOOKING, DONE, RELEASED = "free", "held", "looking", "done", "released"
SENT, ACCEPTED, DECLINED, EXPIRED, WITHDRAWN = "sent", "accepted", "declined", "expired", "withdrawn"

Transitions = Mapping[tuple[str, str], str]

# Of a paper as its claims make it. Who takes over releases the claim of the one before and begins their own.
CLAIM: Final[Transitions] = {
    (FREE, "claim"): HELD,
    (HELD, "look for a stand-in"): LOOKING,
    (LOOKING, "present after all"): HELD,
    (LOOKING, "take over"): HELD,
    (HELD, "swap"): HELD,
    (HELD, "release"): RELEASED,
    (LOOKING, "release"): RELEASED,
    (HELD, "present"): DONE,
    (LOOKING, "present"): DONE,
    (RELEASED, "claim"): HELD,
}

# Of a paper's place in a session. `near` is what three days before the session do to what nobody has said yes to.
EMPTY, ASSIGNED, CONFIRMED, AT_RISK, CANCELLED = "empty", "assigned", "confirmed", "at risk", "cancelled"
SLOT: Final[Transitions] = {
    (EMPTY, "claim"): ASSIGNED,
    (ASSIGNED, "confirm"): CONFIRMED,
    (ASSIGNED, "release"): EMPTY,
    (CONFIRMED, "release"): EMPTY,
    (CONFIRMED, "look for a stand-in"): ASSIGNED,
    (CONFIRMED, "move"): ASSIGNED,
    (EMPTY, "near"): AT_RISK,
    (ASSIGNED, "near"): AT_RISK,
    (AT_RISK, "confirm"): CONFIRMED,
    (AT_RISK, "move"): ASSIGNED,
    **{(state, "present"): DONE for state in (EMPTY, ASSIGNED, CONFIRMED, AT_RISK)},
    **{(state, "cancel"): CANCELLED for state in (EMPTY, ASSIGNED, CONFIRMED, AT_RISK)},
}

# Of what waits for one member's answer. Every answer is the last one.
ANSWER: Final[Transitions] = {
    (SENT, "accept"): ACCEPTED,
    (SENT, "decline"): DECLINED,
    (SENT, "expire"): EXPIRED,
    (SENT, "withdraw"): WITHDRAWN,
}


def after(machine: Transitions, state: str, act: str) -> str | None:
    """Return the state to which the act leads, or None where it leads nowhere."""
    return machine.get((state, act))


def claim_state(*, holds: bool, is_looking: bool, is_done: bool) -> str:
    """Return the state of a paper's claim by the facts of its row."""
    if not holds:
        return FREE
    if is_done:
        return DONE
    return LOOKING if is_looking else HELD


def slot_state(
    *, is_cancelled: bool, is_over: bool, holds: bool, is_looking: bool, is_confirmed: bool, is_near: bool
) -> str:
    """Return the state of a paper's place in a session. `is_near`: it begins in three days or less."""
    if is_cancelled:
        return CANCELLED
    if is_over:
        return DONE
    if holds and is_confirmed and not is_looking:
        return CONFIRMED
    if is_near:
        return AT_RISK
    return ASSIGNED if holds else EMPTY
