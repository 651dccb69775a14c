"""Where works stand in the timeline: by date, in their lanes, and never on top of each other."""

import random

from hypothesis import given
from hypothesis import strategies as st

from papers.pictures import lineage
from papers.pictures.lineage import Line, Work

WORKS = st.lists(
    st.builds(
        Work,
        number=st.integers(1, 999),
        name=st.text(max_size=40),
        lane=st.integers(1, 8),
        year=st.integers(1998, 2026),
        month=st.none() | st.integers(1, 12),
    ),
    max_size=60,
    unique_by=lambda work: work.number,
)


def overlaps(picture: lineage.Picture) -> list[tuple[int, int]]:
    return [
        (one.work.number, other.work.number)
        for at, one in enumerate(picture.boxes)
        for other in picture.boxes[at + 1 :]
        if one.x < other.right
        and other.x < one.right
        and one.y < other.y + lineage.ROW
        and other.y < one.y + lineage.ROW
    ]


@given(WORKS)
def test_no_two_labels_overlap_and_all_stand_in_the_picture(works):
    picture = lineage.picture(works, [])
    assert len(picture.boxes) == len(works)
    assert overlaps(picture) == []
    assert all(
        box.x >= 0 and box.right <= picture.width and box.y + lineage.ROW <= picture.height for box in picture.boxes
    )


def test_a_hundred_and_fifty_works_of_a_few_years_do_not_overlap():
    dice = random.Random(1)
    works = [
        Work(
            number, f"A model {number}", dice.randint(1, 8), dice.choice([2021, 2022, 2022, 2023]), dice.randint(1, 12)
        )
        for number in range(150)
    ]
    lines = [Line(dice.randrange(150), dice.randrange(150), "builds_on") for _ in range(200)]
    picture = lineage.picture(works, lines)
    assert overlaps(picture) == []
    assert len(picture.curves) == 200
    assert picture == lineage.picture(list(reversed(works)), lines)


def test_years_go_from_left_to_right_and_lanes_down():
    gpt, bert, llama = Work(1, "GPT", 1, 2018, 6), Work(98, "BERT", 8, 2018, 10), Work(48, "LLaMA", 3, 2023, 2)
    picture = lineage.picture([llama, bert, gpt], [Line(48, 1, "compares")])
    box = {one.work.number: one for one in picture.boxes}
    assert box[1].x < box[98].x < box[48].x
    assert box[1].y < box[48].y < box[98].y
    assert [year.year for year in picture.years] == [2018, 2019, 2020, 2021, 2022, 2023, 2024]
    assert [lane.lane for lane in picture.lanes] == [1, 3, 8]


def test_a_line_against_time_is_told_apart():
    early, late = Work(1, "early", 1, 2017, 1), Work(2, "late", 1, 2018, 1)
    with_time, against = lineage.picture([early, late], [Line(2, 1, "builds_on"), Line(1, 2, "builds_on")]).curves
    assert (with_time.against_time, against.against_time) == (False, True)


def test_a_line_to_a_work_that_is_not_shown_is_left_out():
    assert lineage.picture([Work(1, "x", 1, 2017, None)], [Line(1, 2, "compares")]).curves == []


def test_relatives_are_ancestors_and_descendants_but_no_cousins():
    # 1 <- 2 <- 3, 1 <- 4, 5 <- 2
    lines = [Line(2, 1, "builds_on"), Line(3, 2, "builds_on"), Line(4, 1, "builds_on"), Line(2, 5, "builds_on")]
    assert lineage.relatives(2, lines) == {1, 2, 3, 5}
    assert lineage.relatives(4, lines) == {1, 4}
    assert lineage.relatives(1, lines) == {1, 2, 3, 4}
    assert lineage.relatives(9, lines) == {9}


def test_nothing_gives_an_empty_picture():
    assert lineage.picture([], []).boxes == []
