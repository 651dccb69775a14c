"""Compiles the translations, and checks that none is missing.

    python -m readinggroup.translations            compiles every .po that is newer than its .mo
    python -m readinggroup.translations --check    names every sentence without a good translation, and exits 1

The compiled files are not committed: two branches that each add a sentence would always conflict in them.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import polib

PROJECT = Path(__file__).resolve().parent.parent
# Where sentences are: everything that makemessages would read, without tests, data and the environment.
SOURCES = ("manage.py", "papers", "readinggroup", "templates")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|%%|\{\w*\}")
CHECKED = Path("papers/locale/zh_Hans/LC_MESSAGES/django.po")


def compile_all(project: Path = PROJECT) -> int:
    """Compile each .po whose .mo is absent or older; return how many were compiled."""
    stale = [po for po in project.glob("papers/locale/*/LC_MESSAGES/*.po") if _is_stale(po)]
    for po in stale:
        # Renamed into place, because another process may be reading the old one.
        unfinished = po.with_suffix(f".{os.getpid()}.unfinished")
        polib.pofile(str(po)).save_as_mofile(str(unfinished))
        unfinished.rename(po.with_suffix(".mo"))
    return len(stale)


def faults(po: Path) -> Iterator[str]:
    """Yield a sentence for each message that is fuzzy, untranslated, or loses a placeholder."""
    for entry in polib.pofile(str(po)):
        if entry.obsolete:
            continue
        translations = list(entry.msgstr_plural.values()) or [entry.msgstr]
        if entry.fuzzy:
            yield f"{entry.msgid!r} is fuzzy: check its translation and take the mark away."
        elif not all(translations):
            yield f"{entry.msgid!r} has no translation."
        elif lost := _lost_placeholders(entry, translations):
            yield f"{entry.msgid!r} and its translation differ in {', '.join(sorted(lost))}."


def strays(project: Path = PROJECT) -> Iterator[str]:
    """Yield a sentence for each message that the source has and the .po has not, or the other way round.

    Needs GNU gettext's xgettext: makemessages runs in a copy, so that nothing here changes.
    """
    known = _messages(project / CHECKED)
    with tempfile.TemporaryDirectory(prefix="readinggroup-messages-") as folder:
        current = _messages(_made_anew(project, Path(folder)))
    for context, text in sorted(current - known):
        yield f"{text!r}{context} is in the source but not in {CHECKED}: run `make messages` and translate it."
    for context, text in sorted(known - current):
        yield f"{text!r}{context} is in {CHECKED} but no longer in the source: run `make messages`."


def check(project: Path = PROJECT) -> int:
    """Print every fault; return 1 when there was one."""
    found = list(faults(project / CHECKED))
    if shutil.which("xgettext"):
        found += strays(project)
    else:
        print("xgettext is not installed, so new sentences were not looked for (install gettext).", file=sys.stderr)
    for sentence in found:
        print(sentence)
    return 1 if found else 0


def _is_stale(po: Path) -> bool:
    mo = po.with_suffix(".mo")
    return not mo.exists() or mo.stat().st_mtime < po.stat().st_mtime


def _lost_placeholders(entry: polib.POEntry, translations: list[str]) -> set[str]:
    """Return the placeholders that the original and one of its translations do not share."""
    # Chinese has one form for all numbers; it stands for the plural.
    expected = set(PLACEHOLDER.findall(entry.msgid_plural or entry.msgid))
    return set().union(*(expected ^ set(PLACEHOLDER.findall(text)) for text in translations))


def _messages(po: Path) -> set[tuple[str, str]]:
    """Return the live messages of a file with their contexts."""
    entries = [entry for entry in polib.pofile(str(po)) if not entry.obsolete]
    return {(f" ({entry.msgctxt})" if entry.msgctxt else "", entry.msgid) for entry in entries}


def _made_anew(project: Path, folder: Path) -> Path:
    """Return a .po with exactly the messages of the source, made by makemessages in that folder."""
    for name in SOURCES:
        copy = shutil.copytree if (project / name).is_dir() else shutil.copy
        copy(project / name, folder / name)
    subprocess.run(
        [sys.executable, "manage.py", "makemessages", "--locale", "zh_Hans", "--no-obsolete", "--verbosity", "0"],
        cwd=folder,
        env=os.environ | {"READINGGROUP_HOME": str(folder / "var")},
        check=True,
    )
    return folder / CHECKED


if __name__ == "__main__":
    if "--check" in sys.argv[1:]:
        raise SystemExit(check())
    print(f"{compile_all()} translations compiled")
