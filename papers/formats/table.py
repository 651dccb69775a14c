"""CSV as spreadsheets write and read it."""

import csv
import io
import re
from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _

from papers.formats.ids import arxiv_id_in, doi_in
from papers.formats.records import KINDS, Parsed, Place, Record, Unread

COLUMNS = (
    *("number", "title", "aliases", "kind", "authors", "authors_complete", "year", "month"),
    *("arxiv_id", "doi", "url", "abstract", "part", "position", "remark_zh", "remark_en"),
)
# What people call the columns, in small letters and without spaces.
NAMES = {name: name for name in COLUMNS} | {
    **dict.fromkeys(("标题", "题目", "论文", "论文标题", "papertitle", "name"), "title"),
    **dict.fromkeys(("作者", "author"), "authors"),
    **dict.fromkeys(("年份", "年", "publicationyear", "date"), "year"),
    **dict.fromkeys(("月份", "月"), "month"),
    **dict.fromkeys(("arxiv", "arxivid", "eprint"), "arxiv_id"),
    **dict.fromkeys(("链接", "地址", "link", "links", "address"), "url"),
    **dict.fromkeys(("类型", "类别", "type", "itemtype"), "kind"),
    **dict.fromkeys(("部分", "章节", "section", "category"), "part"),
    **dict.fromkeys(("位置", "序号", "no", "no.", "#"), "position"),
    **dict.fromkeys(("别名", "简称", "shortnames", "shortname", "alias", "abstractnote2"), "aliases"),
    **dict.fromkeys(("摘要", "abstractnote"), "abstract"),
    **dict.fromkeys(("备注", "评论", "说明", "remark_zh"), "remark_zh"),
    **dict.fromkeys(("remark", "note", "notes", "comment"), "remark_en"),
}
# A cell that begins like this is a formula to a spreadsheet (OWASP, CSV injection).
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
PLACES = " | "


def read(text: str) -> Parsed:
    """Return the rows of a table with a line of headings. A row without a title is unread."""
    parsed = Parsed()
    text = text.replace("\0", "").lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    heading = text.lstrip("\n").partition("\n")[0]
    delimiter = max(",;\t", key=heading.count)
    rows = csv.reader(io.StringIO(text), delimiter=delimiter)
    try:
        columns = [column_of(name) for name in next(rows, [])]
        if "title" not in columns:
            reason = _("The first line names no column “title” (or 标题), so nothing was read.")
            return Parsed(unread=[Unread(1, heading[:200], reason)])
        for cells in rows:
            keep(dict(zip(columns, map(unguarded, cells), strict=False)), rows.line_num, parsed)
    except csv.Error:
        reason = _("From this line on the table is broken: a quotation mark is missing or a cell is too long.")
        parsed.unread.append(Unread(rows.line_num, "", reason))
    return parsed


def column_of(name: str) -> str:
    """Return which of COLUMNS a heading means, an empty text for none."""
    said = name.strip().lower()
    return NAMES.get(said) or NAMES.get(re.sub(r"[\s_]+", "", said), "")


def keep(said: Mapping[str, str], line: int, parsed: Parsed) -> None:
    said = {name: value.strip() for name, value in said.items() if name}
    if not any(said.values()):
        return
    title, year = " ".join(said.get("title", "").split()), said.get("year", "")
    found = re.search(r"[12]\d{3}", year)
    reason = None
    if not title:
        reason = _("This row has no title, so there is nothing to put on the list.")
    elif year and not found:
        reason = _("“%(year)s” is no year, so this row was left out.") % {"year": year[:40]}
    if reason is not None:
        parsed.unread.append(Unread(line, ", ".join(filter(None, said.values()))[:200], reason))
        return
    arxiv = arxiv_id_in(said.get("arxiv_id", "")) or arxiv_id_in(said.get("url", ""))
    month = re.fullmatch(r"\d{1,2}", said.get("month", ""))
    kind = said.get("kind", "").lower()
    url = said.get("url", "")
    parsed.records.append(
        Record(
            title=title,
            number=whole(said.get("number", "")),
            aliases=split(said.get("aliases", ""), ";"),
            kind=kind if kind in KINDS else "paper",
            authors=names_in(said.get("authors", "")),
            authors_complete=said.get("authors_complete", "").lower() not in ("false", "no", "0"),
            year=int(found[0]) if found else None,
            month=int(month[0]) if found and month and int(month[0]) in range(1, 13) else None,
            arxiv_id=arxiv[0] if arxiv else None,
            doi=doi_in(said.get("doi", "")) or doi_in(url),
            url=url if url.startswith(("http://", "https://")) else "",
            abstract=said.get("abstract", ""),
            places=places_in(said),
            line=line,
        )
    )


def names_in(value: str) -> tuple[str, ...]:
    for separator in (";", "；", "、"):
        if separator in value:
            return split(value, separator)
    if re.search(r"\sand\s", value):
        return tuple(filter(None, (name.strip() for name in re.split(r",?\sand\s|,\s", value))))
    return split(value, ",")


def split(value: str, separator: str) -> tuple[str, ...]:
    return tuple(filter(None, (" ".join(part.split()) for part in value.split(separator))))


def places_in(said: Mapping[str, str]) -> tuple[Place, ...]:
    """Return the places of a row: one for each part that it names, a number or a heading."""
    parts = said.get("part", "").split(PLACES.strip()) if said.get("part") else []
    positions = said.get("position", "").split(PLACES.strip())
    made = []
    for at, part in enumerate(map(str.strip, parts)):
        remarks = {name: said.get(name, "") for name in ("remark_zh", "remark_en")} if at == 0 else {}
        position = whole(positions[at]) if at < len(positions) else None
        number = whole(part)
        made.append(Place(number, "" if number is not None else part, position, **remarks))
    if not made and (said.get("remark_zh") or said.get("remark_en")):
        made.append(Place(remark_zh=said.get("remark_zh", ""), remark_en=said.get("remark_en", "")))
    return tuple(made)


def whole(value: str) -> int | None:
    said = value.strip().removeprefix("#")
    return int(said) if re.fullmatch(r"[0-9]{1,8}", said) else None


def write(records: Iterable[Record]) -> str:
    """Return the records as CSV (RFC 4180), none of its cells a formula; the mark at its head says UTF-8."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for record in records:
        writer.writerow(map(guarded, cells_of(record)))
    return "\ufeff" + out.getvalue()


def cells_of(record: Record) -> list[str]:
    first = record.places[0] if record.places else Place()
    return [
        *(str(record.number or ""), record.title, "; ".join(record.aliases), record.kind, "; ".join(record.authors)),
        *("true" if record.authors_complete else "false", str(record.year or ""), str(record.month or "")),
        *(record.arxiv_id or "", record.doi or "", record.url, record.abstract),
        PLACES.join(str(place.part or place.part_title) for place in record.places),
        PLACES.join(str(place.position or "") for place in record.places),
        *(first.remark_zh, first.remark_en),
    ]


def guarded(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith((*FORMULA, "'")) else cell


def unguarded(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell[1:].startswith((*FORMULA, "'")) else cell
