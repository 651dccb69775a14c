"""Tasks in a text of Markdown: `- [ ] @Bob mends the code by 6/12`. Pure."""

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, islice

TASK = re.compile(r"^(?P<before>\s*(?:[-*+]|\d{1,9}[.)])\s+\[)(?P<mark>[ xX])(?P<after>\]\s+)(?P<text>\S.*)$")
FENCE = re.compile(r"^\s*(`{3,}|~{3,})")
# "by 6/12", "until 2023-06-12", "（6/12）", "截止 6/12", "6月12日前"; a day of the month comes after its month.
DATE = r"(?:(?P<year>\d{4})[-/年])?(?P<month>\d{1,2})[-/月](?P<day>\d{1,2})日?(?![\d/-])"
DAYS = (
    re.compile(rf"(?:\b(?:by|until|due)\b[\s:：]*|截止(?:到|至)?[\s:：]*|[(（]\s?){DATE}", re.IGNORECASE),
    re.compile(rf"(?<![\d/-]){DATE}(?:之前|以前|前)"),
    re.compile(rf"(?<![\d/-])(?=\d{{4}}){DATE}"),
)
# A task that names a day long past means that day of next year.
LONG_PAST = dt.timedelta(days=180)


@dataclass(frozen=True)
class Task:
    """A task of a text. `number` counts all tasks of the text from 0; `members` are those whom it names."""

    number: int
    text: str
    is_done: bool
    members: tuple[int, ...]
    due_on: dt.date | None


def tasks_in(body: str, people: Mapping[str, int], *, today: dt.date) -> list[Task]:
    """Return the tasks of a text that name somebody of `people` (keys by name), with their days.

    A day without a year is the one that is nearest to come, or at most half a year past, as seen from `today`.
    """
    names = sorted(people, key=len, reverse=True)
    if not names:
        return []
    mention = re.compile(rf"(?<![A-Za-z0-9_.@])@({'|'.join(map(re.escape, names))})(?![A-Za-z0-9_])", re.IGNORECASE)
    by_name = {name.casefold(): key for name, key in people.items()}
    found = []
    for number, (_line, task) in enumerate(numbered_tasks(body)):
        members = tuple(dict.fromkeys(by_name[name.casefold()] for name in mention.findall(task["text"])))
        if members:
            text = " ".join(mention.sub("", task["text"]).split())[:500] or task["text"][:500]
            found.append(Task(number, text, task["mark"] != " ", members, day_in(task["text"], today)))
    return found


def numbered_tasks(body: str) -> Iterator[tuple[int, re.Match[str]]]:
    """Return each task of a text with the number of its line, from 0. What stands in code is no task."""
    fence = ""
    for at, line in enumerate(body.split("\n")):
        if mark := FENCE.match(line):
            fence = "" if fence and mark[1].startswith(fence) else fence or mark[1]
        elif not fence and (task := TASK.match(line)):
            yield at, task


def day_in(text: str, today: dt.date) -> dt.date | None:
    """Return the day a task names, or None."""
    for found in chain.from_iterable(day.finditer(text) for day in DAYS):
        year = int(found["year"]) if found["year"] else today.year
        try:
            day = dt.date(year, int(found["month"]), int(found["day"]))
            if not found["year"] and day < today - LONG_PAST:
                day = day.replace(year=year + 1)
        except ValueError:
            continue
        return day
    return None


def with_mark(body: str, number: int, *, done: bool) -> str | None:
    """Return the text with its task of this number done or not done, or None when there is no such task."""
    line, task = next(islice(numbered_tasks(body), number, None), (0, None))
    if task is None:
        return None
    lines = body.split("\n")
    lines[line] = f"{task['before']}{'x' if done else ' '}{task['after']}{task['text']}"
    return "\n".join(lines)
