"""Tasks in minutes: who is named, by when, and ticking them."""

import datetime as dt

import pytest

from papers.minutes.tasks_in import tasks_in, with_mark

PEOPLE = {"Bob": 1, "Bob Lee": 2, "朱志远": 3}
TODAY = dt.date(2023, 5, 20)


def read(body: str):
    return [
        (task.number, task.text, task.members, task.due_on, task.is_done)
        for task in tasks_in(body, PEOPLE, today=TODAY)
    ]


@pytest.mark.parametrize(
    ("line", "task"),
    [
        ("- [ ] @Bob mends the code by 6/12", (0, "mends the code by 6/12", (1,), dt.date(2023, 6, 12), False)),
        ("* [x] @bob lee reads on", (0, "reads on", (2,), None, True)),
        ("1. [X] Write to @Bob", (0, "Write to", (1,), None, True)),
        ("- [ ] @朱志远 整理讨论，6月12日前", (0, "整理讨论，6月12日前", (3,), dt.date(2023, 6, 12), False)),
        ("- [ ] @朱志远 截止 2023-06-12", (0, "截止 2023-06-12", (3,), dt.date(2023, 6, 12), False)),
        ("- [ ] @Bob and @朱志远 meet until 1/3", (0, "and meet until 1/3", (1, 3), dt.date(2023, 1, 3), False)),
        ("- [ ] @Bob by 11/3", (0, "by 11/3", (1,), dt.date(2023, 11, 3), False)),
        ("  - [ ] @Bob by 2/30", (0, "by 2/30", (1,), None, False)),
        ("- [ ] @Bob", (0, "@Bob", (1,), None, False)),
        ("- [ ] @Bob presents 3/4 of it", (0, "presents 3/4 of it", (1,), None, False)),
        ("- [ ] @Bob reads (6/12)", (0, "reads (6/12)", (1,), dt.date(2023, 6, 12), False)),
    ],
)
def test_a_task_names_who_and_when(line, task):
    assert read(line) == [task]


@pytest.mark.parametrize(
    "body",
    [
        "",
        "- [ ] nobody in particular",
        "- @Bob has no box",
        "[ ] @Bob",
        "- [ ] bob@Bob.example",
        "```\n- [ ] @Bob\n```",
        "- [ ]",
    ],
)
def test_what_names_nobody_is_nobodys(body):
    assert read(body) == []


def test_late_in_the_year_a_day_is_next_year():
    assert tasks_in("- [ ] @Bob by 1/3", PEOPLE, today=dt.date(2023, 12, 20))[0].due_on == dt.date(2024, 1, 3)


def test_of_many_tasks_the_one_that_is_meant_is_ticked():
    body = "Hello\n- [ ] one\n```\n- [ ] code\n```\n  - [ ] @Bob two\nend"
    ticked = "Hello\n- [ ] one\n```\n- [ ] code\n```\n  - [x] @Bob two\nend"
    assert [task.number for task in tasks_in(body, PEOPLE, today=TODAY)] == [1]
    assert with_mark(body, 1, done=True) == ticked
    assert with_mark(ticked, 1, done=False) == body
    assert with_mark(body, 2, done=True) is None
