"""Reads a real list and says what became of each of its lines, beside the titles that the seed files have of it.

make check-seed FILE=list.txt
"""

import sys
import tomllib
from collections import Counter
from pathlib import Path

import django

SEEDS = Path(__file__).resolve().parents[2] / "seeds" / "list"


def main(path: str) -> int:
    django.setup()
    from papers.formats import markdown
    from papers.words import folded

    text = Path(path).read_text(encoding="utf-8")
    lines = markdown.lines_of(text)
    records = markdown.records_of(lines)
    wanted = Counter(
        folded(entry["title_seed"])
        for file in SEEDS.glob("part-*.toml")
        for entry in tomllib.loads(file.read_text(encoding="utf-8"))["entry"]
    )
    found = Counter(folded(record.title) for record in records)
    exact = sum((wanted & found).values())
    lost = set(range(1, len(text.splitlines()) + 1)) - {line.number for line in lines}
    print(f"{len(text.splitlines())} lines, {len(lines)} pieces: {dict(Counter(line.fate for line in lines))}")
    print(f"{len(records)} rows; {exact} of the {sum(wanted.values())} titles of the seed files letter for letter")
    print(f"{len(lost)} lines lost")
    for title in wanted - found:
        print(f"  not a row of its own, or with more in it: {title[:70]}")
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
