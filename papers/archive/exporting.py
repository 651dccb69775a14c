"""The whole site as one ZIP file, for people to read and for `import_site` to bring back."""

import datetime as dt
import json
import zipfile
from typing import IO, Any

from django.core import serializers
from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone

from papers.archive import pages
from papers.archive.rows import MODELS, fields_of, name_of
from papers.catalogue.exporting import WRITERS

FORMAT, VERSION = "reading-group-site", 1
LISTS = {"json": "list.json", "csv": "list.csv", "bibtex": "list.bib", "ris": "list.ris", "markdown": "list.md"}

README = """# 阅读小组的完整存档 / The whole of a reading group

- `papers/`：每篇论文一个 Markdown 文件，含评语、笔记和讨论。One Markdown file a paper: remarks, notes, threads.
- `list.json`, `list.bib`, `list.ris`, `list.csv`, `list.md`：论文清单的各种格式。The reading list in five formats.
- `sessions.ics`：全部读书会（iCalendar）。All sessions.
- `data/`：本站的全部记录，供恢复之用。Every record of the site, for `manage.py import_site`.
- `site.json`：格式版本和各类记录的数目。The version of the format and how many records of each kind there are.

存档里没有密码、登录链接、邀请链接、发件箱和加入申请。恢复之后，用邮件里的验证码或 `manage.py sign_in_link` 登录。
There are no passwords, sign-in links, invites, outbox or applications in it. After `import_site`, sign in with a code
by mail or with `manage.py sign_in_link`.

成员的私人笔记只在 `data/` 里，不在 `papers/` 里；草稿不在存档里。
Members' private notes are in `data/` only, not in `papers/`; drafts are not in the archive.

`import_site` 只读取 `site.json` 和 `data/`；其余文件是给人看的。
It reads `site.json` and `data/`; the rest is for people.
"""


class Exactly(DjangoJSONEncoder):
    """Instants to the microsecond, where Django writes milliseconds: what came first comes first again."""

    def default(self, o: Any) -> Any:
        return o.isoformat() if isinstance(o, dt.datetime) else super().default(o)


def write(file: IO[bytes], *, now: dt.datetime | None = None) -> dict[str, int]:
    """Write the archive into an open file and return how many rows of each kind are in it.

    Rows are written as they are read, so a large site needs little memory. Call it in a transaction of its own with
    repeatable reads where the site goes on changing (see `actions.export`).
    """
    counts: dict[str, int] = {}
    with zipfile.ZipFile(file, "w", compression=zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("README.md", README)
        for model in MODELS:
            counts[name_of(model)] = write_rows(archive, model)
        for name, text in pages.papers():
            archive.writestr(name, text)
        for format, name in LISTS.items():
            archive.writestr(name, WRITERS[format]())
        archive.writestr("sessions.ics", pages.calendar())
        manifest: dict[str, Any] = {
            "format": FORMAT,
            "version": VERSION,
            "made_at": (now or timezone.now()).isoformat(),
            "counts": counts,
        }
        archive.writestr("site.json", json.dumps(manifest, indent=1))
    return counts


def write_rows(archive: zipfile.ZipFile, model: Any) -> int:
    rows = model._default_manager.order_by("pk")
    with archive.open(f"data/{name_of(model)}.jsonl", "w", force_zip64=True) as entry:
        count = 0
        serializer = serializers.get_serializer("jsonl")()
        for row in rows.iterator(chunk_size=500):
            line = serializer.serialize([row], fields=fields_of(model), ensure_ascii=False, cls=Exactly)
            entry.write(line.encode())
            count += 1
    return count
