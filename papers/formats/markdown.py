"""Lists of papers in Markdown or plain text, as people really write them.

Such a list has headings, titles and remarks, and its marks are not where they belong: a bullet ends the line before,
stands alone, or hides in the middle of a line. So every line gets a fate that a person can change afterwards: it
begins a row, is attached to the row before, heads a part, or is skipped. No line is lost.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from papers.formats.ids import arxiv_id_in, doi_in
from papers.formats.records import Place, Record
from papers.words import folded

ROW, ATTACHED, PART, SKIPPED = "row", "attached", "part", "skipped"
FATES = (ROW, ATTACHED, PART, SKIPPED)

NUMBERED = r"(?:第\s*[一二三四五六七八九十百\d]+\s*(?:部分|章|节|篇)|Part\s+(?:\d+|[IVX]+)\b)"
HEADING = re.compile(rf"#{{1,6}}\s+\S.*|{NUMBERED}.*", re.IGNORECASE)
COUNTED = re.compile(NUMBERED, re.IGNORECASE)
# 第一部分 names (11篇,总11篇): neither the number nor the count belongs to the name.
HEADING_NUMBER = re.compile(rf"^#*\s*(?:{NUMBERED})?[\s:：.、]*", re.IGNORECASE)
LAST_BRACKETS = re.compile(r"[（(]([^（()）]*)[)）]$")
COUNT = re.compile(r"\d\s*(?:篇|papers?)", re.IGNORECASE)
BULLET = re.compile(r"^\s*(?:[-*+•]|\d{1,3}[.)、])(?:\s+\[[ xX]\])?(?:\s+|$)")
# Where a list has such bullets, numbers only count inside of a remark.
SIGN = re.compile(r"^\s*[-*+•]\s")
# What stands at the end of a line, alone or before other words in it, is the bullet of what comes next.
LOST_BULLET = re.compile(r"(?:^|\s)[-*]\s*$")
MIDDLE_BULLET = re.compile(r"(?:\s|(?<=[\u3400-\u9fff]))-\s+(?=\S)")
# A title in the middle of a line begins like one: a capital or a book-title mark, and has some words.
TITLE = re.compile(r"《|[A-Z][\w.-]*[:：]?(?:\s+[\w\"'(-]\S*){2,}|[A-Z][\w-]*(?:原始)?论文$")
# Neither the words nor the address hold a bracket that opens: so each is looked at once, however many there are.
LINK = re.compile(r"\[([^\]\[]+)\]\(([^)\s\[]++)(?:\s[^)\[]*+)?\)")
ADDRESS = re.compile(r"https?://[^\s<>）)，。、]+")
# Marks around a title, and what is left where an address was cut off.
AROUND = "《》“”\"'*_`~ \t:：,，|–—-"
CHINESE = re.compile("[\u3400-\u9fff]")
# Behind an English title: , 这是解读之一 or (论文地址). It is said of the paper and no part of its title.
SAID_BEHIND = re.compile(r"[,，(（]\s*[\u3400-\u9fff]")
ENGLISH = re.compile(r"[A-Z][\x20-\x7e]*")
SHORTEST_TITLE = 16


@dataclass(frozen=True)
class Line:
    """A piece of the source and what becomes of it. A line with a bullet in its middle gives two pieces."""

    number: int
    text: str
    fate: str


@dataclass(frozen=True)
class Row:
    """A title with the lines attached to it. `part` is the heading above it, empty without one."""

    line: int
    text: str
    part: str
    attached: tuple[str, ...] = ()


def lines_of(text: str) -> list[Line]:
    """Return the lines of a text, each with the fate that its looks suggest."""
    raw = text.replace("\0", "").lstrip("\ufeff").splitlines()
    headings = headings_of(raw)
    signs = sum(bool(SIGN.match(line)) for line in raw)
    numbers = sum(bool(BULLET.match(line)) for line in raw) - signs
    bullet = SIGN if signs >= numbers else BULLET
    made: list[Line] = []
    began, has_row, waits = not headings, False, False
    for number, line in enumerate(raw, start=1):
        if number in headings:
            made.append(Line(number, line, PART))
            began, has_row, waits = True, False, False
            continue
        body = LOST_BULLET.sub("", BULLET.sub("", line)).strip()
        if not began or not body:
            made.append(Line(number, line, SKIPPED))
        elif waits or bullet.match(line) or not signs + numbers:
            made.append(Line(number, line, ROW))
        elif has_row:
            made += in_middle(number, line)
        else:
            made.append(Line(number, line, SKIPPED))
        has_row = has_row or made[-1].fate == ROW
        waits = bool(LOST_BULLET.search(line)) or (waits and not body)
    return made


def in_middle(number: int, line: str) -> list[Line]:
    """Return a remark's line, cut in two where a title begins in its middle."""
    for match in MIDDLE_BULLET.finditer(line):
        if match.start() and TITLE.match(line, match.end()):
            return [Line(number, line[: match.start()], ATTACHED), Line(number, line[match.end() :], ROW)]
    return [Line(number, line, ATTACHED)]


