"""Names are read as they are spoken, whichever way a program writes them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papers.formats.names import name_of, names_in


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("family=Gomez, given=Aidan N., given-i={A. N.}", "Aidan N. Gomez"),
        ("family=Vries, prefix=de, useprefix=true, given=Hugo", "Hugo de Vries"),
        ('given="Hugo", family={{\\"O}zg{\\"u}r, Inc}, suffix=Jr.', "Hugo Özgür, Inc Jr."),
        ("given={Jean}, prefix={de la}, family={Cruz}, prefix-i=d", "Jean de la Cruz"),
        ("van der Maaten, Laurens", "Laurens van der Maaten"),
        ("de la Cruz, Jr., Maria", "Maria de la Cruz Jr."),
        ("Brown, III, Tom B.", "Tom B. Brown III"),
        ("Brown, Tom B., Jr", "Tom B. Brown Jr"),
        ("Jr., Tom", "Tom Jr."),
        ("Jr, III", "III Jr"),
        ("Ludwig van Beethoven", "Ludwig van Beethoven"),
        ("{OpenAI}", "OpenAI"),
        ("{{Meta AI Team}}", "Meta AI Team"),
        ("{Barnes and Noble, Inc.}", "Barnes and Noble, Inc."),
        ("{Barnes}, {Ann, Bea}", "Ann, Bea Barnes"),
        ("{\\'E}tienne {\\L}ukasz", "Étienne Łukasz"),
        ("{\\'E}luard, {\\L}ukasz", "Łukasz Éluard"),
        ("Donald~E. Knuth", "Donald E. Knuth"),
        ("OpenAI,", "OpenAI"),
        (", Ann", "Ann"),
        ("x=y, z", "z x=y"),
        ("", ""),
    ],
)
def test_a_name(written, spoken):
    assert name_of(written) == spoken


@pytest.mark.parametrize(
    ("written", "spoken", "is_complete"),
    [
        ("Lee, Ann and\n  {OpenAI} AND Bo Wu", ("Ann Lee", "OpenAI", "Bo Wu"), True),
        ("family=Gomez, given=Aidan N. and Vries, Hugo de", ("Aidan N. Gomez", "Hugo de Vries"), True),
        ("Lee, Ann and others", ("Ann Lee",), False),
        ("Lee, Ann and et al.", ("Ann Lee",), False),
        ("{Others} and {Simon and Schuster}", ("Others", "Simon and Schuster"), True),
        ("Sandy Anderson and and Bo Land", ("Sandy Anderson", "Bo Land"), True),
        ("Lee\\{, Ann\\} and Bo Wu}", ("Ann} Lee{", "Bo Wu"), True),
        ("", (), True),
    ],
)
def test_the_names_of_a_field(written, spoken, is_complete):
    assert names_in(written) == (spoken, is_complete)


@given(st.lists(st.sampled_from(["family=", "given=", "and", ",", "{", "}", "\\", "Jr", " ", "A", '"']), max_size=30))
def test_any_pieces_can_be_read(pieces):
    names_in(" ".join(pieces))
    names_in("".join(pieces))
