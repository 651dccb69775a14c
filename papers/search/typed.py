"""How a name is typed: by itself, and a Chinese one by its pinyin too, by initials, and by any mixture of these.

朱志远 answers to zhu, zhiyuan, zzy, zhuzy and 志远, Ada Lovelace to ada, love and al. Readings come from pypinyin, all
that a character has: a name may have any of them.
"""

import re
import unicodedata
from functools import cache

from pypinyin import Style, pinyin

from papers.words import plain

# A Chinese character, or a word of letters and digits.
UNIT = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]|[^\W_\u3400-\u9fff\U00020000-\U0003ffff]+")
LONGEST = 200


def units(text: str) -> list[str]:
    """Return the characters and words of which the text is made, without capitals, accents and full-width forms."""
    return UNIT.findall(plain(unicodedata.normalize("NFKC", text[:LONGEST])))


@cache
def readings(unit: str) -> tuple[str, ...]:
    """Return how a unit may be typed: itself, and a character's readings in Latin letters without tones (ü as v)."""
    if len(unit) > 1 or unit.isascii():
        return (unit,)
    return (unit, *pinyin(unit, style=Style.NORMAL, heteronym=True)[0])


def place_of(typed: str, name: str) -> int | None:
    """Return at which of its units the name answers to what was typed, 0 for its beginning; None when it does not."""
    wanted, of_name = "".join(units(typed)), units(name)
    if not wanted:
        return 0
    return next((at for at in range(len(of_name)) if answers(wanted, of_name[at:])), None)


def answers(wanted: str, of_name: list[str]) -> bool:
    """Return whether what was typed is used up, from the first unit on, by a beginning of a reading of each."""
    ends = {0}
    for unit in of_name:
        ends = {end for start in ends for end in after(wanted, start, unit)}
        if len(wanted) in ends:
            return True
    return False


def after(wanted: str, start: int, unit: str) -> set[int]:
    """Return where what was typed may go on behind this unit."""
    return {
        start + length
        for reading in readings(unit)
        for length in range(1, len(reading) + 1)
        if wanted[start : start + length] == reading[:length]
    }