def headings_of(lines: Sequence[str]) -> set[int]:
    """Return the numbers of the lines that head a part; one that comes again later stands in a table of contents."""
    last: dict[str, int] = {}
    for number, line in enumerate(lines, start=1):
        heading = HEADING.fullmatch(line.strip())
        if heading:
            counted = COUNTED.match(line.strip())
            last[folded(counted[0] if counted else line)] = number
    return set(last.values())


def with_fates(lines: Iterable[Line], fates: Iterable[str]) -> list[Line]:
    """Return the lines with other fates, in order. Raises ValueError unless there is one of FATES for each."""
    changed = [replace(line, fate=fate) for line, fate in zip(lines, fates, strict=True)]
    if any(line.fate not in FATES for line in changed):
        raise ValueError("unknown fate")
    return changed


def rows_of(lines: Iterable[Line]) -> list[Row]:
    """Return the rows that the fates make; what is attached before the first row is left where it stands."""
    rows: list[Row] = []
    said: list[list[str]] = []
    part = ""
    for line in lines:
        if line.fate == PART:
            part = part_named(line.text)
        elif line.fate == ROW:
            title, behind = title_and_said(bare(line.text))
            rows.append(Row(line.number, title, part))
            said.append([behind] if behind else [])
        elif line.fate == ATTACHED and rows:
            said[-1].append(bare(line.text))
    return [replace(row, attached=tuple(attached)) for row, attached in zip(rows, said, strict=True)]


def part_named(heading: str) -> str:
    """Return the name of a part without its number and the count of its papers."""
    name = HEADING_NUMBER.sub("", heading.strip()).strip()
    brackets = LAST_BRACKETS.search(name)
    return name[: brackets.start()].strip() if brackets and COUNT.search(brackets[1]) else name


def title_and_said(text: str) -> tuple[str, str]:
    """Return an English title and what is said of it behind it in Chinese, which may be nothing."""
    for behind in SAID_BEHIND.finditer(text):
        title = text[: behind.start()].rstrip()
        if not ENGLISH.fullmatch(title):
            break
        if len(title) >= SHORTEST_TITLE:
            return title, text[behind.start() :].strip(AROUND + "()（）")
    return text, ""


def bare(text: str) -> str:
    """Return a line without its bullets."""
    return LOST_BULLET.sub("", BULLET.sub("", text)).strip()


def record_of(row: Row, position: int) -> Record:
    """Return what a row says of a paper: its title, the ids and address beside it, and the remark below it."""
    title, url = row.text, ""
    link = LINK.search(title)
    address = ADDRESS.search(title)
    if link:
        title, url = LINK.sub(lambda match: match[1], title), link[2]
    elif address:
        title, url = ADDRESS.sub(" ", title), address[0].rstrip(".,;")
    found = arxiv_id_in(row.text)
    remark = "\n\n".join(row.attached)
    is_chinese = bool(CHINESE.search(remark))
    place = Place(
        part_title=row.part,
        position=position,
        remark_zh=remark if is_chinese else "",
        remark_en="" if is_chinese else remark,
    )
    return Record(
        title=(" ".join(title.split()).strip(AROUND) or url)[:500],
        arxiv_id=found[0] if found else None,
        doi=doi_in(row.text),
        url=url if url.startswith(("http://", "https://")) else "",
        places=(place,),
        line=row.line,
    )


def records_of(lines: Iterable[Line]) -> list[Record]:
    """Return the records of all rows; one that has no letter in its title is no work and left out."""
    rows = rows_of(lines)
    positions: dict[str, int] = {}
    made = []
    for row in rows:
        positions[row.part] = positions.get(row.part, 0) + 1
        record = record_of(row, positions[row.part])
        if folded(record.title):
            made.append(record)
    return made


def write(records: Iterable[Record]) -> str:
    """Return the records as a Markdown list by part, which `lines_of` reads again."""
    by_part: dict[tuple[int, str], list[tuple[int, Record, Place]]] = {}
    for record in records:
        for place in record.places or (Place(),):
            key = (place.part or 10_000, place.part_title)
            by_part.setdefault(key, []).append((place.position or 0, record, place))
    blocks = []
    for (number, title), rows in sorted(by_part.items(), key=lambda item: item[0]):
        heading = title or (f"Part {number}" if number < 10_000 else "")
        blocks.append(
            "\n".join([*([f"## {heading}", ""] if heading else []), *map(row_text, sorted(rows, key=first))])
        )
    return "\n\n".join(blocks) + "\n"


def first(row: tuple[int, Record, Place]) -> tuple[int, int]:
    return row[0], row[1].number or 0


def row_text(row: tuple[int, Record, Place]) -> str:
    _position, record, place = row
    title = record.title.replace("[", "(").replace("]", ")")
    facts = [
        ", ".join(record.authors) + (" et al." if record.authors and not record.authors_complete else ""),
        str(record.year or ""),
        f"arXiv:{record.arxiv_id}" if record.arxiv_id else "",
        f"doi:{record.doi}" if record.doi else "",
    ]
    number = f"#{record.number} " if record.number else ""
    head = f"- {number}[{title}]({record.url})" if record.url else f"- {number}{title}"
    lines = [head, *(f"  {text}" for text in ("; ".join(filter(None, facts)),) if text)]
    for remark in (place.remark_zh, place.remark_en):
        lines += [f"  {line}" for line in remark.splitlines() if line.strip()]
    return "\n".join(lines)
