"""What a question says: words, and qualifiers such as `part:3` or `is:question`. Pure."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext as _

from papers.search.glossary import glossed
from papers.words import Term, terms

# A question is a line, not a text: of more words only the first count, and no more than these letters are read.
MOST_TERMS = 12
MOST_LETTERS = 500

NAMES = {
    **{name: name for name in ("by", "part", "is", "has", "year")},
    **{"作者": "by", "部分": "part", "是": "is", "有": "has", "年": "year", "年份": "year"},
}
QUALIFIER = re.compile(rf'(?<!\S)({"|".join(NAMES)})\s*[:：]\s*("[^"]*"|“[^”]*”|[^\s"“”]+)', re.IGNORECASE)
STATES = ("free", "claimed", "scheduled", "read", "mentioned")
KINDS = ("paper", "report", "survey", "library", "blog", "list", "topic")
THREADS = ("question", "remark", "erratum")
LINKS = ("video", "code", "slides", "data", "project", "pdf")
TEXTS = ("notes", "threads", "questions", "maths")
SAID = {
    **{
        "待认领": "free",
        "已认领": "claimed",
        "已排期": "scheduled",
        "已读": "read",
        "done": "read",
        "提及": "mentioned",
    },
    **{
        "论文": "paper",
        "报告": "report",
        "综述": "survey",
        "库": "library",
        "博客": "blog",
        "清单": "list",
        "主题": "topic",
    },
    **{"问题": "question", "评论": "remark", "勘误": "erratum"},
    **{"视频": "video", "代码": "code", "幻灯片": "slides", "数据": "data"},
    **{"笔记": "notes", "note": "notes", "讨论": "threads", "thread": "threads", "提问": "questions"},
    **{"math": "maths", "公式": "maths"},
}
YEARS = re.compile(r"(?P<least>[<>])?(?P<first>[0-9]{4})(?:[-–~](?P<last>[0-9]{4}))?")


@dataclass(frozen=True)
class Qualifier:
    """One condition, as it was typed and as it is understood."""

    name: str
    value: str

    def __str__(self) -> str:
        return f'{self.name}:"{self.value}"' if re.search(r"\s", self.value) else f"{self.name}:{self.value}"


@dataclass(frozen=True)
class Question:
    """What somebody asked for. `problems` are sentences about qualifiers that are not understood."""

    text: str
    terms: list[Term] = field(default_factory=list)
    qualifiers: list[Qualifier] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not self.terms and not self.qualifiers

    def without(self, qualifier: Qualifier) -> "Question":
        return replace(self, qualifiers=[other for other in self.qualifiers if other != qualifier])

    def written(self) -> str:
        """Return the question as it could be typed."""
        return " ".join([self.text, *map(str, self.qualifiers)]).strip()


def read(question: str) -> Question:
    """Return what a line says. Every line says something: what is no qualifier is words."""
    line = question[:MOST_LETTERS].replace("\0", " ")
    qualifiers, problems = [], []
    for name, value in QUALIFIER.findall(line):
        qualifier = Qualifier(NAMES[name.lower()], value.strip('"“”').strip())
        qualifier = replace(qualifier, value=SAID.get(qualifier.value.lower(), qualifier.value))
        problem = why_not_understood(qualifier)
        if problem is None:
            qualifiers.append(qualifier)
        else:
            problems.append(problem)
    text = " ".join(QUALIFIER.sub(" ", line).split())
    return Question(text, terms_of(text), list(dict.fromkeys(qualifiers)), problems)


def terms_of(text: str) -> list[Term]:
    """Return what the words ask for: the field's terms in both languages, then the others as they are."""
    known, rest = glossed(unicodedata.normalize("NFKC", text))
    return [*known, *(terms(rest) if rest.strip() else [])][:MOST_TERMS]


def mend(question: Question, meant: Mapping[str, str]) -> Question:
    """Return the question with words in place of others, or itself when there are none."""
    if not meant:
        return question
    text = " ".join(meant.get(term.word, term.word) for term in question.terms)
    return replace(question, text=text, terms=terms_of(text))


def why_not_understood(qualifier: Qualifier) -> str | None:
    """Return why a qualifier is left out, naming what can be said, or None."""
    name, value = qualifier.name, qualifier.value.lower()
    if name == "part" and not (value.isascii() and value.isdigit() and len(value) < 5):
        return _("“%(said)s” was left out: a part is a number, as in part:3.") % {"said": qualifier}
    if name == "year" and not YEARS.fullmatch(value):
        return _("“%(said)s” was left out: a year is written as year:2021, year:2019-2021 or year:>2020.") % {
            "said": qualifier
        }
    known = {"is": (*STATES, *KINDS, *THREADS), "has": (*TEXTS, *LINKS)}.get(name, ())
    if known and value not in known:
        return _("“%(said)s” was left out. What can stand there: %(known)s.") % {
            "said": qualifier,
            "known": ", ".join(f"{name}:{word}" for word in known),
        }
    return None


def years(value: str) -> tuple[int, int]:
    """Return the first and the last year that a qualifier means, both included."""
    match = YEARS.fullmatch(value)
    if match is None:
        raise ValueError(value)
    first = int(match["first"])
    if match["least"] == ">":
        return first + 1, 9999
    if match["least"] == "<":
        return 0, first - 1
    return first, int(match["last"] or first)
